package achan

import (
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A SendFuture is the future of [Sender.Send].
type SendFuture[T any] struct {
	rt.Pin
	sender *Sender[T] // nil when it is done
	wait   waitlist.Waiter
	value  T
}

// Poll is ready when the message is in the channel.
func (f *SendFuture[T]) Poll(cx *rt.Context) rt.Poll[struct{}] {
	s := f.sender
	if s == nil {
		panic(rt.Completed("achan.Sender.Send"))
	}
	c := s.channel
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		return f.fail(cx, err)
	}
	if s.closed.Load() && !f.wait.Listed() {
		return f.fail(cx, ErrClosed)
	}
	c.mu.Lock()
	if !f.wait.Listed() {
		if k, ok := c.quickSend(f.value); ok {
			c.mu.Unlock()
			wake(cx, k)
			cx.Spend()
			f.end()
			return rt.Ready(struct{}{})
		}
	}
	return f.poll(cx)
}

// poll is Poll when others are concerned. It releases the lock.
func (f *SendFuture[T]) poll(cx *rt.Context) rt.Poll[struct{}] {
	c := f.sender.channel
	how, k := c.send(cx, &f.wait, f.value)
	c.mu.Unlock()
	wake(cx, k)
	if how == waiting {
		return rt.Pending[struct{}]()
	}
	cx.Spend()
	f.end()
	if how == shut {
		return rt.Fail[struct{}](ErrClosed)
	}
	return rt.Ready(struct{}{})
}

// fail ends the future without sending, unless the budget is used up.
func (f *SendFuture[T]) fail(cx *rt.Context, err error) rt.Poll[struct{}] {
	if !cx.Spend() {
		return rt.Pending[struct{}]()
	}
	f.sender.channel.leaveSend(cx, &f.wait)
	f.end()
	return rt.Fail[struct{}](err)
}

// end lets go of what the future holds.
func (f *SendFuture[T]) end() {
	var zero T
	f.sender, f.value = nil, zero
}

// Where says that the future waits for room.
func (f *SendFuture[T]) Where(w *rt.Where) { w.Operation("achan.Sender.Send") }

// Cancel gives up sending.
func (f *SendFuture[T]) Cancel() {
	if s := f.sender; s != nil {
		s.channel.leaveSend(nil, &f.wait)
		f.end()
	}
}

// Await waits until the message is in the channel.
func (f *SendFuture[T]) Await() error { return rt.Block(f, (*SendFuture[T]).Poll).Err }
