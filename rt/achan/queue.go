package achan

import (
	"errors"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

var (
	// ErrClosed is the error of an operation on a channel that is closed, because all handles of
	// the other side are gone or because this one is.
	ErrClosed = errors.New("achan: the channel is closed")
	// ErrFull is the error of TrySend when it would have to wait.
	ErrFull = errors.New("achan: the channel is full")
	// ErrEmpty is the error of TryRecv when it would have to wait.
	ErrEmpty = errors.New("achan: the channel is empty")
)

// Unbounded is the capacity of a channel that takes any number of messages.
const Unbounded = -1

// MPSC returns the two ends of a new channel that has any number of senders and one receiver.
// It holds as many messages as its capacity says, before a send has to wait. With capacity 0 a
// send waits until somebody is there to receive; with [Unbounded] it never waits. Other
// negative capacities panic.
func MPSC[T any](capacity int) (*Sender[T], *Receiver[T]) {
	p := new(struct {
		channel channel[T]
		tx      Sender[T]
		rx      Receiver[T]
	})
	p.channel.init(capacity)
	p.tx.channel, p.rx.channel = &p.channel, &p.channel
	return &p.tx, &p.rx
}

// MPMC is like [MPSC], for any number of receivers, too. Each message is received by one of
// them.
func MPMC[T any](capacity int) (*Sender[T], *SharedReceiver[T]) {
	tx, rx := MPSC[T](capacity)
	return tx, (*SharedReceiver[T])(rx)
}

// A Sender is a handle for sending to a channel. Any number of goroutines may use it. It has
// to be closed for the receivers to see the end.
type Sender[T any] struct {
	channel *channel[T]
	closed  atomic.Bool
}

// Send returns a future that sends v. It fails with [ErrClosed] if there are no receivers any
// more, or no senders, this one included, and with [rt.ErrStopped] if the task was asked to
// stop; then v was not sent. Sends that wait are served in the order in which they began to. If
// the future is canceled before it is ready, v is not sent.
//
//async:new
func (s *Sender[T]) Send(v T) *SendFuture[T] { return &SendFuture[T]{sender: s, value: v} }

// TrySend sends v if that is possible without waiting. Otherwise it fails with [ErrFull] or
// [ErrClosed].
//
//async:in
func (s *Sender[T]) TrySend(v T) error { return s.TrySendIn(nil, v) }

// TrySendIn is TrySend in the poll whose context cx is.
func (s *Sender[T]) TrySendIn(cx *rt.Context, v T) error {
	if s.closed.Load() {
		return ErrClosed
	}
	c := s.channel
	c.mu.Lock()
	how, k := c.send(cx, nil, v)
	c.mu.Unlock()
	wake(cx, k)
	switch how {
	case done:
		return nil
	case shut:
		return ErrClosed
	}
	return ErrFull
}

// Clone returns another handle for the same channel, to be closed by itself. It panics if s
// is closed.
func (s *Sender[T]) Clone() *Sender[T] {
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.closed.Load() {
		panic("achan: Clone of a closed Sender")
	}
	c.txs++
	return &Sender[T]{channel: c}
}

// Close closes the handle; closing it again does nothing. When all senders of a channel are
// closed, its receivers get what messages there are, and then [ErrClosed].
//
//async:in
func (s *Sender[T]) Close() { s.CloseIn(nil) }

// CloseIn is Close in the poll whose context cx is.
func (s *Sender[T]) CloseIn(cx *rt.Context) {
	s.channel.mu.Lock()
	again := s.closed.Swap(true)
	s.channel.mu.Unlock()
	if !again {
		s.channel.closeSender(cx)
	}
}

// Len returns the number of messages that were sent and not received.
func (s *Sender[T]) Len() int { return s.channel.length() }

func (c *channel[T]) length() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue.count
}
