package achan

import (
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

// A Receiver is the handle for receiving from a channel made by [MPSC]. Any number of
// goroutines may use it, though the channel is made for one. It has to be closed for the
// senders to learn that nobody receives any more.
type Receiver[T any] struct {
	channel *channel[T]
	closed  atomic.Bool
}

// Recv returns a future of the next message. It fails with [ErrClosed] when all messages were
// received and there are no senders any more, or no receivers, this one included; and with
// [rt.ErrStopped] if the task was asked to stop. Receives that wait are served in the order in
// which they began to. If the future is canceled before it is ready, no message is lost.
//
//async:new
func (r *Receiver[T]) Recv() *RecvFuture[T] { return &RecvFuture[T]{receiver: r} }

// TryRecv receives a message that is there. Otherwise it fails with [ErrEmpty] or [ErrClosed].
// A sender of a channel with capacity 0 waits for somebody to wait for it: TryRecv does not.
//
//async:in
func (r *Receiver[T]) TryRecv() (T, error) { return r.TryRecvIn(nil) }

// TryRecvIn is TryRecv in the poll whose context cx is.
func (r *Receiver[T]) TryRecvIn(cx *rt.Context) (T, error) {
	if r.closed.Load() {
		var zero T
		return zero, ErrClosed
	}
	c := r.channel
	c.mu.Lock()
	v, how, k, last := c.receive(cx, nil)
	c.mu.Unlock()
	wake(cx, k)
	if last {
		c.finish(cx)
	}
	switch how {
	case done:
		return v, nil
	case shut:
		return v, ErrClosed
	}
	return v, ErrEmpty
}

// Close closes the handle; closing it again does nothing. When all receivers of a channel are
// closed, messages that were not received are dropped, and its senders get [ErrClosed].
//
//async:in
func (r *Receiver[T]) Close() { r.CloseIn(nil) }

// CloseIn is Close in the poll whose context cx is.
func (r *Receiver[T]) CloseIn(cx *rt.Context) {
	r.channel.mu.Lock()
	again := r.closed.Swap(true)
	r.channel.mu.Unlock()
	if !again {
		r.channel.closeReceiver(cx)
	}
}

// Len returns the number of messages that were sent and not received.
func (r *Receiver[T]) Len() int { return r.channel.length() }

// A SharedReceiver is a handle for receiving from a channel made by [MPMC], of which there
// can be several. It has to be closed for the senders to learn that nobody receives any more.
type SharedReceiver[T any] Receiver[T]

// Recv is like [Receiver.Recv].
//
//async:new
func (r *SharedReceiver[T]) Recv() *RecvFuture[T] {
	return &RecvFuture[T]{receiver: (*Receiver[T])(r)}
}

// TryRecv is like [Receiver.TryRecv].
//
//async:in
func (r *SharedReceiver[T]) TryRecv() (T, error) { return (*Receiver[T])(r).TryRecvIn(nil) }

// TryRecvIn is TryRecv in the poll whose context cx is.
func (r *SharedReceiver[T]) TryRecvIn(cx *rt.Context) (T, error) {
	return (*Receiver[T])(r).TryRecvIn(cx)
}

// Clone returns another handle for the same channel, to be closed by itself. It panics if r
// is closed.
func (r *SharedReceiver[T]) Clone() *SharedReceiver[T] {
	c := r.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.closed.Load() {
		panic("achan: Clone of a closed SharedReceiver")
	}
	c.rxs++
	return &SharedReceiver[T]{channel: c}
}

// Close is like [Receiver.Close].
//
//async:in
func (r *SharedReceiver[T]) Close() { (*Receiver[T])(r).CloseIn(nil) }

// CloseIn is Close in the poll whose context cx is.
func (r *SharedReceiver[T]) CloseIn(cx *rt.Context) { (*Receiver[T])(r).CloseIn(cx) }

// Len is like [Receiver.Len].
func (r *SharedReceiver[T]) Len() int { return (*Receiver[T])(r).Len() }
