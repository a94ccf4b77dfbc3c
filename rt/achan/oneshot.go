package achan

import (
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

// A oneshot is a channel for one message, with both its ends: a [OneshotSender] and a
// [OneshotReceiver] are the same object seen from either side, which makes it one allocation.
//
// It has no lock. The state says whose value and waker are:
//
//	      receive
//	idle ◀───────▶ listening ───┐
//	 │                          │ Send, Close
//	 ├──────────────────────────┴────────────▶ sent, unsent
//	 │ Close of the receiver    │
//	 └──────────────────────────┴────────────▶ deaf
//
// In idle and listening the value is the sender's, in sent the receiver's. The waker is the
// receiver's, except that in listening nobody changes it, and whoever ends that state reads it
// then. Nothing leaves the states on the right.
type oneshot[T any] struct {
	state atomic.Uint32
	taken bool // the receiver's: the value was received
	waker rt.Waker
	value T
}

// Values of oneshot.state.
const (
	oneIdle      uint32 = iota
	oneListening        // a receive waits
	oneSent             // the value is there, or was
	oneUnsent           // the sender is closed
	oneDeaf             // the receiver is closed
)

// A OneshotSender sends one message. It has one owner at a time.
type OneshotSender[T any] oneshot[T]

// A OneshotReceiver receives one message. It has one owner at a time.
type OneshotReceiver[T any] oneshot[T]

// Oneshot returns the two ends of a new channel for one message, such as the answer to a
// request.
func Oneshot[T any]() (*OneshotSender[T], *OneshotReceiver[T]) {
	c := &oneshot[T]{}
	return (*OneshotSender[T])(c), (*OneshotReceiver[T])(c)
}

// Send sends v; it never waits. It fails with [ErrClosed] if the receiver or the sender is
// closed, and panics if something was sent before.
//
//async:in
func (s *OneshotSender[T]) Send(v T) error { return s.SendIn(nil, v) }

// SendIn is Send in the poll whose context cx is.
func (s *OneshotSender[T]) SendIn(cx *rt.Context, v T) error {
	switch s.state.Load() {
	case oneListening: // as usual
		s.value = v
		if s.state.CompareAndSwap(oneListening, oneSent) {
			wake(cx, s.waker)
			return nil
		}
	case oneSent:
		panic("achan: second Send of a OneshotSender")
	case oneUnsent, oneDeaf:
		return ErrClosed
	}
	s.value = v
	if !(*oneshot[T])(s).settle(cx, oneSent) {
		var zero T
		s.value = zero
		return ErrClosed
	}
	return nil
}

// Close tells the receiver that nothing will be sent. After Send it does nothing.
//
//async:in
func (s *OneshotSender[T]) Close() { s.CloseIn(nil) }

// CloseIn is Close in the poll whose context cx is.
func (s *OneshotSender[T]) CloseIn(cx *rt.Context) { (*oneshot[T])(s).settle(cx, oneUnsent) }

// Closed reports whether a message would not be received, since either end is closed.
func (s *OneshotSender[T]) Closed() bool {
	state := s.state.Load()
	return state == oneUnsent || state == oneDeaf
}

// settle ends the states in which something may be sent, and reports whether they had not
// ended before. cx is nil outside of polls.
func (c *oneshot[T]) settle(cx *rt.Context, next uint32) bool {
	for {
		switch c.state.Load() {
		case oneIdle:
			if c.state.CompareAndSwap(oneIdle, next) {
				return true
			}
		case oneListening:
			if c.state.CompareAndSwap(oneListening, next) {
				wake(cx, c.waker)
				return true
			}
		default:
			return false
		}
	}
}

// Recv returns a future of the message. It fails with [ErrClosed] if the sender was closed
// without having sent one, if the receiver is closed, or if the message was received before;
// with [rt.ErrBusy] if another receive waits; and with [rt.ErrStopped] if the task was asked to
// stop. If the future is canceled before it is ready, the message is not lost.
//
//async:new
func (r *OneshotReceiver[T]) Recv() *OneshotFuture[T] {
	return &OneshotFuture[T]{channel: (*oneshot[T])(r)}
}

// TryRecv receives the message if it is there. Otherwise it fails with [ErrEmpty] or
// [ErrClosed], or with [rt.ErrBusy] if a receive waits.
func (r *OneshotReceiver[T]) TryRecv() (v T, err error) {
	switch r.state.Load() {
	case oneIdle:
		return v, ErrEmpty
	case oneListening:
		return v, rt.ErrBusy
	}
	return (*oneshot[T])(r).take()
}

// take returns the message, if it is there and was not received, or [ErrClosed]. Nothing will
// be sent any more.
func (c *oneshot[T]) take() (v T, err error) {
	if c.taken || c.state.Load() != oneSent {
		return v, ErrClosed
	}
	var zero T
	v, c.value, c.taken = c.value, zero, true
	return v, nil
}

// Close tells the sender that nobody receives; closing it again does nothing. A message that was
// sent and not received is dropped. A receive that waits fails with [ErrClosed].
func (r *OneshotReceiver[T]) Close() {
	if c := (*oneshot[T])(r); !c.settle(nil, oneDeaf) {
		c.take()
	}
}

// A OneshotFuture is the future of [OneshotReceiver.Recv].
type OneshotFuture[T any] struct {
	rt.Pin
	channel *oneshot[T] // nil when it is done
	listens bool        // it has made the channel listen
}

// Poll is ready with the message when it is there.
func (f *OneshotFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	c := f.channel
	if c == nil {
		panic(rt.Completed("achan.OneshotReceiver.Recv"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[T]()
		}
		f.Cancel()
		return rt.Fail[T](err)
	}
	switch state := c.state.Load(); {
	case state == oneSent && !c.taken: // the usual second poll
		var zero T
		v := c.value
		c.value, c.taken = zero, true
		cx.Spend()
		f.channel = nil
		return rt.Ready(v)
	case state == oneIdle: // the usual first one
		c.waker = cx.Waker()
		if c.state.CompareAndSwap(oneIdle, oneListening) {
			f.listens = true
			return rt.Pending[T]()
		}
	case state == oneListening && !f.listens:
		cx.Spend()
		f.channel = nil
		return rt.Fail[T](rt.ErrBusy)
	}
	return f.poll(cx)
}

// poll is Poll in all other cases.
func (f *OneshotFuture[T]) poll(cx *rt.Context) rt.Poll[T] {
	c := f.channel
	if c.listen(cx.Waker()) {
		f.listens = true
		return rt.Pending[T]()
	}
	cx.Spend()
	f.channel = nil
	return rt.Finish(c.take())
}

// listen sees to it that k is called when the state changes, and reports whether it may.
func (c *oneshot[T]) listen(k rt.Waker) (waits bool) {
	for {
		switch c.state.Load() {
		case oneIdle:
			c.waker = k
			if c.state.CompareAndSwap(oneIdle, oneListening) {
				return true
			}
		case oneListening:
			if c.waker.Same(k) {
				return true
			}
			c.state.CompareAndSwap(oneListening, oneIdle)
		default:
			return false
		}
	}
}

// Where names what the future waits for.
func (f *OneshotFuture[T]) Where(w *rt.Where) { w.Operation("achan.OneshotReceiver.Recv") }

// Cancel gives up receiving.
func (f *OneshotFuture[T]) Cancel() {
	if c := f.channel; c != nil {
		f.channel = nil
		if f.listens && c.state.CompareAndSwap(oneListening, oneIdle) {
			c.waker = rt.Waker{}
		}
	}
}

// Await waits for the message.
func (f *OneshotFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*OneshotFuture[T]).Poll)
	return p.Value, p.Err
}
