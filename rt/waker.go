package rt

import "unsafe"

// A Waker tells whoever polls a future that polling it again is worth while. It is a small
// value, to be copied freely; the zero Waker wakes nobody.
type Waker struct {
	target *wakeTarget // nil in the zero Waker
}

// A wakeTarget is what stands behind a waker: the first field of a task, of a goroutine that is
// blocked in [Run], or of a function handed to [NewWaker]. A waker is kept by everything that
// waits, so it is one pointer, and kind says to what; an interface would take two.
type wakeTarget struct {
	// state is that of the task. It is not used in others.
	state stateWord
	// kind is constant, as is what follows, which is the task's.
	kind wakeKind
	// cleanup: the task is a cleanup, which nothing cancels.
	cleanup bool
	// shard is the part of its runtime's list that the task is in.
	shard uint16
}

// A wakeKind says what a wakeTarget is the first field of.
type wakeKind uint8

const (
	wakeNone    wakeKind = iota // no target is of this kind
	wakeTask                    // header
	wakeBlocker                 // blocker
	wakeFunc                    // funcWaker
	wakeChild                   // broodChild
	wakeTicket                  // timerTicket
)

// task returns the task that t belongs to; t.kind is wakeTask.
func (t *wakeTarget) task() *header { return (*header)(unsafe.Pointer(t)) }

// Wake asks for another poll. It may be called by any goroutine, at any time, any number of
// times, also during the poll that handed out the waker and after its task has ended. Calls
// before the next poll begins may be merged into one; a call after it has begun leads to one
// more poll. What the caller wrote before Wake is visible to that poll.
//
// In a poll, [(*Context).Wake] is cheaper.
func (w Waker) Wake() {
	if w.target == nil {
		return
	}
	switch w.target.kind {
	case wakeTask:
		w.target.task().wake()
	case wakeBlocker:
		(*blocker)(unsafe.Pointer(w.target)).wake()
	case wakeFunc:
		(*funcWaker)(unsafe.Pointer(w.target)).call()
	case wakeChild:
		(*broodChild)(unsafe.Pointer(w.target)).wake()
	}
}

// Same reports whether w and other wake the same task or goroutine, so that a future can
// keep the waker that it has.
func (w Waker) Same(other Waker) bool { return w == other }

// NewWaker returns a waker that calls wake, for executors written by hand and for tests.
// wake may be called by any goroutine, also by several at once, and must not block. Wakers
// of different calls of NewWaker are never the same.
func NewWaker(wake func()) Waker {
	if wake == nil {
		return Waker{}
	}
	f := &funcWaker{wakeTarget{kind: wakeFunc}, wake}
	return Waker{&f.wakeTarget}
}

type funcWaker struct {
	wakeTarget
	call func()
}
