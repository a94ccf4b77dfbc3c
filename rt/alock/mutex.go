package alock

import (
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A Mutex guards a value: whoever holds the lock has a [Guard], and through it the value. The
// zero Mutex is unlocked and guards the zero value. It must not be copied after first use.
//
// The lock is handed over in the order in which the waiting futures were polled first, so
// that nobody starves. The alternative, that whoever runs takes it, suits threads, which
// would otherwise stand still until the next one is awake. Here others are polled meanwhile, and a
// lock that nobody awaits anything under is never found taken by a task of the same worker.
type Mutex[T any] struct {
	sem   sem
	value T
	// lost are the turns of guards that were given up in a canceled wait for a [Cond]; see
	// forgive. Guarded by sem.mu.
	lost []uint32
}

// NewMutex returns a Mutex that guards v.
func NewMutex[T any](v T) *Mutex[T] { return &Mutex[T]{value: v} }

// A Guard is the right to use the value of a locked [Mutex], until Unlock. It may be copied
// and handed to others; only one of the copies may be unlocked. The zero Guard guards nothing.
type Guard[T any] struct {
	mutex *Mutex[T]
	turn  uint32
}

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
	return Guard[T]{m, turn}, true
}

// Value returns the guarded value, which must not be used after Unlock. It panics if g does
// not hold the lock.
func (g Guard[T]) Value() *T {
	if s := g.mutex.sem.load(); s.turn() != g.turn || s.taken() == 0 {
		panic(misuse)
	}
	return &g.mutex.value
}

// Unlock hands the lock to who has waited for it longest, or else leaves it open. It may be called
// by any goroutine and never waits. It panics if g does not hold the lock.
func (g Guard[T]) Unlock() {
	held := semWord(g.turn)*turnOne + takenOne
	if m := g.mutex; !m.sem.swap(held, held-takenOne) {
		m.unlock(g.turn)
	}
}

// unlock is Unlock if somebody waits, or if the guard does not hold the lock.
func (m *Mutex[T]) unlock(turn uint32) {
	if s := m.sem.load(); s.turn() == turn && m.sem.release(unlock(1), 1) {
		return
	}
	if !m.forgiven(turn) {
		panic(misuse)
	}
}

// forgive notes that the guard with this turn has lost the lock without being unlocked: it
// was given to a wait that was canceled. Deferred calls that run now will unlock it.
func (m *Mutex[T]) forgive(turn uint32) {
	m.sem.mu.Lock()
	defer m.sem.mu.Unlock()
	m.lost = append(m.lost, turn)
}

// forgiven reports whether forgive was called for this turn, for the first time since.
func (m *Mutex[T]) forgiven(turn uint32) bool {
	m.sem.mu.Lock()
	defer m.sem.mu.Unlock()
	for i, lost := range m.lost {
		if lost == turn {
			m.lost = append(m.lost[:i], m.lost[i+1:]...)
			return true
		}
	}
	return false
}

// A LockFuture is the future of [Mutex.Lock].
type LockFuture[T any] struct {
	rt.Pin
	mutex *Mutex[T] // nil when it is done
	wait  waitlist.Waiter
}

// Poll is ready with the guard when the lock is held.
func (f *LockFuture[T]) Poll(cx *rt.Context) rt.Poll[Guard[T]] {
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
	return rt.Ready(Guard[T]{m, turn})
}

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
