package achan

// A ring is a queue of messages in an array that grows as needed. The zero ring is empty.
type ring[T any] struct {
	slots []T // the length is zero or a power of two
	head  int // index of the first message
	count int
}

// push adds v at the end.
func (r *ring[T]) push(v T) {
	if r.count == len(r.slots) {
		r.grow()
	}
	r.slots[(r.head+r.count)&(len(r.slots)-1)] = v
	r.count++
}

// pop takes the first message out of a ring that is not empty. What a large queue took is
// returned when it is nearly empty again.
func (r *ring[T]) pop() (v T) {
	slot := &r.slots[r.head]
	var zero T
	v, *slot = *slot, zero
	r.head = (r.head + 1) & (len(r.slots) - 1)
	r.count--
	if r.count < len(r.slots)/4 {
		r.shrink()
	}
	return v
}

func (r *ring[T]) grow() { r.resize(max(4, 2*len(r.slots))) }

func (r *ring[T]) shrink() {
	if len(r.slots) > keepSlots {
		r.resize(len(r.slots) / 2)
	}
}

// keepSlots is the size up to which an array is kept however few messages there are.
const keepSlots = 64

// resize moves the messages to an array of n slots.
func (r *ring[T]) resize(n int) {
	slots := make([]T, n)
	tail := copy(slots, r.slots[r.head:min(r.head+r.count, len(r.slots))])
	copy(slots[tail:], r.slots[:r.count-tail])
	r.slots, r.head = slots, 0
}
