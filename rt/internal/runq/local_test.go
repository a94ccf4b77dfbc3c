package runq

import (
	"flag"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var seedFlag = flag.Uint64("runq.seed", 0, "seed of TestLocalRace; 0 takes one from the clock")

// TestLocalOrder fills a queue, has half of it spilled and takes the rest in order.
func TestLocalOrder(t *testing.T) {
	var q Local[int]
	q.head.Store(^uint32(0) - 10) // positions wrap around
	q.tail.Store(^uint32(0) - 10)
	values := make([]int, localSize+1)
	for i := range values {
		values[i] = i
		if pushed := q.Push(&values[i]); pushed != (i < localSize) {
			t.Fatalf("push %d: %v", i, pushed)
		}
	}
	next := 0
	take := func(v *int) {
		if *v != next {
			t.Errorf("got %d, not %d", *v, next)
		}
		next++
	}
	q.Spill(take)
	if next != localSize/2 || q.Len() != localSize/2 {
		t.Errorf("%d spilled, %d left", next, q.Len())
	}
	q.Spill(take) // there is room
	for v := q.Pop(); v != nil; v = q.Pop() {
		take(v)
	}
	if next != localSize {
		t.Errorf("%d came out", next)
	}
	q.Sweep()
	for i := range q.buf {
		if q.buf[i].Load() != nil {
			t.Fatal("the queue keeps what was taken")
		}
	}
}

func TestLocalSteal(t *testing.T) {
	for n := range 10 {
		var from, to Local[int]
		values := make([]int, n)
		for i := range values {
			from.Push(&values[i])
		}
		stolen := to.Steal(&from)
		if (stolen != nil) != (n > 0) || to.Len() != max(0, n-n/2-1) || from.Len() != n/2 {
			t.Errorf("of %d: %v is taken, %d stolen besides, %d left", n, stolen != nil, to.Len(), from.Len())
		}
	}
}

// TestLocalRace has owners push and pop while they steal from each other: every element comes out
// once.
func TestLocalRace(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-runq.seed=%d", seed)
	const owners, each = 3, 20_000
	var queues [owners]Local[atomic.Int32]
	elements := make([]atomic.Int32, owners*each)
	var left atomic.Int64
	left.Store(int64(len(elements)))
	take := func(e *atomic.Int32) {
		if e.Add(1) != 1 {
			t.Error("an element came out twice")
		}
		left.Add(-1)
	}
	var all sync.WaitGroup
	for o := range owners {
		all.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, uint64(o)))
			q, mine := &queues[o], elements[o*each:(o+1)*each]
			for left.Load() > 0 {
				for range rnd.IntN(300) {
					if len(mine) == 0 {
						break
					}
					if q.Push(&mine[0]) {
						mine = mine[1:]
					} else {
						q.Spill(take)
					}
				}
				for range rnd.IntN(200) {
					if e := q.Pop(); e != nil {
						take(e)
					}
				}
				if q.Len() == 0 {
					if e := q.Steal(&queues[(o+1)%owners]); e != nil {
						take(e)
					}
					q.Sweep()
				}
			}
		})
	}
	all.Wait()
}

// TestGlobal pushes from several goroutines and takes in batches.
func TestGlobal(t *testing.T) {
	g := NewGlobal(itemLink)
	const pushers, each = 3, 3000
	items := make([]item, pushers*each)
	var all sync.WaitGroup
	for p := range pushers {
		all.Go(func() {
			for i := range each {
				e := &items[p*each+i]
				e.pusher, e.number = p, i
				g.Push(e)
			}
		})
	}
	var next [pushers]int
	for left := len(items); left > 0; {
		g.Take(7, func(e *item) {
			if e.number != next[e.pusher] || e.link.next != nil {
				t.Errorf("pusher %d: %d comes instead of %d", e.pusher, e.number, next[e.pusher])
			}
			next[e.pusher]++
			left--
		})
	}
	all.Wait()
	if g.Len() != 0 {
		t.Errorf("the length of the empty queue is %d", g.Len())
	}
}
