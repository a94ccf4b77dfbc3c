package achan

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A LagError is the error of a receive from a broadcast channel by a receiver that was too
// slow: some messages have been replaced by newer ones. The next receive goes on with the
// oldest that is left.
type LagError struct {
	Missed uint64 // the number of messages that the receiver has lost
}

// Error returns a message with the number.
func (e *LagError) Error() string {
	return fmt.Sprintf("achan: the receiver was too slow and has missed %d messages", e.Missed)
}

// A broadcast is the queue behind the ends of a [Broadcast] channel. Messages are numbered
// from zero. The array holds the last of them, message n at index n modulo its length.
type broadcast[T any] struct {
	mu      sync.Mutex // guards all of this
	slots   []T
	next    uint64 // number of the next message
	txs     int    // handles that are open
	rxs     int
	waiters waitlist.List // receivers that have received all there is
}

// Broadcast returns the two ends of a new channel whose messages go to each of its receivers.
// It keeps the last messages, as many as its capacity says, which is at least one. Sending
// never waits: a receiver that is further behind loses some, and is told with a [LagError].
func Broadcast[T any](capacity int) (*BroadcastSender[T], *BroadcastReceiver[T]) {
	if capacity < 1 {
		panic("achan: the capacity of a broadcast channel is at least 1")
	}
	c := &broadcast[T]{slots: make([]T, capacity), txs: 1, rxs: 1}
	return &BroadcastSender[T]{channel: c}, &BroadcastReceiver[T]{channel: c}
}

// A BroadcastSender is a handle for sending to a [Broadcast] channel. Any number of
// goroutines may use it. It has to be closed for the receivers to see the end.
type BroadcastSender[T any] struct {
	channel *broadcast[T]
	closed  atomic.Bool
}

// Send sends v to all receivers that there are at this moment, and returns how many that are.
// None is not an error, as receivers may come later. It fails with [ErrClosed] if the sender is
// closed. The channel keeps v until it is replaced by a newer message, or has no receivers any
// more.
//
//async:in
func (s *BroadcastSender[T]) Send(v T) (receivers int, err error) { return s.SendIn(nil, v) }

// SendIn is Send in the poll whose context cx is.
func (s *BroadcastSender[T]) SendIn(cx *rt.Context, v T) (receivers int, err error) {
	c := s.channel
	var few [4]rt.Waker
	wakers := few[:0]
	c.mu.Lock()
	if s.closed.Load() {
		c.mu.Unlock()
		return 0, ErrClosed
	}
	if receivers = c.rxs; receivers > 0 {
		c.slots[c.next%uint64(len(c.slots))] = v
		c.next++
		wakers = c.waiters.Drop(wakers)
	}
	c.mu.Unlock()
	wakeAll(cx, wakers)
	return receivers, nil
}

// Subscribe returns a new receiver, which gets the messages that are sent from now on.
func (s *BroadcastSender[T]) Subscribe() *BroadcastReceiver[T] {
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rxs++
	return &BroadcastReceiver[T]{channel: c, next: c.next}
}

// Clone returns another handle for the same channel, to be closed by itself. It panics if s
// is closed.
func (s *BroadcastSender[T]) Clone() *BroadcastSender[T] {
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.closed.Load() {
		panic("achan: Clone of a closed BroadcastSender")
	}
	c.txs++
	return &BroadcastSender[T]{channel: c}
}

// Close closes the handle; closing it again does nothing. When all senders of a channel are
// closed, its receivers get what messages there are, and then [ErrClosed].
func (s *BroadcastSender[T]) Close() {
	c := s.channel
	var wakers []rt.Waker
	c.mu.Lock()
	if !s.closed.Swap(true) {
		if c.txs--; c.txs == 0 {
			wakers = c.waiters.Drop(nil)
		}
	}
	c.mu.Unlock()
	for _, k := range wakers {
		k.Wake()
	}
}

// A BroadcastReceiver receives the messages of a [Broadcast] channel. It has a place of its own
// in the sequence of messages. Several goroutines may use it, and then share that place: each
// message is received by one of them.
type BroadcastReceiver[T any] struct {
	channel *broadcast[T]
	next    uint64 // number of the message to be received next; guarded by the channel's lock
	closed  bool   // likewise
}

// Recv returns a future of the next message. It fails with a [*LagError] if that was replaced
// by newer ones; with [ErrClosed] when all messages were received and there are no senders any
// more, or if the receiver is closed; and with [rt.ErrStopped] if the task was asked to stop.
// If the future is canceled before it is ready, no message is lost.
//
//async:new
func (r *BroadcastReceiver[T]) Recv() *BroadcastFuture[T] {
	return &BroadcastFuture[T]{receiver: r}
}

// TryRecv receives a message that is there. Otherwise it fails with [ErrEmpty], [ErrClosed] or
// a [*LagError].
func (r *BroadcastReceiver[T]) TryRecv() (T, error) {
	r.channel.mu.Lock()
	defer r.channel.mu.Unlock()
	return r.take()
}

// take is TryRecv with the lock held.
func (r *BroadcastReceiver[T]) take() (v T, err error) {
	c := r.channel
	size := uint64(len(c.slots))
	switch {
	case r.closed:
		return v, ErrClosed
	case r.next+size < c.next:
		missed := c.next - size - r.next
		r.next += missed
		return v, &LagError{missed}
	case r.next < c.next:
		v = c.slots[r.next%size]
		r.next++
		return v, nil
	case c.txs == 0:
		return v, ErrClosed
	}
	return v, ErrEmpty
}

// Clone returns another receiver that goes on where r is.
func (r *BroadcastReceiver[T]) Clone() *BroadcastReceiver[T] {
	c := r.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.closed {
		panic("achan: Clone of a closed BroadcastReceiver")
	}
	c.rxs++
	return &BroadcastReceiver[T]{channel: c, next: r.next}
}

// Close closes the receiver; closing it again does nothing. Receives that wait fail with
// [ErrClosed].
func (r *BroadcastReceiver[T]) Close() {
	c := r.channel
	c.mu.Lock()
	var wakers []rt.Waker
	if !r.closed {
		r.closed = true
		if c.rxs--; c.rxs == 0 {
			clear(c.slots)
		}
		wakers = c.waiters.Drop(nil) // one of them may be this one's
	}
	c.mu.Unlock()
	for _, k := range wakers {
		k.Wake()
	}
}

// A BroadcastFuture is the future of [BroadcastReceiver.Recv].
type BroadcastFuture[T any] struct {
	rt.Pin
	receiver *BroadcastReceiver[T] // nil when it is done
	wait     waitlist.Waiter
}

// Poll is ready with a message when there is one.
func (f *BroadcastFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	r := f.receiver
	if r == nil {
		panic(rt.Completed("achan.BroadcastReceiver.Recv"))
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
func (f *BroadcastFuture[T]) Where(w *rt.Where) { w.Operation("achan.BroadcastReceiver.Recv") }

// Cancel gives up receiving.
func (f *BroadcastFuture[T]) Cancel() {
	if r := f.receiver; r != nil {
		f.receiver = nil
		if f.wait.Listed() {
			r.channel.mu.Lock()
			r.channel.waiters.Leave(&f.wait)
			r.channel.mu.Unlock()
		}
	}
}

// Await waits for a message.
func (f *BroadcastFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*BroadcastFuture[T]).Poll)
	return p.Value, p.Err
}
