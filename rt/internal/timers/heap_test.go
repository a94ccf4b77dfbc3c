package timers

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestHeap compares a heap with a list of entries over random additions, removals and
// expiries.
func TestHeap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var h Heap[int]
	var all []*Entry[int] // those that are queued
	for step := range 5_000 {
		switch k := rnd.IntN(10); {
		case k < 5:
			e := &Entry[int]{Value: step}
			when := rnd.Int64N(1000)
			first := !slices.ContainsFunc(all, func(o *Entry[int]) bool { return o.When <= when })
			if h.Add(e, when) != first {
				t.Fatalf("step %d: Add misjudges whether %d is first", step, when)
			}
			all = append(all, e)
		case k < 8 && len(all) > 0:
			i := rnd.IntN(len(all))
			if e := all[i]; !h.Remove(e) || e.Queued() || h.Remove(e) {
				t.Fatalf("step %d: Remove is wrong", step)
			}
			all = slices.Delete(all, i, i+1)
		default:
			now := rnd.Int64N(300)
			e := h.PopDue(now)
			all = checkPopped(t, e, now, all)
		}
		checkHeap(t, &h, len(all))
	}
}

// checkPopped checks that e is an earliest entry of all and due, or that none is, and
// returns the others.
func checkPopped(t *testing.T, e *Entry[int], now int64, all []*Entry[int]) []*Entry[int] {
	t.Helper()
	for _, o := range all {
		if e == nil && o.When <= now || e != nil && o.When < e.When {
			t.Fatalf("an entry for %d was passed over", o.When)
		}
	}
	if e == nil {
		return all
	}
	if e.When > now || e.Queued() {
		t.Fatalf("got an entry for %d at %d", e.When, now)
	}
	i := slices.Index(all, e)
	return slices.Delete(all, i, i+1)
}

// checkHeap checks the order and that every entry knows its place.
func checkHeap(t *testing.T, h *Heap[int], n int) {
	t.Helper()
	if h.Len() != n {
		t.Fatalf("%d entries instead of %d", h.Len(), n)
	}
	for i, node := range h.nodes {
		if int(node.entry.place) != i+1 || node.entry.When != node.when {
			t.Fatalf("node %d is out of step with its entry", i)
		}
		if i > 0 && h.nodes[(i-1)/arity].when > node.when {
			t.Fatalf("node %d is before its parent", i)
		}
	}
	if when, ok := h.Next(); ok != (n > 0) || ok && when != h.nodes[0].when {
		t.Fatalf("Next says %d, %v", when, ok)
	}
}

func TestAddTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	var h Heap[int]
	var e Entry[int]
	h.Add(&e, 1)
	h.Add(&e, 2)
}

func BenchmarkAddRemove(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 6))
	var h Heap[int]
	entries := make([]Entry[int], 100_000)
	for i := range entries {
		h.Add(&entries[i], rnd.Int64N(1e9))
	}
	b.ResetTimer()
	for i := range b.N {
		e := &entries[i%len(entries)]
		h.Remove(e)
		h.Add(e, int64(1e9+i))
	}
}
