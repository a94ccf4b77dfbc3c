package runq

// A Ring is an unbounded first-in, first-out queue for one goroutine. The zero Ring is
// empty and ready to use.
type Ring[T any] struct {
	buf  []T    // length zero or a power of two
	head uint32 // position of the first element; positions count up for ever, modulo len(buf)
	tail uint32 // position after the last element
}

// firstRing is the capacity that a ring starts with.
const firstRing = 64

// Len returns the number of elements.
func (r *Ring[T]) Len() int { return int(r.tail - r.head) }

// Push adds v at the back.
func (r *Ring[T]) Push(v T) {
	if r.Len() == len(r.buf) {
		r.grow()
	}
	r.buf[r.tail&uint32(len(r.buf)-1)] = v
	r.tail++
}

// Pop takes the first element; ok is false if there is none.
func (r *Ring[T]) Pop() (v T, ok bool) {
	if r.head == r.tail {
		return v, false
	}
	var zero T
	at := &r.buf[r.head&uint32(len(r.buf)-1)]
	v, *at = *at, zero // what was popped must not be kept alive
	r.head++
	return v, true
}

// grow doubles the capacity.
func (r *Ring[T]) grow() {
	n := r.Len()
	buf := make([]T, max(firstRing, 2*len(r.buf)))
	for i := range n {
		buf[i] = r.buf[(r.head+uint32(i))&uint32(len(r.buf)-1)]
	}
	r.buf, r.head, r.tail = buf, 0, uint32(n)
}
