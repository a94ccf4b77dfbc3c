package timers

// An Entry is one deadline, with what its owner wants back when it comes up. It must not be
// copied while it is in a heap.
type Entry[T any] struct {
	Value T
	// When is the deadline that the entry was last added with. It belongs to the owner while
	// the entry is in no heap.
	When int64
	// place is the entry's index in the heap, counted from 1; 0 says that it is in none.
	// Thirty-two bits are enough: two thousand million entries would take 64 GB.
	place int32
	// Mark is for the owner, who finds room for it here and nowhere else.
	Mark uint8
}

// Queued reports whether e is in a heap: added, and neither removed nor popped since.
func (e *Entry[T]) Queued() bool { return e.place != 0 }

// A Heap holds entries by their deadline. The zero Heap is empty and ready to use.
type Heap[T any] struct {
	nodes []node[T]
}

// node is an entry's place in the heap. It repeats the deadline, so that comparing two does
// not load the entries.
type node[T any] struct {
	when  int64
	entry *Entry[T]
}

// arity is the number of children of a node.
const arity = 4

// manyNodes is the size from which on the heap grows by an eighth. By itself it would grow by a quarter: of a
// million nodes up to four bytes each would be unused, where a task that sleeps takes 128 without its node.
const manyNodes = 1 << 12

// Len returns the number of entries.
func (h *Heap[T]) Len() int { return len(h.nodes) }

// Add puts e into the heap, to come up at when; e must not be queued. It reports whether e
// is now the one that comes up first, which means that whoever sleeps until the first
// deadline has to sleep for less.
func (h *Heap[T]) Add(e *Entry[T], when int64) (first bool) {
	if e.Queued() {
		panic("timers: entry added twice")
	}
	e.When = when
	if n := len(h.nodes); n == cap(h.nodes) && n >= manyNodes {
		h.nodes = append(make([]node[T], 0, n+n/8), h.nodes...)
	}
	h.nodes = append(h.nodes, node[T]{when, e})
	return h.up(len(h.nodes)-1) == 0
}

// Remove takes e out of the heap. It reports whether it was there; removing an entry twice,
// or one that has come up, does nothing.
func (h *Heap[T]) Remove(e *Entry[T]) bool {
	if !e.Queued() {
		return false
	}
	i := int(e.place) - 1
	e.place = 0
	last := len(h.nodes) - 1
	moved := h.nodes[last]
	h.nodes[last] = node[T]{}
	h.nodes = h.nodes[:last]
	if i < last {
		h.set(i, moved)
		h.down(h.up(i))
	}
	return true
}

// Next returns the first deadline; ok is false if there is none.
func (h *Heap[T]) Next() (when int64, ok bool) {
	if len(h.nodes) == 0 {
		return 0, false
	}
	return h.nodes[0].when, true
}

// PopDue takes out the first entry if its deadline is not later than now, else it returns
// nil. Entries with the same deadline come in no particular order.
func (h *Heap[T]) PopDue(now int64) *Entry[T] {
	if len(h.nodes) == 0 || h.nodes[0].when > now {
		return nil
	}
	e := h.nodes[0].entry
	h.Remove(e)
	return e
}

// set stores n at index i and tells its entry.
func (h *Heap[T]) set(i int, n node[T]) {
	h.nodes[i] = n
	n.entry.place = int32(i + 1)
}

// up moves the node at i towards the root until its parent is not later, and returns where
// it ends.
func (h *Heap[T]) up(i int) int {
	n := h.nodes[i]
	for i > 0 {
		parent := (i - 1) / arity
		if h.nodes[parent].when <= n.when {
			break
		}
		h.set(i, h.nodes[parent])
		i = parent
	}
	h.set(i, n)
	return i
}

// down moves the node at i towards the leaves until no child is earlier.
func (h *Heap[T]) down(i int) {
	n := h.nodes[i]
	for {
		child := h.earliestChild(i)
		if child < 0 || h.nodes[child].when >= n.when {
			break
		}
		h.set(i, h.nodes[child])
		i = child
	}
	h.set(i, n)
}

// earliestChild returns the index of the child of i with the earliest deadline, or -1 if i
// is a leaf.
func (h *Heap[T]) earliestChild(i int) int {
	first := i*arity + 1
	if first >= len(h.nodes) {
		return -1
	}
	best := first
	for c := first + 1; c < min(first+arity, len(h.nodes)); c++ {
		if h.nodes[c].when < h.nodes[best].when {
			best = c
		}
	}
	return best
}
