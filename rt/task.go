package rt

import (
	"fmt"
	"runtime"
)

// A Task is a future that an executor polls, and the handle to it. Any goroutine may use
// the handle, and any number may wait for it, in annotated functions and in plain code.
//
// A task runs whether or not somebody keeps its handle. If it panics, Await returns a
// [*PanicError]. A panic that nobody can be told of ends the process, as that of a goroutine
// would: at once if the task is detached, otherwise when the garbage collector finds that
// the handle was dropped.
type Task[T any] struct {
	Pin
	header
	// value is a part of the result, written before state says done, and constant from then on.
	value T
	// future belongs to whoever has set running. When the task has ended it is constant: nil, or a
	// taskError if there is an error. Most tasks have none, so that it has no place of its own.
	future Future[T]
}

// A taskError stands in the place of the future of a task that has ended with an error.
type taskError[T any] struct{ err error }

func (*taskError[T]) Poll(*Context) Poll[T] { panic("rt: a task was polled after its end") }
func (*taskError[T]) Cancel()               {}

// failed makes err, if it is not nil, the error of the task, and lets go of the future, which may be
// large while the handle is kept for long.
func (t *Task[T]) failed(err error) {
	t.future = nil
	if err != nil {
		t.future = &taskError[T]{err}
	}
}

// failure returns the error of a task that is done.
func (t *Task[T]) failure() error {
	if e, ok := t.future.(*taskError[T]); ok {
		return e.err
	}
	return nil
}

// Spawn hands f to [Default] and returns its task. The future belongs to the task from then
// on. It is polled for the first time soon, by a worker, never by Spawn itself.
func Spawn[T any](f Future[T]) *Task[T] { return SpawnOn(Default(), f) }

// SpawnOn hands f to r, as Spawn does to the default runtime. If r was shut down, the task
// has ended already with [ErrShutdown].
func SpawnOn[T any](r *Runtime, f Future[T]) *Task[T] {
	t := &Task[T]{future: f}
	t.header.init(t, r, r.now())
	t.shard = r.tasks.anyShard()
	if t.enter() {
		r.schedule(&t.header)
	}
	return t
}

// SpawnIn hands f to the runtime that polls with cx, as SpawnOn does. It is what Spawn is in an
// annotated function. The task is near the one that spawns it: the same worker is going to poll it,
// unless another has nothing to do.
func SpawnIn[T any](cx *Context, f Future[T]) *Task[T] {
	d := cx.driver
	if d == nil {
		return SpawnOn(cx.Runtime(), f)
	}
	t := &Task[T]{future: f}
	t.header.init(t, cx.rt, d.time)
	t.shard = d.shard
	if t.enter() {
		d.schedule(&t.header)
	}
	return t
}

// enter puts a new task on the list of its runtime. If that was shut down, the task ends.
func (t *Task[T]) enter() bool {
	if t.rt.tasks.add(&t.header) {
		return true
	}
	f := t.future
	t.failed(ErrShutdown)
	t.state.finish(scheduled)
	f.Cancel()
	return false
}

// Poll is ready with the result of the task once it has ended; it fails with [ErrStopped] if
// it would have to wait in a task that was asked to stop. Unlike other futures a task may be
// polled by several, and again after it was ready.
func (t *Task[T]) Poll(cx *Context) Poll[T] {
	if err := cx.Stopped(); err != nil && !t.Done() {
		if !cx.Spend() {
			return Pending[T]()
		}
		t.dropWaiter(cx.Waker())
		return Fail[T](err)
	}
	if !t.await(cx.Waker()) || !cx.Spend() {
		return Pending[T]()
	}
	return t.result()
}

// Await waits until the task has ended and returns its result. If it did not end by itself,
// the error is a [*PanicError], [ErrCanceled], [ErrGoexit] or [ErrShutdown].
func (t *Task[T]) Await() (T, error) {
	p := Block(t, (*Task[T]).Poll)
	return p.Value, p.Err
}

// Cancel asks for the task to be canceled and returns without waiting for it: its future is
// canceled on a worker, after the poll that may be running, unless that poll ends the task.
// A task that was never polled is canceled without having run. It does nothing to a task
// that has ended. Unlike other futures a task may be canceled from anywhere, its own poll
// included.
func (t *Task[T]) Cancel() { t.requestCancel() }

// Stop asks the task to end by itself. From then on its sleeps, reads and whatever else could
// wait for ever fail with an error for which errors.Is(err, context.Canceled) holds, once
// after the other, until the code returns. Deferred calls that await are not disturbed, nor
// is an operation that is complete already. Stop may be called from anywhere, any number of
// times, and does nothing to a task that has ended. It does not reach the tasks that the
// task waits for.
func (t *Task[T]) Stop() { t.requestStop() }

// Detach declares that nobody will ask for the result. A panic of the task, later or
// already, then ends the process.
func (t *Task[T]) Detach() {
	if t.state.detach()&done == 0 {
		return
	}
	if e, ok := t.failure().(*PanicError); ok && !e.collected.Load() {
		crash(e)
	}
}

// Done reports whether the task has ended.
func (t *Task[T]) Done() bool { return t.state.load()&done != 0 }

// Name returns what SetName was last called with, or "".
func (t *Task[T]) Name() string {
	return t.label()
}

// SetName names the task, for reports about the runtime.
func (t *Task[T]) SetName(name string) { t.extras().name.Store(&name) }

// result returns the result of a task that is done.
func (t *Task[T]) result() Poll[T] {
	err := t.failure()
	if e, ok := err.(*PanicError); ok {
		e.collected.Store(true)
	}
	return Finish(t.value, err)
}

func (t *Task[T]) poll(cx *Context) bool {
	p := t.future.Poll(cx)
	if !p.Ready {
		return false
	}
	t.value = p.Value
	t.failed(p.Err)
	return true
}

// Where names the operation of waiting for the task. What the task itself does can be seen in
// its own place.
func (t *Task[T]) Where(w *Where) { w.At("rt.Task.Await", fmt.Sprintf("%q", t.Name())) }

func (t *Task[T]) where(w *Where) { w.ask(t.future) }

func (t *Task[T]) cancel() (isDone bool) {
	f := t.future
	t.failed(ErrCanceled)
	x := t.extra.Load()
	if x == nil {
		f.Cancel()
		return true
	}
	mark := x.home.enter()
	defer func() {
		// Also if f panics: then this is of no use, but nothing can be done for the rest.
		if left := x.home.leave(mark); len(left) > 0 {
			t.future, isDone = &remainder[T]{left: left, err: ErrCanceled}, false
		}
	}()
	f.Cancel()
	return true
}

func (t *Task[T]) remains() bool {
	_, ok := t.future.(*remainder[T])
	return ok
}

// A remainder waits for cleanups and ends with err: it is the future of a task that was
// canceled, while they go on.
type remainder[T any] struct {
	left   []*Task[struct{}]
	err    error
	flight flight // of one of those that have ended
	waker  Waker  // of the last poll, which left[0] keeps
	done   bool
}

// Poll is ready when all cleanups are over. If one of them has panicked, so does the poll.
func (e *remainder[T]) Poll(cx *Context) Poll[T] {
	if e.done {
		panic(Completed("rt.Settled"))
	}
	fl, ready := awaitCleanups(cx, &e.left)
	if fl.panicking {
		e.flight = fl
	}
	if !ready {
		e.waker = cx.Waker()
		return Pending[T]()
	}
	e.done = true
	e.flight.raise()
	return Fail[T](e.err)
}

// Cancel stops waiting. Cleanups are not canceled.
func (e *remainder[T]) Cancel() {
	if len(e.left) > 0 {
		e.left[0].dropWaiter(e.waker)
	}
	e.left, e.done = nil, true
}

// Where says that the task was canceled and waits for cleanups.
func (e *remainder[T]) Where(w *Where) { w.Operation("rt.cleanup") }

func (t *Task[T]) ended() { t.rt.tasks.remove(&t.header) }

func (t *Task[T]) abandon(err error) {
	t.failed(err)
	if e, ok := err.(*PanicError); ok {
		// The cleanup must not refer to the task. A finalizer would do too, if the header did
		// not point to the task it is part of.
		runtime.AddCleanup(t, (*PanicError).dropped, e)
	}
}

// dropped is called when the handle of a task that panicked is garbage.
func (e *PanicError) dropped() {
	if !e.collected.Load() {
		crash(e)
	}
}
