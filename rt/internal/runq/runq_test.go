package runq

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// TestRing compares a ring with a slice over random pushes and pops.
func TestRing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var ring Ring[int]
	var want []int
	ring.head, ring.tail = ^uint32(0)-100, ^uint32(0)-100 // positions wrap around
	for i := range 10_000 {
		// Waves, so that the ring both grows and runs empty.
		if rnd.IntN(100) < 30+i/100%2*40 {
			ring.Push(i)
			want = append(want, i)
		} else if v, ok := ring.Pop(); ok != (len(want) > 0) || ok && v != want[0] {
			t.Fatalf("step %d: got %d, %v", i, v, ok)
		} else if ok {
			want = want[1:]
		}
		if ring.Len() != len(want) {
			t.Fatalf("step %d: length %d instead of %d", i, ring.Len(), len(want))
		}
	}
}

// TestRingKeepsNothing checks that what was popped can be collected.
func TestRingKeepsNothing(t *testing.T) {
	var ring Ring[*int]
	for range 100 {
		ring.Push(new(int))
	}
	for range 100 {
		ring.Pop()
	}
	if slices.ContainsFunc(ring.buf, func(p *int) bool { return p != nil }) {
		t.Error("the ring keeps popped elements")
	}
}

func TestInboxOrder(t *testing.T) {
	var inbox Inbox[int]
	nodes := make([]Node[int], 5)
	for round := range 3 {
		for i := range nodes {
			nodes[i].Value = 10*round + i
			inbox.Push(&nodes[i])
		}
		if inbox.Empty() {
			t.Error("empty after a push")
		}
		next := 10 * round
		inbox.Take(func(v int) {
			if v != next {
				t.Errorf("got %d, not %d", v, next)
			}
			next++
		})
		if next != 10*round+5 || !inbox.Empty() {
			t.Errorf("took up to %d", next)
		}
	}
	inbox.Take(func(int) { t.Error("an empty inbox has an element") })
}

// TestInboxPushDuringTake pushes a node again as soon as it was taken.
func TestInboxPushDuringTake(t *testing.T) {
	var inbox Inbox[int]
	nodes := make([]Node[int], 3)
	for i := range nodes {
		nodes[i].Value = i
		inbox.Push(&nodes[i])
	}
	var got []int
	inbox.Take(func(v int) {
		got = append(got, v)
		inbox.Push(&nodes[v])
	})
	inbox.Take(func(v int) { got = append(got, v) })
	if !slices.Equal(got, []int{0, 1, 2, 0, 1, 2}) {
		t.Errorf("got %v", got)
	}
}

// TestInboxRace has several goroutines push while the owner takes: everything comes once, and
// what one goroutine pushes comes in its order.
func TestInboxRace(t *testing.T) {
	const pushers, each = 4, 5000
	type element struct{ pusher, number int }
	var inbox Inbox[element]
	var all sync.WaitGroup
	for p := range pushers {
		all.Go(func() {
			nodes := make([]Node[element], each)
			for i := range nodes {
				nodes[i].Value = element{p, i}
				inbox.Push(&nodes[i])
			}
		})
	}
	var next [pushers]int
	for left := pushers * each; left > 0; {
		inbox.Take(func(e element) {
			if e.number != next[e.pusher] {
				t.Errorf("pusher %d: %d comes instead of %d", e.pusher, e.number, next[e.pusher])
			}
			next[e.pusher]++
			left--
		})
	}
	all.Wait()
}
