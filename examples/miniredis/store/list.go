package store

// A List is a list of strings that grows at both ends: a ring.
type List struct {
	ring  [][]byte // its length is a power of two
	first int
	count int
}

// Type is "list".
func (*List) Type() string { return "list" }

// Len returns the number of elements.
func (l *List) Len() int { return l.count }

// At returns the element at i, counted from 0.
func (l *List) At(i int) []byte { return *l.slot(i) }

// slot returns where the element at i is, or would be.
func (l *List) slot(i int) *[]byte { return &l.ring[(l.first+i)&(len(l.ring)-1)] }

// grow makes room for another element.
func (l *List) grow() {
	if l.count < len(l.ring) {
		return
	}
	ring := make([][]byte, max(4, 2*len(l.ring)))
	for i := range l.count {
		ring[i] = l.At(i)
	}
	l.ring, l.first = ring, 0
}

// PushFront adds v before the first element. The list keeps v.
func (l *List) PushFront(v []byte) {
	l.grow()
	l.first = (l.first - 1) & (len(l.ring) - 1)
	l.count++
	*l.slot(0) = v
}

// PushBack adds v behind the last element. The list keeps v.
func (l *List) PushBack(v []byte) {
	l.grow()
	l.count++
	*l.slot(l.count - 1) = v
}

// PopFront removes the first element of a list that has one.
func (l *List) PopFront() []byte {
	v := l.At(0)
	*l.slot(0) = nil
	l.first = (l.first + 1) & (len(l.ring) - 1)
	l.count--
	return v
}

// PopBack removes the last element of a list that has one.
func (l *List) PopBack() []byte {
	v := l.At(l.count - 1)
	*l.slot(l.count - 1) = nil
	l.count--
	return v
}
