package achan_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
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

// repeat returns a future that polls f again and again, until it fails.
func repeat[T any](f rt.Future[T], each func(T)) rt.Future[error] {
	return rt.FromFunc(func(cx *rt.Context) rt.Poll[error] {
		for {
			p := f.Poll(cx)
			if !p.Ready {
				return rt.Pending[error]()
			}
			if p.Err != nil {
				return rt.Ready(p.Err)
			}
			each(p.Value)
		}
	})
}

// TestQueueStress has senders and receivers of two runtimes and of plain code use one channel,
// while some of what they do is canceled all the time. Every message is received once, and
// those of one sender that one receiver gets are in order.
func TestQueueStress(t *testing.T) {
	seed := newSeed(t)
	for _, capacity := range []int{Unbounded, 0, 1, 3} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, uint64(capacity)))
			runtimes := []*rt.Runtime{leaf.Runtime(t), leaf.Runtime(t), nil}
			const each = 300
			tx, rx := MPMC[[2]int](capacity)
			var senders, receivers sync.WaitGroup
			for s := range runtimes {
				tx, random := tx.Clone(), rand.New(rand.NewPCG(random.Uint64(), 0))
				next := 0
				sends := &fickle[struct{}]{random: random, make: func() rt.Future[struct{}] { return tx.Send([2]int{s, next}) }}
				all := rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
					for ; next < each; next++ {
						if p := sends.Poll(cx); !p.Ready || p.Err != nil {
							return p
						}
					}
					tx.Close()
					return rt.Ready(struct{}{})
				})
				senders.Go(func() {
					if err := await(runtimes[s], all); err != nil {
						t.Error(err)
					}
				})
			}
			tx.Close()
			var mu sync.Mutex
			got := make(map[[2]int]int)
			for _, r := range runtimes {
				random := rand.New(rand.NewPCG(random.Uint64(), 0))
				last := [3]int{-1, -1, -1}
				recvs := &fickle[[2]int]{random: random, make: func() rt.Future[[2]int] { return rx.Recv() }}
				all := repeat(recvs, func(m [2]int) {
					if m[1] <= last[m[0]] {
						t.Errorf("message %d of sender %d comes after %d", m[1], m[0], last[m[0]])
					}
					last[m[0]] = m[1]
					mu.Lock()
					defer mu.Unlock()
					got[m]++
				})
				receivers.Go(func() { await(r, all) })
			}
			senders.Wait()
			receivers.Wait()
			if len(got) != len(runtimes)*each {
				t.Errorf("%d messages of %d", len(got), len(runtimes)*each)
			}
			for m, n := range got {
				if n != 1 {
					t.Errorf("message %v was received %d times", m, n)
				}
			}
		})
	}
}

// await waits for f in a task of r, or in plain code if r is nil.
func await[T any](r *rt.Runtime, f rt.Future[T]) error {
	var err error
	if r == nil {
		_, err = rt.Await(f)
	} else {
		_, err = rt.SpawnOn(r, f).Await()
	}
	return err
}

// TestFromStress receives from a Go channel while receives are canceled all the time.
func TestFromStress(t *testing.T) {
	random := rand.New(rand.NewPCG(newSeed(t), 0))
	r := leaf.Runtime(t)
	const n = 500
	ch := make(chan int)
	s := From(ch)
	go func() {
		for i := range n {
			ch <- i
		}
		close(ch)
	}()
	next := 0
	recvs := &fickle[int]{random: random, make: func() rt.Future[int] { return s.Recv() }}
	await(r, repeat(recvs, func(v int) {
		if v != next {
			t.Errorf("%d instead of %d", v, next)
		}
		next = v + 1
	}))
	if next != n {
		t.Errorf("%d messages of %d", next, n)
	}
}

// TestBroadcastStress has receivers that are canceled all the time receive from two senders.
// What a receiver gets and what it is told that it has missed make up all messages.
func TestBroadcastStress(t *testing.T) {
	seed := newSeed(t)
	r := leaf.Runtime(t)
	const each = 500
	tx, rx := Broadcast[[2]int](8)
	values, watched := Watch(0)
	var all sync.WaitGroup
	for i := range 3 {
		rx, watched := rx.Clone(), watched.Clone()
		all.Go(func() {
			defer rx.Close()
			seen, last := 0, [2]int{-1, -1}
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			f := &fickle[[2]int]{random: random, make: func() rt.Future[[2]int] { return rx.Recv() }}
			for {
				m, err := rt.Run(r, f)
				if lag, ok := err.(*LagError); ok {
					seen += int(lag.Missed)
					continue
				}
				if err != nil {
					break
				}
				if m[1] <= last[m[0]] {
					t.Errorf("message %d of sender %d comes after %d", m[1], m[0], last[m[0]])
				}
				last[m[0]] = m[1]
				seen++
			}
			if seen != 2*each {
				t.Errorf("%d messages of %d", seen, 2*each)
			}
		})
		all.Go(func() {
			last := -1
			random := rand.New(rand.NewPCG(seed, uint64(i)+100))
			f := &fickle[int]{random: random, make: func() rt.Future[int] { return watched.Recv() }}
			await(r, repeat(f, func(v int) {
				if v < last {
					t.Errorf("%d comes after %d", v, last)
				}
				last = v
			}))
			if last != each-1 {
				t.Errorf("the last value is %d", last)
			}
		})
	}
	for s := range 2 {
		tx := tx.Clone()
		all.Go(func() {
			for i := range each {
				tx.Send([2]int{s, i})
				if s == 0 {
					values.Send(i)
				}
			}
			tx.Close()
			if s == 0 {
				values.Close()
			}
		})
	}
	rx.Close()
	tx.Close()
	all.Wait()
}
