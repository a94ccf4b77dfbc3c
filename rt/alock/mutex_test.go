package alock_test

import (
	"testing"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

const misuse = "alock: the Guard does not hold the lock: it was unlocked before, or replaced by Cond.Wait"

// get returns what a future is ready with.
func get[T any](t testing.TB, f rt.Future[T]) T {
	t.Helper()
	p := f.Poll(leaf.NewHand().Context)
	if !p.Ready || p.Err != nil {
		t.Errorf("not ready, or %v", p.Err)
	}
	return p.Value
}

func TestMutex(t *testing.T) {
	m := NewMutex(1)
	g := get(t, m.Lock())
	if *g.Value() != 1 {
		t.Error(*g.Value())
	}
	*g.Value() = 2
	if _, ok := m.TryLock(); ok {
		t.Error("locked twice")
	}
	h := leaf.NewHand()
	lock := m.Lock()
	leaf.Pending(t, h, lock)
	leaf.IsAsleep(t, h)
	g.Unlock()
	leaf.IsWoken(t, h)
	if _, ok := m.TryLock(); ok {
		t.Error("the lock was handed over, and somebody else has taken it")
	}
	leaf.MustPanic(t, misuse, func() { g.Value() })
	leaf.MustPanic(t, misuse, g.Unlock)
	g = get(t, lock)
	if *g.Value() != 2 {
		t.Error(*g.Value())
	}
	g.Unlock()
	leaf.MustPanic(t, misuse, func() { g.Value() })
	leaf.MustPanic(t, misuse, g.Unlock)

	leaf.MustPanic(t, misuse, Guard[int]{}.Unlock)
	leaf.MustPanic(t, misuse, func() { Guard[int]{}.Value() })

	var zero Mutex[string]
	s, ok := zero.TryLock()
	if !ok || *s.Value() != "" {
		t.Error("a zero Mutex")
	}
	other, err := NewMutex(0).Lock().Await()
	if err != nil {
		t.Error(err)
	}
	other.Unlock()
	s.Unlock()
}

// TestMutexOrder has several wait, some of whom are canceled: while they wait, and when they were
// woken. The others get the lock in the order in which they began to wait.
func TestMutexOrder(t *testing.T) {
	var m Mutex[int]
	g := get(t, m.Lock())
	var hands [5]*leaf.Hand
	var locks [5]*LockFuture[int]
	for i := range locks {
		hands[i], locks[i] = leaf.NewHand(), m.Lock()
		leaf.Pending(t, hands[i], locks[i])
	}
	locks[2].Cancel()
	g.Unlock()
	leaf.IsWoken(t, hands[0])
	locks[0].Cancel()
	locks[0].Cancel()
	for _, i := range []int{1, 3, 4} {
		leaf.IsWoken(t, hands[i])
		for k := i + 1; k < 5; k++ {
			leaf.IsAsleep(t, hands[k])
		}
		get(t, locks[i]).Unlock()
	}
	leaf.MustPanic(t, "alock.Mutex.Lock: polled after completion", func() { locks[0].Poll(hands[0].Context) })
	g, ok := m.TryLock()
	if !ok {
		t.Fatal("nobody holds the lock, and it is not open")
	}
	g.Unlock()
	m.Lock().Cancel()
}

func TestMutexPolledBy(t *testing.T) {
	var m Mutex[int]
	g := get(t, m.Lock())
	old, now := leaf.NewHand(), leaf.NewHand()
	lock := m.Lock()
	leaf.Pending(t, old, lock)
	leaf.Pending(t, now, lock)
	g.Unlock()
	leaf.IsAsleep(t, old)
	leaf.IsWoken(t, now)
	get(t, lock).Unlock()
}

func TestStopMutex(t *testing.T) {
	r := leaf.Runtime(t)
	var m Mutex[int]
	g := get(t, m.Lock())
	errStopped(t, leaf.Stopped(t, r, m.Lock()))
	errStopped(t, leaf.StoppedEarly(t, m.Lock()))
	g.Unlock()
	errStopped(t, leaf.StoppedEarly(t, m.Lock()))
	get(t, m.Lock()).Unlock()
}

// errStopped checks that err is [rt.ErrStopped].
func errStopped(t testing.TB, err error) {
	t.Helper()
	leaf.Want(t, 0, err, 0, rt.ErrStopped)
}

func TestMutexBudget(t *testing.T) {
	r := leaf.Runtime(t)
	var m Mutex[int]
	n, _ := rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[int] {
		for n := range 10000 {
			p := m.Lock().Poll(cx)
			if !p.Ready {
				return rt.Ready(n)
			}
			p.Value.Unlock()
		}
		return rt.Ready(10000)
	})).Await()
	if n < 16 || n > 1000 {
		t.Errorf("locked %d times in one poll", n)
	}
}

// TestSizes checks that futures kept by value cost no allocation, and how large they are.
func TestSizes(t *testing.T) {
	waker := unsafe.Sizeof(rt.Waker{})
	for _, f := range []struct {
		name string
		size uintptr
	}{
		{"Lock", unsafe.Sizeof(LockFuture[int]{})},
		{"RLock", unsafe.Sizeof(ReadLockFuture[int]{})},
		{"Notify", unsafe.Sizeof(NotifyFuture{})},
		{"Barrier", unsafe.Sizeof(BarrierFuture{})},
	} {
		if f.size > 32+waker {
			t.Errorf("the future of %s takes %d bytes", f.name, f.size)
		}
	}
	cx := rt.NewContext(rt.Waker{})
	var m Mutex[int]
	var n Notify
	frame := new(struct {
		lock   LockFuture[int]
		waits  LockFuture[int]
		notify NotifyFuture
	})
	allocs := testing.AllocsPerRun(100, func() {
		frame.lock = *m.Lock()
		g := frame.lock.Poll(cx).Value
		frame.waits = *m.Lock()
		frame.waits.Poll(cx)
		g.Unlock()
		frame.waits.Poll(cx).Value.Unlock()
		frame.notify = *n.Wait()
		frame.notify.Poll(cx)
		n.NotifyAll()
		frame.notify.Poll(cx)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
