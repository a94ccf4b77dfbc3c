package achan

import (
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A RecvFuture is the future of [Receiver.Recv] and [SharedReceiver.Recv].
type RecvFuture[T any] struct {
	rt.Pin
	receiver *Receiver[T] // nil when it is done
	wait     waitlist.Waiter
}

// Poll is ready with a message when there is one.
func (f *RecvFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	r := f.receiver
	if r == nil {
		panic(rt.Completed("achan.Receiver.Recv"))
	}
	c := r.channel
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		return f.fail(cx, err)
	}
	if r.closed.Load() && !f.wait.Listed() {
		return f.fail(cx, ErrClosed)
	}
	c.mu.Lock()
	var v T
	var ok bool
	if f.wait.Listed() {
		v, ok = c.quickResume(&f.wait)
	} else if v, ok = c.quickReceive(); !ok && c.quickWait(&f.wait, cx.Waker()) {
		c.mu.Unlock()
		return rt.Pending[T]()
	}
	if ok {
		c.mu.Unlock()
		cx.Spend()
		f.receiver = nil
		return rt.Ready(v)
	}
	return f.poll(cx)
}

// poll is Poll when others are concerned. It releases the lock.
func (f *RecvFuture[T]) poll(cx *rt.Context) rt.Poll[T] {
	c := f.receiver.channel
	v, how, k, last := c.receive(cx, &f.wait)
	c.mu.Unlock()
	wake(cx, k)
	if last {
		c.finish(cx)
	}
	if how == waiting {
		return rt.Pending[T]()
	}
	cx.Spend()
	f.receiver = nil
	if how == shut {
		return rt.Fail[T](ErrClosed)
	}
	return rt.Ready(v)
}

// fail ends the future without receiving, unless the budget is used up.
func (f *RecvFuture[T]) fail(cx *rt.Context, err error) rt.Poll[T] {
	if !cx.Spend() {
		return rt.Pending[T]()
	}
	f.receiver.channel.leaveReceive(cx, &f.wait)
	f.receiver = nil
	return rt.Fail[T](err)
}

// Where says that the future waits for a message.
func (f *RecvFuture[T]) Where(w *rt.Where) { w.Operation("achan.Receiver.Recv") }

// Cancel gives up receiving.
func (f *RecvFuture[T]) Cancel() {
	if r := f.receiver; r != nil {
		f.receiver = nil
		r.channel.leaveReceive(nil, &f.wait)
	}
}

// Await waits for a message.
func (f *RecvFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*RecvFuture[T]).Poll)
	return p.Value, p.Err
}
