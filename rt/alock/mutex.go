package alock

import (
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A Mutex guards a value: whoever holds the lock has a [Guard], and through it the value. The
// zero Mutex is unlocked and guards the zero value. It must not be copied after first use.
//
// The lock is handed over in the order in which the waiting futures were polled first, so that
// nobody starves. The alternative, that whoever runs takes it, suits threads, which would
// otherwise stand still until the next one is awake. Here others are polled meanwhile, and a
// lock that nobody awaits anything under is never found taken by a task of the same worker.
type Mutex[T any] struct {
	sem   sem // first, so that a hold leads to the Mutex
	value T
}

// NewMutex returns a Mutex that guards v.
func NewMutex[T any](v T) *Mutex[T] { return &Mutex[T]{value: v} }

// A Guard is the right to use the value of a locked [Mutex], until Unlock. It may be copied
// and handed to others; only one of the copies may be unlocked. The zero Guard guards nothing.
type Guard[T any] struct{ hold hold }

// misuse is the panic of a guard that does not hold the lock.
const misuse = "alock: the Guard does not hold the lock: it was unlocked before, or replaced by Cond.Wait"

// Lock returns a future of the lock. It fails with [rt.ErrStopped] if the task was asked to
// stop. Canceling it leaves the lock to the next one, also if it was this one's turn.
//
//async:new
func (m *Mutex[T]) Lock() *LockFuture[T] { return &LockFuture[T]{mutex: m} }

// TryLock locks m if that is possible without waiting.
func (m *Mutex[T]) TryLock() (Guard[T], bool) {
	turn, ok := m.sem.try(1, 1)
	if !ok {
		return Guard[T]{}, false
	}
	return Guard[T]{m.sem.hold(turn)}, true
}

// Value returns the guarded value, which must not be used after Unlock. It panics if g does
// not hold the lock.
func (g Guard[T]) Value() *T {
	s := g.hold.sem()
	if s == nil || !s.held(g.hold, 1) {
		panic(misuse)
	}
	return &(*Mutex[T])(unsafe.Pointer(s)).value
}

// Unlock hands the lock to who has waited for it longest, or else leaves it open. It may be
// called by any goroutine and never waits. It panics if g does not hold the lock.
//
//async:in
func (g Guard[T]) Unlock() {
	if s := g.hold.sem(); s == nil || !s.quickUnlock(g.hold) {
		g.unlock(nil)
	}
}

// UnlockIn is Unlock in the poll whose context cx is.
func (g Guard[T]) UnlockIn(cx *rt.Context) {
	if s := g.hold.sem(); s == nil || !s.quickUnlock(g.hold) {
		g.unlock(cx)
	}
}

// unlock is Unlock if somebody waits, or if the guard does not hold the lock. cx is nil outside of
// polls.
func (g Guard[T]) unlock(cx *rt.Context) {
	s, ok := g.hold.check(1)
	if ok {
		s.release(cx, unlock(1), 1)
	} else if g.hold != given { // a wait for a Cond has unlocked it
		panic(misuse)
	}
}

// A LockFuture is the future of [Mutex.Lock].
type LockFuture[T any] struct {
	rt.Pin
	mutex *Mutex[T] // nil when it is done
	wait  waitlist.Waiter
}

// Poll is ready with the guard when the lock is held.
func (f *LockFuture[T]) Poll(cx *rt.Context) rt.Poll[Guard[T]] {
	if m := f.mutex; m != nil && !f.wait.Listed() && cx.CanSpend() && cx.Stopped() == nil {
		if turn, ok := m.sem.quickLock(); ok {
			cx.Spend()
			f.mutex = nil
			return rt.Ready(Guard[T]{m.sem.hold(turn)})
		}
	}
	return f.poll(cx)
}

// poll is Poll unless the lock was free.
func (f *LockFuture[T]) poll(cx *rt.Context) rt.Poll[Guard[T]] {
	m := f.mutex
	if m == nil {
		panic(rt.Completed("alock.Mutex.Lock"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[Guard[T]]()
		}
		f.mutex = nil
		m.sem.leave(cx, &f.wait, 1)
		return rt.Fail[Guard[T]](err)
	}
	turn, how := m.sem.acquire(cx, &f.wait, 1, 1)
	if how == waiting {
		return rt.Pending[Guard[T]]()
	}
	f.mutex = nil
	return rt.Ready(Guard[T]{m.sem.hold(turn)})
}

// Where names what the future waits for.
func (f *LockFuture[T]) Where(w *rt.Where) { w.Operation("alock.Mutex.Lock") }

// Cancel gives up waiting.
func (f *LockFuture[T]) Cancel() {
	if m := f.mutex; m != nil {
		f.mutex = nil
		m.sem.leave(nil, &f.wait, 1)
	}
}

// Await waits for the lock.
func (f *LockFuture[T]) Await() (Guard[T], error) {
	p := rt.Block(f, (*LockFuture[T]).Poll)
	return p.Value, p.Err
}
