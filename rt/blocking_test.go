package rt

import (
	"errors"
	"runtime"
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
