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
//		if g, err = cond.Wait(g).Await(); err != nil {
//			return err
//		}
//	}
//
// but for the guard, which Wait replaces. Make it with [NewCond].
type Cond[T any] struct {
	mutex   *Mutex[T]
	mu      sync.Mutex // guards waiters
	waiters waitlist.List
}

// NewCond returns a Cond for what m guards.
func NewCond[T any](m *Mutex[T]) *Cond[T] { return &Cond[T]{mutex: m} }

// Signal wakes the one who has waited longest, if there is one. The lock need not be held. Any
// goroutine may call it, and it never waits.
func (c *Cond[T]) Signal() {
	var k rt.Waker
	c.mu.Lock()
	if !c.waiters.Empty() {
		k = c.waiters.Grant()
	}
	c.mu.Unlock()
	k.Wake()
}

// Broadcast wakes all who wait. The lock need not be held. Any goroutine may call it, and it
// never waits.
func (c *Cond[T]) Broadcast() {
	var few [4]rt.Waker
	c.mu.Lock()
	wake := c.waiters.Drop(few[:0])
	c.mu.Unlock()
	call(nil, wake)
}

// Wait returns a future that unlocks g, waits for Signal or Broadcast, and locks again. It is
// ready with a new guard, which takes the place of g. There is one also if it fails, which it
// does with [rt.ErrStopped] if the task was asked to stop: the lock is held then as well. The first poll
// panics if g does not hold the lock of c's mutex.
//
// The wait begins before the lock is released, so no change is missed. If it is canceled, the
// lock is not held afterwards, and a signal that has woken it already wakes the next one. Unlock of g, which
// deferred calls are likely to do then, does nothing.
//
//async:new
func (c *Cond[T]) Wait(g Guard[T]) *CondFuture[T] { return &CondFuture[T]{cond: c, guard: g} }

// A CondFuture is the future of [Cond.Wait].
type CondFuture[T any] struct {
	rt.Pin
	cond    *Cond[T] // nil when it is done
	guard   Guard[T] // what the caller had
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

// Poll is ready with the new guard when it was signaled and holds the lock.
func (f *CondFuture[T]) Poll(cx *rt.Context) rt.Poll[Guard[T]] {
	c := f.cond
	if c == nil {
		panic(rt.Completed("alock.Cond.Wait"))
	}
	if !cx.CanSpend() {
		cx.Spend()
		return rt.Pending[Guard[T]]()
	}
	switch f.phase {
	case condNew:
		f.guard.Value() // panics if it does not hold the lock
		if f.guard.mutex != c.mutex {
			panic("alock: Cond.Wait with a Guard of another Mutex")
		}
		if err := cx.Stopped(); err != nil {
			cx.Spend()
			f.cond = nil
			return rt.Finish(f.guard, err)
		}
		c.mu.Lock()
		c.waiters.Add(&f.wait, cx.Waker())
		c.mu.Unlock()
		f.phase = condWaiting
		f.guard.Unlock()
		return rt.Pending[Guard[T]]()
	case condWaiting:
		if !f.signaled(cx) {
			return rt.Pending[Guard[T]]()
		}
		f.phase = condLocking
	}
	turn, how := c.mutex.sem.acquire(cx, &f.wait, 1, 1)
	if how == waiting {
		return rt.Pending[Guard[T]]()
	}
	f.cond = nil
	g := Guard[T]{c.mutex, turn}
	if f.stopped {
		return rt.Finish(g, error(rt.ErrStopped))
	}
	return rt.Ready(g)
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
	c.mutex.forgive(f.guard.turn)
	if f.woken {
		c.Signal()
	}
}

// Await waits for a signal and for the lock.
func (f *CondFuture[T]) Await() (Guard[T], error) {
	p := rt.Block(f, (*CondFuture[T]).Poll)
	return p.Value, p.Err
}
