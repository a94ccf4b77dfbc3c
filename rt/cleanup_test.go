package rt

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// A frame is a machine with deferred calls, in the form that the compiler gives to
//
//	setup, with its defer statements
//	return child.Await()
type frame struct {
	Pin
	state  frameState
	defers Defers
	setup  func(cx *Context, d *Defers)
	child  Future[struct{}]
	err    error
}

type frameState uint8

const (
	frameStart frameState = iota
	frameAwaitChild
	frameAwaitDefers
	frameDone
	frameRunning
)

func (f *frame) Poll(cx *Context) (out Poll[struct{}]) {
	defer f.leave(cx, &out)
	state := f.state
	f.state = frameRunning
	switch state {
	case frameStart:
		f.setup(cx, &f.defers)
	case frameAwaitChild:
	case frameAwaitDefers:
		goto exit
	default:
		panic(Completed("frame"))
	}
	if p := f.child.Poll(cx); p.Ready {
		f.err = p.Err
	} else {
		f.state = frameAwaitChild
		return p
	}
exit:
	if !f.defers.Poll(cx) {
		f.state = frameAwaitDefers
		return Pending[struct{}]()
	}
	f.state = frameDone
	return Fail[struct{}](f.err)
}

func (f *frame) leave(cx *Context, out *Poll[struct{}]) {
	if f.state != frameRunning {
		return
	}
	f.state = frameDone
	if !f.defers.UnwindPoll(cx, recover()) {
		f.state = frameAwaitDefers
		return
	}
	*out = Fail[struct{}](f.err)
}

func (f *frame) Cancel() {
	state := f.state
	f.state = frameDone
	if state == frameStart || state == frameDone {
		return
	}
	defer f.defers.Canceled(f.defers.Mark())
	switch state {
	case frameAwaitChild:
		f.child.Cancel()
	case frameAwaitDefers:
		f.defers.CancelAwait()
	}
}

// A journal is a log that several goroutines write to.
type journal struct {
	mu   sync.Mutex
	list []string
}

func (j *journal) add(s string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, s)
}

func (j *journal) expect(t *testing.T, want ...string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if !slices.Equal(j.list, want) {
		t.Errorf("%q, not %q", j.list, want)
	}
}

// slow returns a future that gives way a few times before it calls end.
func slow(begin, end func()) Future[struct{}] {
	polls := 0
	return FromFunc(func(cx *Context) Poll[struct{}] {
		if polls++; polls == 1 {
			begin()
		}
		if polls < 4 {
			cx.Waker().Wake()
			return Pending[struct{}]()
		}
		end()
		return Ready(struct{}{})
	})
}

// deferring returns a frame around child with a plain deferred call, and before it, so that it
// comes after it, one that awaits.
func deferring(j *journal, name string, child Future[struct{}], end func()) *frame {
	return &frame{child: child, setup: func(cx *Context, d *Defers) {
		DeferAwait(d, cx, slow(func() { j.add(name + " begins") }, func() { j.add(name + " ends"); end() }))
		d.Push(cx, func(rest func()) {
			defer func() { j.add(fmt.Sprint(name, " plain ", recover())) }()
			rest()
		})
	}}
}

func nothing() {}

// through is a future that knows nothing of cleanups.
type through struct{ Future[struct{}] }

// waiting spawns f, whose innermost future is p, and waits until it stands there.
func waiting(t *testing.T, r *Runtime, f Future[struct{}], p *probe) *Task[struct{}] {
	t.Helper()
	task := SpawnOn(r, f)
	receive(t, p.polled, "the first poll")
	return task
}

// innermost is a future that waits until it is canceled.
func innermost(p *probe) Future[struct{}] { return discard{p} }

type discard struct{ *probe }

func (d discard) Poll(cx *Context) Poll[struct{}] {
	return Poll[struct{}]{Ready: d.probe.Poll(cx).Ready}
}

// TestCancelOrder cancels frames inside of each other. Those further out begin when those
// further in have ended, and the task ends last.
func TestCancelOrder(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	p := newProbe()
	task := waiting(t, r, deferring(&j, "outer", through{deferring(&j, "inner", innermost(p), nothing)}, nothing), p)
	task.Cancel()
	task.Cancel()
	if _, err := task.Await(); err != ErrCanceled {
		t.Error(err)
	}
	j.expect(t, "inner plain <nil>", "inner begins", "inner ends", "outer plain <nil>", "outer begins", "outer ends")
}

// TestCancelPlainOutside has the frame further out defer no call that awaits.
func TestCancelPlainOutside(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	p := newProbe()
	inner := deferring(&j, "inner", innermost(p), func() { panic("boom") })
	task := waiting(t, r, &frame{child: through{inner}, setup: func(cx *Context, d *Defers) {
		d.Push(cx, func(rest func()) { defer func() { j.add(fmt.Sprint("outer ", recover())) }(); rest() })
	}}, p)
	task.Cancel()
	if _, err := task.Await(); err != ErrCanceled {
		t.Error(err)
	}
	j.expect(t, "inner plain <nil>", "inner begins", "inner ends", "outer boom")
}

// TestCleanupPanic has a cleanup panic with nobody to recover it: the task that was canceled
// ends with that.
func TestCleanupPanic(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	p := newProbe()
	task := waiting(t, r, deferring(&j, "only", innermost(p), func() { panic("boom") }), p)
	task.Cancel()
	_, err := task.Await()
	var e *PanicError
	if !errors.As(err, &e) || e.Value != "boom" {
		t.Error(err)
	}
}

// TestCancelInCleanup cancels a machine that stands in a deferred call after its return: that
// call ends there, and the others follow.
func TestCancelInCleanup(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	p := newProbe()
	task := waiting(t, r, &frame{child: Value(struct{}{}), setup: func(cx *Context, d *Defers) {
		DeferAwait(d, cx, slow(func() { j.add("last begins") }, func() { j.add("last ends") }))
		DeferAwait(d, cx, innermost(p))
	}}, p)
	task.Cancel()
	receive(t, p.canceled, "the cancel")
	task.Await()
	j.expect(t, "last begins", "last ends")
}

// TestShutdownCleanup checks that Shutdown waits for cleanups and cancels none.
func TestShutdownCleanup(t *testing.T) {
	r := New(Options{})
	var j journal
	p := newProbe()
	waiting(t, r, deferring(&j, "inner", innermost(p), nothing), p)
	// A cleanup that goes on when the shutdown begins.
	f := deferring(&j, "loser", Sleep(time.Hour), nothing)
	SpawnOn(r, do(func(cx *Context) { f.Poll(cx); f.Cancel() })).Await()
	shutDown(t, r)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.list) != 6 || !slices.Contains(j.list, "inner ends") || !slices.Contains(j.list, "loser ends") {
		t.Errorf("%q", j.list)
	}
}

// TestCancelAfterShutdown cancels a future whose runtime does not exist any more: Cancel
// itself waits.
func TestCancelAfterShutdown(t *testing.T) {
	r := New(Options{})
	var j journal
	p := newProbe()
	f := deferring(&j, "only", innermost(p), nothing)
	SpawnOn(r, do(func(cx *Context) { f.Poll(cx) })).Await()
	shutDown(t, r)
	f.Cancel()
	j.expect(t, "only plain <nil>", "only begins", "only ends")
}

// TestGoexitWaits has runtime.Goexit end a body with a deferred call that awaits: the calls
// further out come after it.
func TestGoexitWaits(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	exits := do(func(*Context) { runtime.Goexit() })
	task := SpawnOn(r, deferring(&j, "outer", deferring(&j, "inner", exits, nothing), nothing))
	if _, err := task.Await(); err != ErrGoexit {
		t.Error(err)
	}
	j.expect(t, "inner plain <nil>", "inner begins", "inner ends", "outer plain <nil>", "outer begins", "outer ends")
}

// TestGoexitOfCanceled has deferred calls of a canceled task call runtime.Goexit, one while its future is
// canceled and one that is polled afterwards: the task was canceled none the less.
func TestGoexitOfCanceled(t *testing.T) {
	exit := runtime.Goexit
	for name, setup := range map[string]func(*Context, *Defers){
		"plain": func(cx *Context, d *Defers) {
			d.Push(cx, func(rest func()) { defer exit(); rest() })
		},
		"awaits": func(cx *Context, d *Defers) { DeferAwait(d, cx, slow(nothing, exit)) },
	} {
		r := newTestRuntime(t)
		p := newProbe()
		task := waiting(t, r, &frame{child: innermost(p), setup: setup}, p)
		task.Cancel()
		if _, err := task.Await(); err != ErrCanceled {
			t.Errorf("%s: %v", name, err)
		}
		p = newProbe()
		task = waiting(t, r, innermost(p), p) // the worker goes on
		task.Cancel()
		task.Await()
	}
}

// TestGoexitOfCanceledWaits has it wait for the deferred calls further out, which await.
func TestGoexitOfCanceledWaits(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	p := newProbe()
	inner := &frame{child: innermost(p), setup: func(cx *Context, d *Defers) {
		d.Push(cx, func(rest func()) { defer runtime.Goexit(); rest() })
	}}
	task := waiting(t, r, deferring(&j, "outer", inner, nothing), p)
	task.Cancel()
	if _, err := task.Await(); err != ErrCanceled {
		t.Error(err)
	}
	j.expect(t, "outer plain <nil>", "outer begins", "outer ends")
}

// TestCleanupsAreDropped checks that a task that cancels again and again does not collect what
// that leaves.
func TestCleanupsAreDropped(t *testing.T) {
	cx := NewContext(Waker{})
	var j journal
	for range 10 {
		f := deferring(&j, "f", innermost(newProbe()), nothing)
		f.Poll(cx)
		f.Cancel()
		for _, c := range cx.home.list {
			c.Await()
		}
	}
	if n := len(cx.home.list); n != 1 {
		t.Errorf("%d are kept", n)
	}
	shutDown(t, Default())
	SetDefault(nil)
}

// TestSettled has an executor written by hand wait for what a cancel has left, and be told of
// a panic there although it comes late.
func TestSettled(t *testing.T) {
	cx := NewContext(Waker{})
	var j journal
	f := deferring(&j, "f", innermost(newProbe()), func() { panic("boom") })
	f.Poll(cx.With(NewWaker(nothing)))
	f.Cancel()
	for _, c := range cx.home.list {
		for !c.Done() {
			runtime.Gosched()
		}
	}
	mustPanic(t, "boom", func() { Await(cx.Settled()) })
	settled := cx.Settled()
	if _, err := Await(settled); err != nil {
		t.Error(err)
	}
	mustPanic(t, Completed("rt.Settled"), func() { settled.Poll(cx) })
	j.expect(t, "f plain <nil>", "f begins", "f ends")
	shutDown(t, Default())
	SetDefault(nil)
}

// TestGoexitNeedsWorker has runtime.Goexit wait for what only the worker can bring about
// whose goroutine it ends: a timer, and another task.
func TestGoexitNeedsWorker(t *testing.T) {
	r := newTestRuntime(t)
	var other *Task[struct{}]
	f := &frame{
		child: do(func(*Context) { runtime.Goexit() }),
		setup: func(cx *Context, d *Defers) {
			other = SpawnOn(r, Sleep(time.Millisecond))
			DeferAwait(d, cx, other)
			DeferAwait(d, cx, Sleep(time.Millisecond))
		},
	}
	if _, err := SpawnOn(r, f).Await(); err != ErrGoexit || !other.Done() {
		t.Error(err)
	}
}

// TestCancelLeavesNothing cancels machines where they stand and counts what is left of it.
func TestCancelLeavesNothing(t *testing.T) {
	r := newTestRuntime(t)
	inner := SpawnOn(r, Sleep(time.Hour))
	for _, child := range []Future[struct{}]{Sleep(time.Hour), inner} {
		polled := make(chan struct{}, 100)
		f := &frame{child: child, setup: func(cx *Context, d *Defers) {
			DeferAwait(d, cx, Sleep(time.Millisecond))
			polled <- struct{}{}
		}}
		task := SpawnOn(r, &frame{child: f, setup: func(cx *Context, d *Defers) {
			DeferAwait(d, cx, Sleep(time.Millisecond))
		}})
		receive(t, polled, "the first poll")
		task.Cancel()
		task.Await()
	}
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
	if _, err := inner.Await(); err != ErrCanceled {
		t.Errorf("the task that was waited for ends with %v", err)
	}
	if x := inner.extra.Load(); inner.waiter.Load() != nil || x != nil && x.more != nil {
		t.Error("wakers are left")
	}
	if n, _ := r.tasks.names(0); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
}

// TestCleanupOfStopped stops a task that does not care and cancels it then: it ends after its cleanups
// all the same.
func TestCleanupOfStopped(t *testing.T) {
	r := newTestRuntime(t)
	var opened gate
	p := newProbe()
	deferred := make(chan struct{}, 100)
	f := &frame{child: FromFunc(func(cx *Context) Poll[struct{}] {
		return Poll[struct{}]{Ready: p.Poll(cx).Ready}
	}), setup: func(cx *Context, d *Defers) {
		DeferAwait(d, cx, FromFunc(func(cx *Context) Poll[int] {
			ready := opened.Poll(cx).Ready
			deferred <- struct{}{}
			return Poll[int]{Ready: ready}
		}))
	}}
	task := SpawnOn(r, Future[struct{}](f))
	receive(t, p.polled, "the first poll")
	task.Stop()
	receive(t, p.polled, "the poll that tells of the stop")
	task.Cancel()
	receive(t, deferred, "the deferred call")
	// The task was polled, and so has seen its cleanup, before the next task is.
	SpawnOn(r, Future[struct{}](Yield())).Await()
	SpawnOn(r, Future[struct{}](Yield())).Await()
	if task.Done() {
		t.Error("the task has ended before its cleanup")
	}
	opened.open(nil)
	if _, err := task.Await(); err != ErrCanceled {
		t.Error(err)
	}
}
