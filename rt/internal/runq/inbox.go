package runq

import "sync/atomic"

// An Inbox collects elements from any number of goroutines. It is a stack
// without locks: a push puts its element on top, and whoever takes, takes the whole stack. Since
// elements never leave it one by one, one that is pushed again cannot be mistaken for its
// former self (the ABA problem of such stacks).
type Inbox[T any] struct {
	top atomic.Pointer[T]
	at  Place[T]
}

// NewInbox returns an empty inbox of elements that have their link at the given place.
func NewInbox[T any](at Place[T]) Inbox[T] { return Inbox[T]{at: at} }

// Push adds e. Any goroutine may call it. What it wrote before is visible to whoever
// takes e.
func (b *Inbox[T]) Push(e *T) {
	link := b.at.of(e)
	for {
		top := b.top.Load()
		link.next = top
		if b.top.CompareAndSwap(top, e) {
			return
		}
	}
}

// Empty reports whether there was nothing to take. Any goroutine may call it.
func (b *Inbox[T]) Empty() bool { return b.top.Load() == nil }

// Take empties the inbox and calls each for what was in it, in the order in which it was
// pushed. The element may be pushed again once each is called for it. Any goroutine may call it.
func (b *Inbox[T]) Take(each func(*T)) {
	var first *T
	for e := b.top.Swap(nil); e != nil; {
		link := b.at.of(e)
		e, link.next, first = link.next, first, e
	}
	for e := first; e != nil; {
		link := b.at.of(e)
		next := link.next
		link.next = nil
		each(e)
		e = next
	}
}
