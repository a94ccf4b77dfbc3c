package rt

import (
	"context"
	"os"
	"time"
)

// ErrTimeout is the error of a [Timeout] that is over before its future. It is a net.Error whose
// Timeout method returns true, and errors.Is finds os.ErrDeadlineExceeded and
// context.DeadlineExceeded in it.
var ErrTimeout error = timeoutError{}

type timeoutError struct{}

func (timeoutError) Error() string   { return "rt: timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }
func (timeoutError) Is(target error) bool {
	return target == os.ErrDeadlineExceeded || target == context.DeadlineExceeded
}

// A TimeoutFuture is a future with a limit of time, see [Timeout].
type TimeoutFuture[T any, F Future[T]] struct {
	Pin
	combinator[T] // child 1 is the timer
	f             F
	sleep         SleepFuture
}

// Timeout returns a future that is ready with the result of f, or fails with [ErrTimeout] if f
// is not ready within d, on the clock of the runtime that polls; f is canceled then. The time
// begins when f was first polled and is pending: no clock is read for a future that is ready at
// once. If f is ready when the time is over, its result counts. If f has deferred calls that
// await, Timeout is ready when they are over.
//
// A stop of the task is for f to answer; the runtime's shutdown has Timeout fail with
// [ErrShutdown].
//
//async:new children
func Timeout[T any, F Future[T]](d time.Duration, f F) *TimeoutFuture[T, F] {
	return &TimeoutFuture[T, F]{f: f, sleep: SleepFuture{timer: timer{When: int64(d)}}}
}

// Poll is ready when the future is, or when the time is over.
func (f *TimeoutFuture[T, F]) Poll(cx *Context) (out Poll[T]) {
	if !f.begin(2, "rt.Timeout") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	f.open &^= 1
	if out = f.f.Poll(cx); out.Ready {
		f.end(cx, f, &out)
		return out
	}
	f.open |= 1
	switch f.sleep.wait(cx) {
	case timerFired:
		out = Fail[T](ErrTimeout)
	case timerClosed:
		out = Fail[T](ErrShutdown)
	default:
		return f.pending()
	}
	f.end(cx, f, &out)
	return out
}

func (f *TimeoutFuture[T, F]) cancelChild(i int) {
	switch i {
	case 0:
		f.f.Cancel()
	case 1:
		f.sleep.Cancel()
	}
}

// Cancel cancels the future.
func (f *TimeoutFuture[T, F]) Cancel() {
	f.cancel(f, 2)
}

// Await waits for the result or for the time to be over.
func (f *TimeoutFuture[T, F]) Await() (T, error) {
	p := Block(f, (*TimeoutFuture[T, F]).Poll)
	return p.Value, p.Err
}

// A ContextFuture is a future that ends with a context, see [WithContext].
type ContextFuture[T any, F Future[T]] struct {
	Pin
	combinator[T] // child 1 is what ctx calls
	f             F
	ctx           context.Context
	waker         Waker       // which ctx calls when it ends
	stop          func() bool // takes that back; nil: it does not
}

// WithContext returns a future that is ready with the result of f, or fails with ctx.Err() if ctx
// ends before; f is canceled then. If f is ready when ctx has ended, its result counts, but if
// ctx has ended before the first poll, f is never polled.
//
//async:new children
func WithContext[T any, F Future[T]](ctx context.Context, f F) *ContextFuture[T, F] {
	return &ContextFuture[T, F]{ctx: ctx, f: f}
}

// Poll is ready when the future is, or when the context has ended.
func (f *ContextFuture[T, F]) Poll(cx *Context) (out Poll[T]) {
	fresh := f.stage == stageNew
	if !f.begin(2, "rt.WithContext") {
		return f.again(cx)
	}
	defer f.leave(cx, f, &out)
	if fresh {
		if err := f.ctx.Err(); err != nil {
			out = Fail[T](err)
			f.end(cx, f, &out)
			return out
		}
	}
	f.open &^= 1
	if out = f.f.Poll(cx); out.Ready {
		f.end(cx, f, &out)
		return out
	}
	f.open |= 1
	if !f.waker.Same(cx.Waker()) || f.stop == nil {
		f.leaveContext()
		f.waker = cx.Waker()
		if cx.rt != nil && cx.rt.sim != nil {
			f.stop = cx.rt.sim.afterContext(f.ctx, f.waker)
		} else {
			f.stop = context.AfterFunc(f.ctx, f.waker.Wake)
		}
	}
	// If ctx ends from here on, the new waker is called.
	if err := f.ctx.Err(); err != nil {
		out = Fail[T](err)
		f.end(cx, f, &out)
		return out
	}
	return f.pending()
}

// leaveContext makes the context forget the future.
func (f *ContextFuture[T, F]) leaveContext() {
	if f.stop != nil {
		f.stop()
	}
	f.waker, f.stop = Waker{}, nil
}

func (f *ContextFuture[T, F]) cancelChild(i int) {
	switch i {
	case 0:
		f.f.Cancel()
	case 1:
		f.leaveContext()
	}
}

// Cancel cancels the future.
func (f *ContextFuture[T, F]) Cancel() {
	f.cancel(f, 2)
}

// Await waits for the result or for the context to end.
func (f *ContextFuture[T, F]) Await() (T, error) {
	p := Block(f, (*ContextFuture[T, F]).Poll)
	return p.Value, p.Err
}
