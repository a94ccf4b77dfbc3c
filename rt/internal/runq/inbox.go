package runq

import "sync/atomic"

// A Node is an element's place in an [Inbox], embedded in the element so that a push
// allocates nothing. It may be in one inbox at a time, once.
type Node[T any] struct {
	Value T
	next  *Node[T]
}

// An Inbox collects nodes from any number of goroutines for one owner. It is a stack
// without locks: a push puts its node on top, and the owner takes the whole stack. Since
// nodes never leave it one by one, a node that is pushed again cannot be mistaken for its
// former self (the ABA problem of such stacks). The zero Inbox is empty and ready to use.
type Inbox[T any] struct {
	top atomic.Pointer[Node[T]]
}

// Push adds n. Any goroutine may call it. What it wrote before is visible to the owner that
// takes n.
func (b *Inbox[T]) Push(n *Node[T]) {
	for {
		top := b.top.Load()
		n.next = top
		if b.top.CompareAndSwap(top, n) {
			return
		}
	}
}

// Empty reports whether there was nothing to take. Any goroutine may call it.
func (b *Inbox[T]) Empty() bool { return b.top.Load() == nil }

// Take empties the inbox and calls each for what was in it, in the order in which it was
// pushed. The node may be pushed again once each is called for it. Owner only.
func (b *Inbox[T]) Take(each func(T)) {
	var first *Node[T]
	for n := b.top.Swap(nil); n != nil; {
		n.next, first, n = first, n, n.next
	}
	for n := first; n != nil; {
		next := n.next
		n.next = nil
		each(n.Value)
		n = next
	}
}
