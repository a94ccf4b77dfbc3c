package alock

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A Cond lets tasks wait, while they hold a [Mutex], for what others change under it. It is
// used like a sync.Cond:
//
//	g, err := m.Lock().Await()
//	if err != nil {
//		return err
//	}
//	defer func() { g.Unlock() }()
//	for !ready(g.Value()) {
//		if err := cond.Wait(&g).Await(); err != nil {
//			return err
//		}
//	}
//
// but for the guard, which Wait replaces: the deferred call must unlock the one that is there
// then. Make a Cond with [NewCond]. It must not be copied.
type Cond[T any] struct {
	mutex   *Mutex[T]
	mu      sync.Mutex // guards waiters
	waiters waitlist.List
}

// NewCond returns a Cond for what m guards.
func NewCond[T any](m *Mutex[T]) *Cond[T] { return &Cond[T]{mutex: m} }

// Signal wakes the one who has waited longest, if there is one. The lock need not be held. Any
// goroutine may call it, and it never waits.
//
//async:in
func (c *Cond[T]) Signal() { c.SignalIn(nil) }

// SignalIn is Signal in the poll whose context cx is.
func (c *Cond[T]) SignalIn(cx *rt.Context) {
	var k rt.Waker
	c.mu.Lock()
	if !c.waiters.Empty() {
		k = c.waiters.Grant()
	}
	c.mu.Unlock()
	callOne(cx, k)
}

// Broadcast wakes all who wait. The lock need not be held. Any goroutine may call it, and it
// never waits.
//
//async:in
func (c *Cond[T]) Broadcast() { c.BroadcastIn(nil) }

// BroadcastIn is Broadcast in the poll whose context cx is.
func (c *Cond[T]) BroadcastIn(cx *rt.Context) {
	var few [4]rt.Waker
	c.mu.Lock()
	wake := c.waiters.Drop(few[:0])
	c.mu.Unlock()
	call(cx, wake)
}

// Wait returns a future that unlocks the guard, waits for Signal or Broadcast, locks again, and
// replaces the guard by the new one. It does so also if it fails, as it does with
// [rt.ErrStopped] if the task was asked to stop: the lock is always held afterwards. The first
// poll panics if the guard does not hold the lock of c's mutex.
//
// The wait begins before the lock is released, so no change is missed. If it is canceled, the
// lock is not held afterwards, and Unlock of the guard, which deferred calls are likely to do
// then, does nothing. A signal that has woken it already wakes the next one.
//
//async:new
func (c *Cond[T]) Wait(g *Guard[T]) *CondFuture[T] { return &CondFuture[T]{cond: c, guard: g} }

// A CondFuture is the future of [Cond.Wait].
type CondFuture[T any] struct {
	rt.Pin
	cond    *Cond[T]  // nil when it is done
	guard   *Guard[T] // has given as its hold while the lock is not held
	phase   condPhase
	woken   bool            // by Signal, not by Broadcast
	stopped bool            // the result is an error
	wait    waitlist.Waiter // among the waiters of cond, then of its mutex
}

// condPhase is where a CondFuture stands.
type condPhase uint8

const (
	condNew     condPhase = iota // guard holds the lock
	condWaiting                  // for a signal
	condLocking                  // for the lock
)

// Poll is ready when it was signaled and holds the lock again.
func (f *CondFuture[T]) Poll(cx *rt.Context) rt.Poll[struct{}] {
	c := f.cond
	if c == nil {
		panic(rt.Completed("alock.Cond.Wait"))
	}
	if !cx.CanSpend() {
		cx.Spend()
		return rt.Pending[struct{}]()
	}
	switch f.phase {
	case condNew:
		if s, ok := f.guard.hold.check(1); !ok {
			panic(misuse)
		} else if s != &c.mutex.sem {
			panic("alock: Cond.Wait with a Guard of another Mutex")
		}
		if err := cx.Stopped(); err != nil {
			cx.Spend()
			f.cond = nil
			return rt.Fail[struct{}](err)
		}
		f.begin(cx)
		return rt.Pending[struct{}]()
	case condWaiting:
		if !f.signaled(cx) {
			return rt.Pending[struct{}]()
		}
		f.phase = condLocking
	}
	turn, how := c.mutex.sem.acquire(cx, &f.wait, 1, 1)
	if how == waiting {
		return rt.Pending[struct{}]()
	}
	f.cond = nil
	f.guard.hold = c.mutex.sem.hold(turn)
	if f.stopped {
		return rt.Fail[struct{}](rt.ErrStopped)
	}
	return rt.Ready(struct{}{})
}

// begin begins to wait and releases the lock.
func (f *CondFuture[T]) begin(cx *rt.Context) {
	c := f.cond
	c.mu.Lock()
	c.waiters.Add(&f.wait, cx.Waker())
	c.mu.Unlock()
	f.phase = condWaiting
	f.guard.hold = given
	c.mutex.sem.release(cx, unlock(1), 1)
}

// signaled reports whether the wait for a signal is over.
func (f *CondFuture[T]) signaled(cx *rt.Context) bool {
	c := f.cond
	c.mu.Lock()
	if !f.wait.Waits() {
		f.woken = f.wait.Granted()
		f.wait.Clear()
		c.mu.Unlock()
		return true
	}
	if cx.Stopped() == nil {
		f.wait.Renew(cx.Waker())
		c.mu.Unlock()
		return false
	}
	c.waiters.Remove(&f.wait)
	c.mu.Unlock()
	f.stopped = true
	return true
}

// Where names what the future waits for.
func (f *CondFuture[T]) Where(w *rt.Where) { w.Operation("alock.Cond.Wait") }

// Cancel gives up waiting, without the lock.
func (f *CondFuture[T]) Cancel() {
	c := f.cond
	if c == nil {
		return
	}
	f.cond = nil
	switch f.phase {
	case condNew:
		return
	case condWaiting:
		c.mu.Lock()
		if f.wait.Waits() {
			c.waiters.Remove(&f.wait)
		}
		f.woken = f.wait.Granted()
		f.wait.Clear()
		c.mu.Unlock()
	case condLocking:
		c.mutex.sem.leave(nil, &f.wait, 1)
	}
	if f.woken {
		c.Signal()
	}
}

// Await waits for a signal and for the lock.
func (f *CondFuture[T]) Await() error { return rt.Block(f, (*CondFuture[T]).Poll).Err }
