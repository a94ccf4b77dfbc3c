package runq

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"unsafe"
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

// An item is an element with its link.
type item struct {
	pusher, number int
	link           Link[item]
}

// take empties an inbox and calls each for what was in it.
func take(b *Inbox[item], each func(*item)) {
	for e := b.Take(); e != nil; {
		next := b.Next(e)
		each(e)
		e = next
	}
}

var itemLink = At[item](unsafe.Offsetof(item{}.link))

func TestInboxOrder(t *testing.T) {
	inbox := NewInbox(itemLink)
	items := make([]item, 5)
	for round := range 3 {
		for i := range items {
			items[i].number = 10*round + i
			inbox.Push(&items[i])
		}
		if inbox.Empty() {
			t.Error("empty after a push")
		}
		next := 10 * round
		take(&inbox, func(e *item) {
			if e.number != next {
				t.Errorf("got %d, not %d", e.number, next)
			}
			next++
		})
		if next != 10*round+5 || !inbox.Empty() {
			t.Errorf("took up to %d", next)
		}
	}
	take(&inbox, func(*item) { t.Error("an empty inbox has an element") })
}

// TestInboxPushDuringTake pushes an element again as soon as it was taken.
func TestInboxPushDuringTake(t *testing.T) {
	inbox := NewInbox(itemLink)
	items := make([]item, 3)
	for i := range items {
		items[i].number = i
		inbox.Push(&items[i])
	}
	var got []int
	take(&inbox, func(e *item) {
		got = append(got, e.number)
		inbox.Push(e)
	})
	take(&inbox, func(e *item) { got = append(got, e.number) })
	if !slices.Equal(got, []int{0, 1, 2, 0, 1, 2}) {
		t.Errorf("got %v", got)
	}
}

// TestInboxRace has several goroutines push while the owner takes: everything comes once, and
// what one goroutine pushes comes in its order.
func TestInboxRace(t *testing.T) {
	const pushers, each = 4, 5000
	inbox := NewInbox(itemLink)
	var all sync.WaitGroup
	for p := range pushers {
		all.Go(func() {
			items := make([]item, each)
			for i := range items {
				items[i].pusher, items[i].number = p, i
				inbox.Push(&items[i])
			}
		})
	}
	var next [pushers]int
	for left := pushers * each; left > 0; {
		take(&inbox, func(e *item) {
			if e.number != next[e.pusher] {
				t.Errorf("pusher %d: %d comes instead of %d", e.pusher, e.number, next[e.pusher])
			}
			next[e.pusher]++
			left--
		})
	}
	all.Wait()
}
