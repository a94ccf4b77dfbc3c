package rt

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestBlocking(t *testing.T) {
	r := newTestRuntime(t)
	bad := errors.New("bad")
	if n, err := Run(r, Blocking(func() (int, error) { return 3, bad })); n != 3 || err != bad {
		t.Error(n, err)
	}
	mustPanic(t, "in fn", func() { Run(r, Blocking(func() (int, error) { panic("in fn") })) })
	if _, err := SpawnOn(r, Blocking(func() (int, error) { runtime.Goexit(); return 0, nil })).Await(); err != ErrGoexit {
		t.Error(err)
	}
	// In plain code the function runs on the caller's goroutine.
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		Blocking(func() (int, error) { runtime.Goexit(); return 0, nil }).Await()
		t.Error("the goroutine goes on")
	}()
	receive(t, exited, "the end of the goroutine")
}

// newLimitedRuntime returns a runtime that runs up to n functions at once.
func newLimitedRuntime(t *testing.T, n int) *Runtime {
	r := New(Options{Name: t.Name(), BlockingLimit: n})
	t.Cleanup(func() { shutDown(t, r) })
	return r
}

// TestBlockingLimit starts more functions than may run: the rest begins in the order in which it
// came, as soon as there is room, also if one calls runtime.Goexit.
func TestBlockingLimit(t *testing.T) {
	r := newLimitedRuntime(t, 2)
	cx := NewContext(Waker{})
	cx.rt = r
	begun := make(chan int, 10)
	var release [6]chan bool
	for i := range release {
		release[i] = make(chan bool)
	}
	var fs []*BlockingFuture[int]
	for i := range release {
		f := Blocking(func() (int, error) {
			begun <- i
			if !<-release[i] {
				runtime.Goexit()
			}
			return i, nil
		})
		f.Poll(cx)
		fs = append(fs, f)
	}
	if a, b := receive(t, begun, "the first"), receive(t, begun, "the second"); a+b != 1 {
		t.Errorf("%d and %d run first", a, b)
	}
	fs[3].Cancel() // waits, and never begins
	fs[0].Cancel() // runs, to its end
	for i, next := range []int{2, 4, 5} {
		if len(begun) > 0 {
			t.Fatal("too many at once")
		}
		release[[]int{1, 0, 2}[i]] <- i != 2
		if got := receive(t, begun, "the next one"); got != next {
			t.Errorf("%d begins, want %d", got, next)
		}
	}
	release[4] <- true
	release[5] <- true
	for _, i := range []int{1, 4, 5} {
		if n, err := Run(r, fs[i]); n != i || err != nil {
			t.Error(i, n, err)
		}
	}
	if p := &r.blocking; p.first != nil || p.last != nil {
		t.Error("jobs are left")
	}
}

// TestBlockingStop stops tasks whose functions wait, and run.
func TestBlockingStop(t *testing.T) {
	r := newLimitedRuntime(t, 1)
	begun, release := make(chan struct{}), make(chan struct{})
	running := SpawnOn(r, Blocking(func() (int, error) {
		close(begun)
		<-release
		return 1, nil
	}))
	receive(t, begun, "the first")
	waiting := SpawnOn(r, Blocking(func() (int, error) {
		t.Error("it begins after it was stopped")
		return 2, nil
	}))
	SpawnOn(r, do(func(*Context) {})).Await() // the other was polled before
	for _, task := range []*Task[int]{waiting, running} {
		task.Stop()
		if _, err := task.Await(); err != ErrStopped {
			t.Error(err)
		}
	}
	close(release)
	Run(r, Blocking(func() (int, error) { return 0, nil })) // nothing else is left to run
}

// TestBlockingKeeps lets functions run one after the other, on one goroutine, which is kept until
// nobody has needed it for some time, or the runtime is shut down.
func TestBlockingKeeps(t *testing.T) {
	r := newTestRuntime(t)
	p := &r.blocking
	kept := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.kept)
	}
	waitFor := func(n int) {
		for kept() != n {
			runtime.Gosched()
		}
	}
	self := func() string { // "goroutine 17"
		buf := make([]byte, 64)
		id, _, _ := strings.Cut(string(buf[:runtime.Stack(buf, false)]), " [")
		return id
	}
	run := func() string {
		id, _ := SpawnOn(r, Blocking(func() (string, error) { return self(), nil })).Await()
		return id
	}
	first := run()
	waitFor(1)
	for range 10 {
		if got := run(); got != first {
			t.Errorf("on %s, and not on %s", got, first)
		}
		waitFor(1)
	}
	p.trim() // it was needed since the last time
	if kept() != 1 {
		t.Error("it does not stay")
	}
	p.trim()
	if kept() != 0 {
		t.Error("nobody has needed it, and it stays")
	}
	if got := run(); got == first {
		t.Error("the goroutine has not ended")
	}
	waitFor(1)
	// On a goroutine that is no worker's, which may be in a bubble, nothing is kept or used.
	if n, _ := Run(r, Blocking(func() (int, error) { return kept(), nil })); n != 1 || kept() != 1 {
		t.Errorf("a goroutine that was kept was used, or one more is kept: %d", kept())
	}
	// All end with the runtime, also one whose function ends later.
	begun, release := make(chan string, 2), make(chan struct{})
	block := func() *Task[int] {
		return SpawnOn(r, Blocking(func() (int, error) { begun <- self(); <-release; return 1, nil }))
	}
	busy := []*Task[int]{block(), block()}
	ids := []string{receive(t, begun, "the first"), receive(t, begun, "the second"), run()}
	waitFor(1)
	for _, task := range busy {
		task.Cancel()
	}
	shutDown(t, r)
	close(release)
	buf := make([]byte, 1<<20)
	for left := true; left; runtime.Gosched() {
		stacks := string(buf[:runtime.Stack(buf, true)])
		left = slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(stacks, id+" [") })
	}
}
