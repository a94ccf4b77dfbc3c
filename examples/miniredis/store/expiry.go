package store

import "container/heap"

// End sets when an entry ends.
func (db *DB) End(e *Entry, at int64) {
	e.ends = at
	if e.turn == 0 {
		heap.Push(&db.ends, e)
	} else {
		heap.Fix(&db.ends, e.turn-1)
	}
}

// Persist lets an entry end no more, and reports whether it was to end.
func (db *DB) Persist(e *Entry) bool {
	if e.turn == 0 {
		return false
	}
	heap.Remove(&db.ends, e.turn-1)
	return true
}

// Ends returns when the entry ends, if it does.
func (e *Entry) Ends() (at int64, ok bool) { return e.ends, e.turn != 0 }

// An endHeap has the entries that end, the first at the top. Each knows its place, so that it can
// be removed: a key that is set again and again would leave a trail otherwise.
type endHeap []*Entry

func (h endHeap) Len() int           { return len(h) }
func (h endHeap) Less(i, j int) bool { return h[i].ends < h[j].ends }
func (h endHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].turn, h[j].turn = i+1, j+1
}

// Push is for package heap.
func (h *endHeap) Push(x any) {
	e := x.(*Entry)
	*h = append(*h, e)
	e.turn = len(*h)
}

// Pop is for package heap.
func (h *endHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	e.turn = 0
	return e
}
