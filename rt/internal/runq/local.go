package runq

import "sync/atomic"

// localSize is how many elements a [Local] holds.
const localSize = 256

// A Local is the queue of a worker that others may steal from: bounded, first in, first out. Its
// owner pushes and pops, and any goroutine may take half of what is there. The zero Local is empty
// and ready to use.
//
// The algorithm is that of Go's scheduler (runqput, runqget and runqgrab in runtime/proc.go). The
// elements between head and tail are in the queue. Only the owner moves tail, after it has stored
// the element. Whoever takes elements reads them first and then moves head from where it was when
// they were read; if that fails somebody else has taken them, and what was read means nothing.
// Positions count up for ever, so that head cannot come back to where it was in the meantime.
type Local[T any] struct {
	head atomic.Uint32
	tail atomic.Uint32
	buf  [localSize]atomic.Pointer[T]
}

// Len returns the number of elements at some moment during the call. Any goroutine may call it.
func (q *Local[T]) Len() int {
	for {
		head, tail := q.head.Load(), q.tail.Load()
		if head == q.head.Load() {
			return int(tail - head)
		}
	}
}

// Push adds e at the back, and reports false if the queue is full. Owner only.
func (q *Local[T]) Push(e *T) bool {
	tail := q.tail.Load()
	if tail-q.head.Load() >= localSize {
		return false
	}
	q.buf[tail%localSize].Store(e)
	q.tail.Store(tail + 1)
	return true
}

// Pop takes the first element, or returns nil if there is none. Owner only.
func (q *Local[T]) Pop() *T {
	for {
		head := q.head.Load()
		if head == q.tail.Load() {
			return nil
		}
		e := q.buf[head%localSize].Load()
		if q.head.CompareAndSwap(head, head+1) {
			return e
		}
	}
}

// Spill takes the first half of a full queue, to make room, and calls each for it. It does nothing
// if others have made room. Owner only.
func (q *Local[T]) Spill(each func(*T)) {
	const n = localSize / 2
	head := q.head.Load()
	if q.tail.Load()-head < localSize {
		return
	}
	var batch [n]*T
	for i := range batch {
		batch[i] = q.buf[(head+uint32(i))%localSize].Load()
	}
	if q.head.CompareAndSwap(head, head+n) {
		for _, e := range batch {
			each(e)
		}
	}
}

// Steal moves half of what is in from, rounded up, to the empty queue q, whose owner calls it, and
// returns one of them, which is not left in q. It is nil if there was nothing.
func (q *Local[T]) Steal(from *Local[T]) *T {
	tail := q.tail.Load()
	for {
		head := from.head.Load()
		n := from.tail.Load() - head
		n -= n / 2
		if n == 0 {
			return nil
		}
		if n > localSize/2 {
			continue // head has moved between the two loads
		}
		for i := range n {
			q.buf[(tail+i)%localSize].Store(from.buf[(head+i)%localSize].Load())
		}
		if from.head.CompareAndSwap(head, head+n) {
			n--
			e := q.buf[(tail+n)%localSize].Load()
			q.tail.Store(tail + n)
			return e
		}
	}
}

// Sweep lets go of elements that were taken, which would otherwise be kept alive until their
// places are used again. Owner only, when the queue is likely to stay empty.
func (q *Local[T]) Sweep() {
	if q.head.Load() != q.tail.Load() {
		return
	}
	for i := range q.buf {
		if q.buf[i].Load() != nil {
			q.buf[i].Store(nil)
		}
	}
}
