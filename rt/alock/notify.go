package alock

import (
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A Notify lets tasks wait until others tell them to look around. It carries no data: those
// who are woken look for themselves what there is to do. The zero Notify is ready to use. It
// must not be copied after first use.
type Notify struct {
	state   atomic.Uint32 // a notifyState
	mu      sync.Mutex    // guards waiters; held for changes to and from notifyWaited
	waiters waitlist.List
}

// Values of Notify.state.
const (
	notifyIdle   uint32 = iota // nobody waits, and there is no permit
	notifyPermit               // NotifyOne was called when nobody waited
	notifyWaited               // somebody waits
)

// NotifyOne wakes the one who has waited longest. If nobody waits, it leaves a permit, and the
// next Wait is ready at once; there is never more than one. It may be called by any goroutine
// and never waits.
//
//async:in
func (n *Notify) NotifyOne() { n.NotifyOneIn(nil) }

// NotifyOneIn is NotifyOne in the poll whose context cx is.
func (n *Notify) NotifyOneIn(cx *rt.Context) {
	for {
		old := n.state.Load()
		if old == notifyWaited {
			break
		}
		// Also if there is a permit: what happened before this call happens before the Wait
		// that takes it.
		if n.state.CompareAndSwap(old, notifyPermit) {
			return
		}
	}
	n.mu.Lock()
	n.pass(cx)
}

// NotifyAll wakes all who wait at this moment, and leaves nothing for those who come later. A
// wait begins with the first poll of its future. It may be called by any goroutine and never
// waits.
//
//async:in
func (n *Notify) NotifyAll() { n.NotifyAllIn(nil) }

// NotifyAllIn is NotifyAll in the poll whose context cx is.
func (n *Notify) NotifyAllIn(cx *rt.Context) {
	if n.state.Load() != notifyWaited {
		return
	}
	var few [4]rt.Waker
	n.mu.Lock()
	wake := n.waiters.Drop(few[:0])
	if n.state.Load() == notifyWaited {
		n.state.Store(notifyIdle)
	}
	n.mu.Unlock()
	call(cx, wake)
}

// Wait returns a future that is ready when it has been notified, or if there is a permit,
// which it takes. It fails with [rt.ErrStopped] if the task was asked to stop. Canceling it
// loses nothing: if NotifyOne has woken it already, the next one is woken, or the permit is
// left.
//
//async:new
func (n *Notify) Wait() *NotifyFuture { return &NotifyFuture{from: n} }

// A NotifyFuture is the future of [Notify.Wait].
type NotifyFuture struct {
	rt.Pin
	from *Notify // nil when it is done
	wait waitlist.Waiter
}

// Poll is ready when the future has been notified.
func (f *NotifyFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	n := f.from
	if n == nil {
		panic(rt.Completed("alock.Notify.Wait"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[struct{}]()
		}
		f.from = nil
		n.leave(cx, &f.wait)
		return rt.Fail[struct{}](err)
	}
	if !n.poll(cx, &f.wait) {
		return rt.Pending[struct{}]()
	}
	f.from = nil
	return rt.Ready(struct{}{})
}

// poll reports whether w was notified, or has taken the permit.
func (n *Notify) poll(cx *rt.Context, w *waitlist.Waiter) (ready bool) {
	if w.Listed() {
		return n.resume(cx, w)
	}
	for {
		if n.state.Load() == notifyPermit {
			if n.state.CompareAndSwap(notifyPermit, notifyIdle) {
				cx.Spend()
				return true
			}
			continue
		}
		n.mu.Lock()
		waits := n.state.Load() == notifyWaited || n.state.CompareAndSwap(notifyIdle, notifyWaited)
		if waits {
			n.waiters.Add(w, cx.Waker())
		}
		n.mu.Unlock()
		if waits {
			return false
		}
	}
}

// resume is poll for who waits already.
func (n *Notify) resume(cx *rt.Context, w *waitlist.Waiter) (ready bool) {
	n.mu.Lock()
	waits := w.Waits()
	if waits {
		w.Renew(cx.Waker())
	} else {
		w.Clear()
		cx.Spend()
	}
	n.mu.Unlock()
	return !waits
}

// leave takes back that w waits. A notification that NotifyOne has given it passes on, but
// not one of NotifyAll.
func (n *Notify) leave(cx *rt.Context, w *waitlist.Waiter) {
	if !w.Listed() {
		return
	}
	n.mu.Lock()
	switch {
	case w.Granted():
		w.Clear()
		n.pass(cx)
		return
	case w.Waits():
		n.waiters.Remove(w)
		if n.waiters.Empty() {
			n.state.Store(notifyIdle)
		}
	}
	w.Clear()
	n.mu.Unlock()
}

// pass notifies the first who waits, or leaves a permit. It is called with mu held and
// releases it.
func (n *Notify) pass(cx *rt.Context) {
	if n.waiters.Empty() {
		n.state.Swap(notifyPermit) // as in NotifyOne
		n.mu.Unlock()
		return
	}
	k := n.waiters.Grant()
	if n.waiters.Empty() {
		n.state.Store(notifyIdle)
	}
	n.mu.Unlock()
	callOne(cx, k)
}

// Where names what the future waits for.
func (f *NotifyFuture) Where(w *rt.Where) { w.Operation("alock.Notify.Wait") }

// Cancel gives up waiting.
func (f *NotifyFuture) Cancel() {
	if n := f.from; n != nil {
		f.from = nil
		n.leave(nil, &f.wait)
	}
}

// Await waits to be notified.
func (f *NotifyFuture) Await() error { return rt.Block(f, (*NotifyFuture).Poll).Err }
