package alock

import (
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// An RWMutex guards a value that may be read by many at once, or changed by one. The zero
// RWMutex is unlocked and guards the zero value. It must not be copied after first use.
//
// Readers and writers are served in the order in which they came. So a reader waits behind a
// writer that waits, although only readers hold the lock; otherwise readers that come
// and go could keep writers waiting for ever. Whoever holds a read lock and awaits another one
// may therefore wait for itself.
type RWMutex[T any] struct {
	sem     sem     // a reader takes one, a writer all; first, so that a hold leads to the RWMutex
	readers tickets // of those who hold it for reading
	value   T
}

// allReaders is what a writer takes. So many readers can hold the lock; no memory holds more.
const allReaders = maxTaken

// NewRWMutex returns an RWMutex that guards v.
func NewRWMutex[T any](v T) *RWMutex[T] { return &RWMutex[T]{value: v} }

// A ReadGuard is the right to read the value of an [RWMutex], until Unlock. Like a [Guard], it
// may be copied, but only one of the copies may be unlocked.
type ReadGuard[T any] struct{ hold hold }

// readersKnown is how many readers at a time have tickets, whose numbers a hold has room for. It is the
// mark of all others.
const readersKnown = markBits

// A WriteGuard is the right to read and change the value of an [RWMutex], until Unlock. Like a
// [Guard], it may be copied, but only one of the copies may be unlocked.
type WriteGuard[T any] struct{ hold hold }

const (
	misuseRead  = "alock: the ReadGuard does not hold the lock: it was unlocked before"
	misuseWrite = "alock: the WriteGuard does not hold the lock: it was unlocked or downgraded before"
)

// RLock returns a future of the lock for reading. It fails with [rt.ErrStopped] if the task
// was asked to stop. Canceling it changes nothing for others.
//
//async:new
func (m *RWMutex[T]) RLock() *ReadLockFuture[T] { return &ReadLockFuture[T]{mutex: m} }

// Lock returns a future of the lock for writing. It fails with [rt.ErrStopped] if the task
// was asked to stop. Canceling it lets those behind it go on, also if it was this one's turn.
//
//async:new
func (m *RWMutex[T]) Lock() *WriteLockFuture[T] { return &WriteLockFuture[T]{mutex: m} }

// TryRLock locks m for reading if nobody writes or waits.
func (m *RWMutex[T]) TryRLock() (ReadGuard[T], bool) {
	if _, ok := m.sem.try(1, allReaders); !ok {
		return ReadGuard[T]{}, false
	}
	return m.guard(), true
}

// TryLock locks m for writing if nobody holds it or waits.
func (m *RWMutex[T]) TryLock() (WriteGuard[T], bool) {
	turn, ok := m.sem.try(allReaders, allReaders)
	if !ok {
		return WriteGuard[T]{}, false
	}
	return WriteGuard[T]{m.sem.hold(turn)}, true
}

// guard returns the guard of a reader who has taken one of the sem.
func (m *RWMutex[T]) guard() ReadGuard[T] {
	return ReadGuard[T]{m.sem.hold(m.readers.issue(readersKnown))}
}

// Value returns the guarded value, which must not be changed, nor used after Unlock. It panics if g does not
// hold the lock, as far as Unlock can tell.
func (g ReadGuard[T]) Value() *T {
	m := g.shared()
	if n := g.hold.mark(); n != readersKnown && !m.readers.out(n) {
		panic(misuseRead)
	}
	return &m.value
}

// shared returns the lock, and panics if nobody holds it for reading.
func (g ReadGuard[T]) shared() *RWMutex[T] {
	if s := g.hold.sem(); s != nil {
		if n := s.load().taken(); n > 0 && n < allReaders {
			return (*RWMutex[T])(unsafe.Pointer(s))
		}
	}
	panic(misuseRead)
}

// Unlock ends the reading. It may be called by any goroutine and never waits. It panics if g does not
// hold the lock, as far as it can be told: if more than seven hold it, some of them differ in
// nothing from others.
//
//async:in
func (g ReadGuard[T]) Unlock() { g.UnlockIn(nil) }

// UnlockIn is Unlock in the poll whose context cx is.
func (g ReadGuard[T]) UnlockIn(cx *rt.Context) {
	m := g.shared()
	if n := g.hold.mark(); n != readersKnown && !m.readers.redeem(n) || !m.sem.release(cx, unlock(1), allReaders) {
		panic(misuseRead)
	}
}

// Value returns the guarded value, which must not be used after Unlock. It panics if g does
// not hold the lock.
func (g WriteGuard[T]) Value() *T {
	return &(*RWMutex[T])(unsafe.Pointer(g.check())).value
}

// Unlock ends the writing. It may be called by any goroutine and never waits. It panics if g
// does not hold the lock.
//
//async:in
func (g WriteGuard[T]) Unlock() { g.UnlockIn(nil) }

// UnlockIn is Unlock in the poll whose context cx is.
func (g WriteGuard[T]) UnlockIn(cx *rt.Context) {
	g.check().release(cx, unlock(allReaders), allReaders)
}

// Downgrade makes a read lock of the lock, which nobody else can hold for writing in between.
// Readers that wait next can go on. It panics if g does not hold the lock.
//
//async:in
func (g WriteGuard[T]) Downgrade() ReadGuard[T] { return g.DowngradeIn(nil) }

// DowngradeIn is Downgrade in the poll whose context cx is.
func (g WriteGuard[T]) DowngradeIn(cx *rt.Context) ReadGuard[T] {
	s := g.check()
	s.release(cx, unlock(allReaders-1), allReaders)
	return (*RWMutex[T])(unsafe.Pointer(s)).guard()
}

// check returns the sem of the lock, and panics if g does not hold it.
func (g WriteGuard[T]) check() *sem {
	s, ok := g.hold.check(allReaders)
	if !ok {
		panic(misuseWrite)
	}
	return s
}

// A ReadLockFuture is the future of [RWMutex.RLock].
type ReadLockFuture[T any] struct {
	rt.Pin
	mutex *RWMutex[T] // nil when it is done
	wait  waitlist.Waiter
}

// Poll is ready with the guard when the lock is held.
func (f *ReadLockFuture[T]) Poll(cx *rt.Context) rt.Poll[ReadGuard[T]] {
	m := f.mutex
	if m == nil {
		panic(rt.Completed("alock.RWMutex.RLock"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[ReadGuard[T]]()
		}
		f.mutex = nil
		m.sem.leave(cx, &f.wait, allReaders)
		return rt.Fail[ReadGuard[T]](err)
	}
	if _, how := m.sem.acquire(cx, &f.wait, 1, allReaders); how == waiting {
		return rt.Pending[ReadGuard[T]]()
	}
	f.mutex = nil
	return rt.Ready(m.guard())
}

// Where names what the future waits for.
func (f *ReadLockFuture[T]) Where(w *rt.Where) { w.Operation("alock.RWMutex.RLock") }

// Cancel gives up waiting.
func (f *ReadLockFuture[T]) Cancel() {
	if m := f.mutex; m != nil {
		f.mutex = nil
		m.sem.leave(nil, &f.wait, allReaders)
	}
}

// Await waits for the lock.
func (f *ReadLockFuture[T]) Await() (ReadGuard[T], error) {
	p := rt.Block(f, (*ReadLockFuture[T]).Poll)
	return p.Value, p.Err
}

// A WriteLockFuture is the future of [RWMutex.Lock].
type WriteLockFuture[T any] struct {
	rt.Pin
	mutex *RWMutex[T] // nil when it is done
	wait  waitlist.Waiter
}

// Poll is ready with the guard when the lock is held.
func (f *WriteLockFuture[T]) Poll(cx *rt.Context) rt.Poll[WriteGuard[T]] {
	m := f.mutex
	if m == nil {
		panic(rt.Completed("alock.RWMutex.Lock"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[WriteGuard[T]]()
		}
		f.mutex = nil
		m.sem.leave(cx, &f.wait, allReaders)
		return rt.Fail[WriteGuard[T]](err)
	}
	turn, how := m.sem.acquire(cx, &f.wait, allReaders, allReaders)
	if how == waiting {
		return rt.Pending[WriteGuard[T]]()
	}
	f.mutex = nil
	return rt.Ready(WriteGuard[T]{m.sem.hold(turn)})
}

// Where names what the future waits for.
func (f *WriteLockFuture[T]) Where(w *rt.Where) { w.Operation("alock.RWMutex.Lock") }

// Cancel gives up waiting.
func (f *WriteLockFuture[T]) Cancel() {
	if m := f.mutex; m != nil {
		f.mutex = nil
		m.sem.leave(nil, &f.wait, allReaders)
	}
}

// Await waits for the lock.
func (f *WriteLockFuture[T]) Await() (WriteGuard[T], error) {
	p := rt.Block(f, (*WriteLockFuture[T]).Poll)
	return p.Value, p.Err
}
