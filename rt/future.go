package rt

// A Future is a computation that is driven by being polled. It belongs to one owner, which
// is the only one to call its methods, one at a time and never from inside the future's own
// poll; nothing else about a future is safe for several goroutines unless it says so. (A
// [Task] says so.)
//
// Poll goes on with the computation as far as it can without waiting. When it has to wait,
// it keeps cx.Waker(), returns [Pending], and calls the waker once polling again is worth
// while. It may be polled sooner than that, and with another waker, which replaces the one
// it has. After it was ready, a further Poll panics with [Completed]; after it panicked, it
// is not polled again.
//
// Cancel gives up a computation that has not ended: it releases what the future holds and
// runs the cleanup of the frames in it, as runtime.Goexit would at the point where it waits.
// On a future that was not started, has ended or was canceled it does nothing. A canceled
// future is not polled again.
type Future[T any] interface {
	Poll(cx *Context) Poll[T]
	Cancel()
}

// Value returns a future that is ready with v at its first poll.
func Value[T any](v T) Future[T] { return &readyFuture[T]{value: v} }

// Error returns a future that is ready with err and the zero value at its first poll.
func Error[T any](err error) Future[T] { return &readyFuture[T]{err: err} }

// readyFuture is the future of [Value] and [Error].
type readyFuture[T any] struct {
	Pin
	value T
	err   error
	done  bool
}

func (f *readyFuture[T]) Poll(*Context) Poll[T] {
	if f.done {
		panic(Completed("rt.Value"))
	}
	f.done = true
	return Finish(f.value, f.err)
}

func (f *readyFuture[T]) Cancel() { f.done = true }

// FromFunc returns a future whose polls are calls of poll, which has to keep the rules of
// [Future.Poll]. It suits futures written by hand that have nothing to release: Cancel only
// sees to it that poll is not called again.
func FromFunc[T any](poll func(*Context) Poll[T]) Future[T] {
	return &funcFuture[T]{poll: poll}
}

// funcFuture is the future of [FromFunc].
type funcFuture[T any] struct {
	Pin
	poll func(*Context) Poll[T] // nil once it has ended
}

func (f *funcFuture[T]) Poll(cx *Context) Poll[T] {
	if f.poll == nil {
		panic(Completed("rt.FromFunc"))
	}
	p := f.poll(cx)
	if p.Ready {
		f.poll = nil
	}
	return p
}

func (f *funcFuture[T]) Cancel() { f.poll = nil }

// Where names the operation.
func (f *funcFuture[T]) Where(w *Where) { w.Operation("rt.FromFunc") }
