package alock_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// newSeed returns a random number that is printed if the test fails.
func newSeed(t testing.TB) uint64 {
	seed := rand.Uint64()
	t.Logf("the seed is %d", seed)
	return seed
}

// A fickle future polls what make returns, cancels it now and then while it waits, and starts
// again.
type fickle[T any] struct {
	rt.Pin
	make   func() rt.Future[T]
	random *rand.Rand
	now    rt.Future[T]
}

func (f *fickle[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if f.now == nil {
		f.now = f.make()
	}
	p := f.now.Poll(cx)
	if p.Ready {
		f.now = nil
		return p
	}
	if f.random.IntN(4) == 0 {
		f.Cancel()
		cx.Waker().Wake()
	}
	return p
}

func (f *fickle[T]) Cancel() {
	if f.now != nil {
		f.now.Cancel()
		f.now = nil
	}
}

// compete has tasks of two runtimes and goroutines of plain code acquire and release n times
// each, while they give up now and then. To hold something over a suspension is what makes
// others wait, so each suspends before it releases.
func compete[T any](t *testing.T, n int, acquire func(*rand.Rand) rt.Future[T], release func(T)) {
	seed := newSeed(t)
	runtimes := []*rt.Runtime{leaf.Runtime(t), leaf.Runtime(t), nil}
	var all sync.WaitGroup
	for i := range 6 {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		f := &fickle[T]{random: random, make: func() rt.Future[T] { return acquire(random) }}
		held, left := rt.Poll[T]{}, n
		body := rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			for ; left > 0; left-- {
				if !held.Ready {
					if held = f.Poll(cx); !held.Ready {
						return rt.Pending[struct{}]()
					}
					if held.Err != nil {
						return rt.Fail[struct{}](held.Err)
					}
					if random.IntN(2) == 0 {
						cx.Waker().Wake()
						return rt.Pending[struct{}]()
					}
				}
				release(held.Value)
				held.Ready = false
			}
			return rt.Ready(struct{}{})
		})
		all.Go(func() {
			var err error
			if r := runtimes[i%3]; r == nil {
				_, err = rt.Await(body)
			} else {
				_, err = rt.SpawnOn(r, body).Await()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestMutexStress(t *testing.T) {
	var m Mutex[int]
	compete(t, 300,
		func(*rand.Rand) rt.Future[Guard[int]] { return m.Lock() },
		func(g Guard[int]) { *g.Value()++; g.Unlock() })
	g, ok := m.TryLock()
	if !ok || *g.Value() != 1800 {
		t.Error("a lock or an update was lost", ok)
	}
}

// An access is a lock of an RWMutex of either kind.
type access struct {
	read  ReadGuard[int]
	write WriteGuard[int]
	reads bool
}

func TestRWMutexStress(t *testing.T) {
	var m RWMutex[int]
	var writes atomic.Int64
	compete(t, 300,
		func(random *rand.Rand) rt.Future[access] {
			if random.IntN(3) > 0 {
				f := m.RLock()
				return both(f, func(g ReadGuard[int]) access { return access{read: g, reads: true} })
			}
			return both(m.Lock(), func(g WriteGuard[int]) access { return access{write: g} })
		},
		func(a access) {
			if a.reads {
				if n := int64(*a.read.Value()); n > writes.Load() {
					t.Error("read what was not written")
				}
				a.read.Unlock()
				return
			}
			writes.Add(1)
			*a.write.Value()++
			a.write.Unlock()
		})
	g, ok := m.TryLock()
	if !ok || int64(*g.Value()) != writes.Load() {
		t.Error("a lock or an update was lost", ok)
	}
}

// both is f with another result.
func both[T, U any](f rt.Future[T], as func(T) U) rt.Future[U] { return &mapped[T, U]{f: f, as: as} }

type mapped[T, U any] struct {
	rt.Pin
	f  rt.Future[T]
	as func(T) U
}

func (f *mapped[T, U]) Poll(cx *rt.Context) rt.Poll[U] {
	p := f.f.Poll(cx)
	if !p.Ready {
		return rt.Pending[U]()
	}
	return rt.Finish(f.as(p.Value), p.Err)
}

func (f *mapped[T, U]) Cancel() { f.f.Cancel() }

func TestSemaphoreStress(t *testing.T) {
	s := NewSemaphore(5)
	var out atomic.Int64
	compete(t, 300,
		func(random *rand.Rand) rt.Future[Permit] {
			return both(s.AcquireMany(1+random.IntN(5)), func(p Permit) Permit {
				if n := out.Add(int64(p.Count())); n > 5 {
					t.Errorf("%d permits of 5 are given out", n)
				}
				return p
			})
		},
		func(p Permit) { out.Add(-int64(p.Count())); p.Release() })
	if s.Available() != 5 {
		t.Errorf("%d permits of 5 are left", s.Available())
	}
}

// TestNotifyStress has senders announce items one by one to receivers that give up waiting all
// the time. All items are found.
func TestNotifyStress(t *testing.T) {
	seed := newSeed(t)
	r := leaf.Runtime(t)
	const total = 3000
	var n Notify
	var items, taken atomic.Int64
	var all sync.WaitGroup
	for i := range 3 {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		waits := &fickle[struct{}]{random: random, make: func() rt.Future[struct{}] { return n.Wait() }}
		all.Go(func() {
			rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
				for {
					for left := items.Load(); left > 0; left = items.Load() {
						if items.CompareAndSwap(left, left-1) && taken.Add(1) == total {
							n.NotifyAll()
						}
					}
					if taken.Load() == total {
						n.NotifyOne() // for one that began to wait just now
						return rt.Ready(struct{}{})
					}
					if p := waits.Poll(cx); !p.Ready {
						return p
					}
				}
			})).Await()
		})
	}
	for range 2 {
		all.Go(func() {
			for range total / 2 {
				items.Add(1)
				n.NotifyOne()
			}
		})
	}
	all.Wait()
}

// TestBarrierStress opens a barrier again and again. Each time there is one leader.
func TestBarrierStress(t *testing.T) {
	r := leaf.Runtime(t)
	const rounds, size = 200, 3
	b := NewBarrier(size)
	var leaders atomic.Int64
	var all sync.WaitGroup
	for range size {
		all.Go(func() {
			for range rounds {
				leader, err := rt.SpawnOn(r, b.Wait()).Await()
				if leader {
					leaders.Add(1)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := leaders.Load(); n != rounds {
		t.Errorf("%d leaders in %d rounds", n, rounds)
	}
}
