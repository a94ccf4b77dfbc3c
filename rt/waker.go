package rt

// A Waker tells whoever polls a future that polling it again is worth while. It is a small
// value, to be copied freely; the zero Waker wakes nobody.
type Waker struct {
	target wakeTarget // nil in the zero Waker; always a pointer, so that Same can compare
}

// wakeTarget is what stands behind a waker: a task, a goroutine blocked in [Run], or a
// function handed to [NewWaker].
type wakeTarget interface{ wake() }

// Wake asks for another poll. It may be called by any goroutine, at any time, any number of
// times, also during the poll that handed out the waker and after its task has ended. Calls
// before the next poll begins may be merged into one; a call after it has begun leads to one
// more poll. What the caller wrote before Wake is visible to that poll.
func (w Waker) Wake() {
	if w.target != nil {
		w.target.wake()
	}
}

// Same reports whether w and other wake the same task or goroutine, so that a future can
// keep the waker that it has.
func (w Waker) Same(other Waker) bool { return w.target == other.target }

// NewWaker returns a waker that calls wake, for executors written by hand and for tests.
// wake may be called by any goroutine, also by several at once, and must not block. Wakers
// of different calls of NewWaker are never the same.
func NewWaker(wake func()) Waker {
	if wake == nil {
		return Waker{}
	}
	return Waker{target: &funcWaker{call: wake}}
}

type funcWaker struct{ call func() }

func (w *funcWaker) wake() { w.call() }
