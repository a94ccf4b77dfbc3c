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

// Take empties the inbox and returns what was in it, in the order in which it was pushed: the first
// element, which leads to the others by Next. It is nil if there was nothing. Any goroutine may
// call it.
func (b *Inbox[T]) Take() (first *T) {
	e := b.top.Swap(nil)
	if e == nil || b.at.of(e).next == nil {
		return e // most often there is one
	}
	for e != nil {
		link := b.at.of(e)
		e, link.next, first = link.next, first, e
	}
	return first
}

// Next returns the element behind one that Take has led to, which may be pushed again from
// then on.
func (b *Inbox[T]) Next(e *T) (next *T) {
	link := b.at.of(e)
	if next = link.next; next != nil {
		link.next = nil
	}
	return next
}
