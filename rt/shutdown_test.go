package rt

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestShutdownByTask has tasks shut their own runtime down, directly, in a deferred call, and from a
// poll that has lost its worker. It is an error that harms nobody. Another runtime's is another matter.
func TestShutdownByTask(t *testing.T) {
	for workers := 1; workers <= 2; workers++ {
		r := newRuntimeOf(t, workers)
		other := New(Options{Name: "other"})
		var errs []error
		shutdown := func() { errs = append(errs, r.Shutdown(context.Background())) }
		SpawnOn(r, do(func(*Context) { shutdown() })).Await()
		p := newProbe()
		p.onCancel = shutdown
		task := SpawnOn(r, Future[int](p))
		receive(t, p.polled, "the first poll")
		task.Cancel()
		task.Await()
		SpawnOn(r, do(func(cx *Context) {
			for cx.task.state.load()&retaken == 0 {
				time.Sleep(time.Millisecond)
			}
			shutdown()
		})).Await()
		for _, err := range errs {
			if err == nil || !strings.Contains(err.Error(), "by one of its own tasks") {
				t.Errorf("Shutdown gives %v", err)
			}
		}
		var err error
		SpawnOn(r, do(func(*Context) { err = other.Shutdown(context.Background()) })).Await()
		if len(errs) != 3 || err != nil {
			t.Errorf("%d errors, %v", len(errs), err)
		}
		// A goroutine of the task's may do it, if the task does not wait.
		ended := make(chan error, 1)
		task2 := SpawnOn(r, do(func(*Context) { go func() { ended <- r.Shutdown(context.Background()) }() }))
		task2.Await()
		if err := receive(t, ended, "the end"); err != nil {
			t.Error(err)
		}
	}
}

// TestShutdownAtOnce shuts down from many goroutines. All of them wait for the end, and
// those whose context has ended say what is left.
func TestShutdownAtOnce(t *testing.T) {
	r := newTestRuntime(t)
	hold := make(chan struct{})
	p := newProbe()
	p.onCancel = func() { <-hold }
	task := SpawnOn(r, Future[int](p))
	receive(t, p.polled, "the first poll")
	expired, cancel := context.WithCancel(context.Background())
	cancel()
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if i%2 == 0 {
				err := r.Shutdown(expired)
				if !errors.Is(err, context.Canceled) && (i == 0 || err != nil) {
					t.Errorf("an expired Shutdown gives %v", err)
				}
				if i == 0 {
					close(hold) // from here on the end may come first
				}
				return
			}
			if err := r.Shutdown(context.Background()); err != nil || !task.Done() {
				t.Errorf("%v, the task has ended: %v", err, task.Done())
			}
		})
		if i == 0 {
			all.Wait()
		}
	}
	all.Wait()
}

// TestShutdownExpired shuts down with a context that has ended. Where there is nothing to wait for
// that does not matter, however select chooses.
func TestShutdownExpired(t *testing.T) {
	expired, cancel := context.WithCancel(context.Background())
	cancel()
	for range 100 {
		r := New(Options{Workers: 1})
		if err := r.Shutdown(expired); err != nil {
			t.Error(err)
			shutDown(t, r)
		}
	}
}

// TestShutdownRefused has tasks that do not end: one polls for ever, one's cleanup waits, one is
// in a poll that blocks. Shutdown names them, refuses new tasks, and is over when they have given up.
func TestShutdownRefused(t *testing.T) {
	r := newRuntimeOf(t, 2)
	release := make(chan struct{})
	var opened gate
	blocked := make(chan struct{}, 1)
	block := SpawnOn(r, do(func(*Context) { blocked <- struct{}{}; <-release }))
	block.SetName("block")
	receive(t, blocked, "the poll that blocks")
	begun := make(chan struct{}, 1)
	cleanup := SpawnOn(r, &frame{child: Sleep(time.Hour), setup: func(cx *Context, d *Defers) {
		DeferAwait(d, cx, FromFunc(func(cx *Context) Poll[int] {
			return Poll[int]{Ready: opened.Poll(cx).Ready}
		}))
		begun <- struct{}{}
	}})
	cleanup.SetName("cleanup")
	receive(t, begun, "the first poll")
	spawned := make(chan error, 1)
	p := newProbe()
	p.onCancel = func() {
		_, err := SpawnOn(r, Value(1)).Await()
		spawned <- err
	}
	SpawnOn(r, Future[int](p))
	receive(t, p.polled, "the first poll")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err := r.Shutdown(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Shutdown gives %v", err)
	}
	for _, want := range []string{"block", "cleanup"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %s", err, want)
		}
	}
	if err := receive(t, spawned, "the cancel"); err != ErrShutdown {
		t.Errorf("a cleanup that spawns gets %v", err)
	}
	// The runtime goes on: it serves who waits for what is left.
	if _, err := Run(r, Sleep(time.Millisecond)); err != nil {
		t.Error(err)
	}
	close(release)
	opened.open(nil)
	shutDown(t, r)
	if _, err := block.Await(); err != nil {
		t.Errorf("a poll that was not interrupted gives %v", err)
	}
	if _, err := cleanup.Await(); err != ErrCanceled {
		t.Error(err)
	}
}

// TestShutdownBlocking shuts down while functions of Blocking run and wait for their turn, and
// afterwards calls others. Shutdown waits for none; plain code gets the results.
func TestShutdownBlocking(t *testing.T) {
	r := New(Options{Name: t.Name(), BlockingLimit: 1, Workers: 1})
	begun, release := make(chan struct{}), make(chan struct{})
	task := SpawnOn(r, Blocking(func() (int, error) {
		close(begun)
		<-release
		return 1, nil
	}))
	receive(t, begun, "the function")
	cx := NewContext(Waker{})
	cx.rt = r
	waiting := Blocking(func() (int, error) { return 2, nil })
	waiting.Poll(cx)
	shutDown(t, r)
	if _, err := task.Await(); err != ErrCanceled {
		t.Errorf("the task ends with %v", err)
	}
	late := Blocking(func() (int, error) { return 3, nil })
	late.Poll(cx)
	close(release)
	if n, err := Run(r, waiting); n != 2 || err != nil {
		t.Error(n, err)
	}
	if n, err := Run(r, late); n != 3 || err != nil {
		t.Error(n, err)
	}
}

// TestShutdownDefault shuts down the default runtime: what needs it says so, and everything works again
// with another.
func TestShutdownDefault(t *testing.T) {
	old := Default()
	r := newTestRuntime(t)
	SetDefault(r)
	defer SetDefault(old)
	shutDown(t, r)
	if Default() != r {
		t.Error("there is another default runtime")
	}
	if _, err := Spawn(Value(1)).Await(); err != ErrShutdown {
		t.Errorf("Spawn gives %v", err)
	}
	if err := Sleep(time.Hour).Await(); err != ErrShutdown {
		t.Errorf("Sleep gives %v", err)
	}
	if _, err := NewInterval(time.Hour, Skip).Tick().Await(); err != ErrShutdown {
		t.Errorf("Tick gives %v", err)
	}
	if _, err := Timeout(time.Hour, FromFunc(func(*Context) Poll[int] { return Pending[int]() })).Await(); err != ErrShutdown {
		t.Errorf("Timeout gives %v", err)
	}
	if v, err := Await(Value(2)); v != 2 || err != nil {
		t.Error(v, err)
	}
	var g Group
	g.Go(func() error { t.Error("a child runs"); return nil })
	if err := g.Wait().Await(); err != ErrShutdown {
		t.Errorf("a child gives %v", err)
	}
	SetDefault(old)
	if err := Sleep(time.Millisecond).Await(); err != nil {
		t.Error(err)
	}
}

// TestShutdownLeavesOthers wakes tasks of one runtime by wakers that another has kept, which is shut
// down meanwhile.
func TestShutdownLeavesOthers(t *testing.T) {
	r, other := newTestRuntime(t), New(Options{Name: "other"})
	inner := newProbe()
	task := SpawnOn(other, Future[int](inner))
	receive(t, inner.polled, "the first poll")
	outer := SpawnOn(r, Future[int](task))
	plain := make(chan error, 1)
	go func() { _, err := task.Await(); plain <- err }()
	for task.waiter.Load() == nil {
		time.Sleep(time.Millisecond)
	}
	shutDown(t, other)
	if _, err := outer.Await(); err != ErrCanceled {
		t.Errorf("a task that waits for one of another runtime gets %v", err)
	}
	if err := receive(t, plain, "the end"); err != ErrCanceled {
		t.Errorf("plain code that waits gets %v", err)
	}
}
