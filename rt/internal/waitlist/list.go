package waitlist

import "github.com/asyncgen/asyncgen/rt"

// A Waiter is a future's place in a [List]. The zero Waiter is in none. It must not be moved
// while it is listed.
type Waiter struct {
	next, prev *Waiter  // in the circle that the list is; nil if it is not in it
	waker      rt.Waker // zero unless it is in the list
	// Tag is for the owner of the list. It is set before the waiter is added and constant
	// until it is cleared.
	Tag uint32
	// granted: the waiter was taken out of the list by Grant, and has not been cleared.
	granted bool
	// listed: the waiter was added and not cleared. Unlike all else here it is written by the
	// future's own polls only, so that the future may read it without the lock.
	listed bool
}

// Listed reports whether w was added to a list and not cleared since. It needs no lock, and is
// for the waiter's future alone.
func (w *Waiter) Listed() bool { return w.listed }

// Waits reports whether w is in the list: it was neither granted anything nor dropped.
func (w *Waiter) Waits() bool { return w.next != nil }

// Granted reports whether w has a claim.
func (w *Waiter) Granted() bool { return w.granted }

// Renew replaces the waker of a waiter in the list.
func (w *Waiter) Renew(k rt.Waker) { w.waker = k }

// Clear ends a wait of which the list knows nothing any more: w was granted something, or it
// was dropped.
func (w *Waiter) Clear() { w.granted, w.listed = false, false }

// A List is a queue of waiters. The zero List is empty.
type List struct {
	first *Waiter // nil if the list is empty
}

// Empty reports whether nobody waits.
func (l *List) Empty() bool { return l.first == nil }

// First returns who has waited longest, or nil.
func (l *List) First() *Waiter { return l.first }

// Add puts w, which is not listed, at the end of the list.
func (l *List) Add(w *Waiter, k rt.Waker) {
	w.waker, w.listed = k, true
	first := l.first
	if first == nil {
		w.next, w.prev = w, w
		l.first = w
		return
	}
	w.next, w.prev = first, first.prev
	w.prev.next, w.next.prev = w, w
}

// Return puts w, whose grant cannot be honoured, back to the front of the list.
func (l *List) Return(w *Waiter, k rt.Waker) {
	w.Clear()
	l.Add(w, k)
	l.first = w
}

// Remove ends the wait of w, which is in the list.
func (l *List) Remove(w *Waiter) {
	l.unlink(w)
	w.Clear()
}

// Grant takes the first waiter out of the list, which is not empty, and gives it a claim. The
// caller has to call the waker.
func (l *List) Grant() rt.Waker {
	w := l.first
	w.granted = true
	return l.unlink(w)
}

// Drop takes all waiters out of the list without a claim and appends their wakers, which the
// caller has to call, to the given ones.
func (l *List) Drop(wakers []rt.Waker) []rt.Waker {
	for l.first != nil {
		wakers = append(wakers, l.unlink(l.first))
	}
	return wakers
}

// unlink takes w out of the circle and returns its waker.
func (l *List) unlink(w *Waiter) rt.Waker {
	if w.next == w {
		l.first = nil
	} else {
		w.prev.next, w.next.prev = w.next, w.prev
		if l.first == w {
			l.first = w.next
		}
	}
	k := w.waker
	w.next, w.prev, w.waker = nil, nil, rt.Waker{}
	return k
}

// Wait sees to it that w is in the list with k as its waker, for owners that wake everybody
// and grant nothing: who is polled looks for itself, and may have to wait again.
func (l *List) Wait(w *Waiter, k rt.Waker) {
	if w.Waits() {
		w.Renew(k)
	} else {
		l.Add(w, k)
	}
}

// Leave ends the wait of w, if it waits.
func (l *List) Leave(w *Waiter) {
	if w.Waits() {
		l.unlink(w)
	}
	w.Clear()
}
