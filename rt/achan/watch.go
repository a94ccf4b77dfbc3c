package achan

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A watch is the value behind the ends of a [Watch] channel.
type watch[T any] struct {
	mu      sync.Mutex // guards all of this
	value   T
	version uint64 // of the value: how often it was set, the first time included
	txs     int    // handles that are open
	rxs     int
	waiters waitlist.List // receivers that have seen the value
}

// Watch returns the two ends of a new channel for a value that changes, such as a
// configuration. Its receivers see the newest value and may miss others. The first is v.
func Watch[T any](v T) (*WatchSender[T], *WatchReceiver[T]) {
	c := &watch[T]{value: v, version: 1, txs: 1, rxs: 1}
	return &WatchSender[T]{channel: c}, &WatchReceiver[T]{channel: c}
}

// A WatchSender is a handle for changing the value of a [Watch] channel. Any number of
// goroutines may use it. It has to be closed for the receivers to see the end.
type WatchSender[T any] struct {
	channel *watch[T]
	closed  bool // guarded by the channel's lock
}

// Send makes v the value; it never waits. It fails with [ErrClosed] if there are no receivers
// any more, though the value is set for those who subscribe later, and without effect if the
// sender is closed.
//
//async:in
func (s *WatchSender[T]) Send(v T) error { return s.SendIn(nil, v) }

// SendIn is Send in the poll whose context cx is.
func (s *WatchSender[T]) SendIn(cx *rt.Context, v T) error {
	return s.ModifyIn(cx, func(at *T) { *at = v })
}

// Modify changes the value by calling change, which must not block, nor use the channel. It
// fails as Send does.
//
//async:in
func (s *WatchSender[T]) Modify(change func(v *T)) error { return s.ModifyIn(nil, change) }

// ModifyIn is Modify in the poll whose context cx is.
func (s *WatchSender[T]) ModifyIn(cx *rt.Context, change func(v *T)) error {
	c := s.channel
	var few [4]rt.Waker
	c.mu.Lock()
	if s.closed {
		c.mu.Unlock()
		return ErrClosed
	}
	wakers, err := c.modify(change, few[:0])
	wakeAll(cx, wakers)
	return err
}

// modify is Modify for a sender that is open. It is called with the lock held and releases it,
// also if change panics.
func (c *watch[T]) modify(change func(v *T), wakers []rt.Waker) ([]rt.Waker, error) {
	defer c.mu.Unlock()
	change(&c.value)
	c.version++
	if c.rxs == 0 {
		return nil, ErrClosed
	}
	return c.waiters.Drop(wakers), nil
}

// Value returns the value.
func (s *WatchSender[T]) Value() T {
	s.channel.mu.Lock()
	defer s.channel.mu.Unlock()
	return s.channel.value
}

// Subscribe returns a new receiver, which has not seen the present value.
func (s *WatchSender[T]) Subscribe() *WatchReceiver[T] {
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rxs++
	return &WatchReceiver[T]{channel: c}
}

// Clone returns another handle for the same channel, to be closed by itself. It panics if s
// is closed.
func (s *WatchSender[T]) Clone() *WatchSender[T] {
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.closed {
		panic("achan: Clone of a closed WatchSender")
	}
	c.txs++
	return &WatchSender[T]{channel: c}
}

// Close closes the handle; closing it again does nothing. When all senders of a channel are
// closed, its receivers get a value that they have not seen, and then [ErrClosed].
func (s *WatchSender[T]) Close() {
	c := s.channel
	var wakers []rt.Waker
	c.mu.Lock()
	if !s.closed {
		s.closed = true
		if c.txs--; c.txs == 0 {
			wakers = c.waiters.Drop(nil)
		}
	}
	c.mu.Unlock()
	for _, k := range wakers {
		k.Wake()
	}
}

// A WatchReceiver sees the value of a [Watch] channel, and remembers which it has seen.
// Several goroutines may use it, and then share that: each change is received by one of
// them.
type WatchReceiver[T any] struct {
	channel *watch[T]
	seen    uint64 // version of the value that was seen last; guarded by the channel's lock
	closed  bool   // likewise
}

// Recv returns a future of a value that the receiver has not seen. That is the present value
// or, if it was seen, the next one. It fails with [ErrClosed] if there is none and there are no
// senders any more, or if the receiver is closed; and with [rt.ErrStopped] if the task was
// asked to stop. If the future is canceled before it is ready, the value counts as not seen.
//
//async:new
func (r *WatchReceiver[T]) Recv() *WatchFuture[T] { return &WatchFuture[T]{receiver: r} }

// TryRecv returns the value if the receiver has not seen it. Otherwise it fails with
// [ErrEmpty] or [ErrClosed].
func (r *WatchReceiver[T]) TryRecv() (T, error) {
	r.channel.mu.Lock()
	defer r.channel.mu.Unlock()
	return r.take()
}

// take is TryRecv with the lock held.
func (r *WatchReceiver[T]) take() (v T, err error) {
	c := r.channel
	switch {
	case r.closed:
		return v, ErrClosed
	case r.seen != c.version:
		r.seen = c.version
		return c.value, nil
	case c.txs == 0:
		return v, ErrClosed
	}
	return v, ErrEmpty
}

// Value returns the present value, whether it was seen or not, which is seen then.
func (r *WatchReceiver[T]) Value() T {
	c := r.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	r.seen = c.version
	return c.value
}

// Clone returns another receiver, which has seen what r has.
func (r *WatchReceiver[T]) Clone() *WatchReceiver[T] {
	c := r.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.closed {
		panic("achan: Clone of a closed WatchReceiver")
	}
	c.rxs++
	return &WatchReceiver[T]{channel: c, seen: r.seen}
}

// Close closes the receiver; closing it again does nothing. Receives that wait fail with
// [ErrClosed].
func (r *WatchReceiver[T]) Close() {
	c := r.channel
	var wakers []rt.Waker
	c.mu.Lock()
	if !r.closed {
		r.closed = true
		c.rxs--
		wakers = c.waiters.Drop(nil) // one of them may be this one's
	}
	c.mu.Unlock()
	for _, k := range wakers {
		k.Wake()
	}
}

// A WatchFuture is the future of [WatchReceiver.Recv].
type WatchFuture[T any] struct {
	rt.Pin
	receiver *WatchReceiver[T] // nil when it is done
	wait     waitlist.Waiter
}

// Poll is ready with a value that was not seen.
func (f *WatchFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	r := f.receiver
	if r == nil {
		panic(rt.Completed("achan.WatchReceiver.Recv"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[T]()
		}
		f.Cancel()
		return rt.Fail[T](err)
	}
	c := r.channel
	c.mu.Lock()
	v, err := r.take()
	if err == ErrEmpty {
		c.waiters.Wait(&f.wait, cx.Waker())
		c.mu.Unlock()
		return rt.Pending[T]()
	}
	c.waiters.Leave(&f.wait)
	c.mu.Unlock()
	cx.Spend()
	f.receiver = nil
	return rt.Finish(v, err)
}

// Where names what the future waits for.
func (f *WatchFuture[T]) Where(w *rt.Where) { w.Operation("achan.WatchReceiver.Recv") }

// Cancel gives up receiving.
func (f *WatchFuture[T]) Cancel() {
	if r := f.receiver; r != nil {
		f.receiver = nil
		if f.wait.Listed() {
			r.channel.mu.Lock()
			r.channel.waiters.Leave(&f.wait)
			r.channel.mu.Unlock()
		}
	}
}

// Await waits for a value.
func (f *WatchFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*WatchFuture[T]).Poll)
	return p.Value, p.Err
}
