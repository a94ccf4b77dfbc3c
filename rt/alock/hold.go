package alock

import "unsafe"

// A hold is what a guard knows of its lock: where the lock's sem is, and a mark that tells it from other
// guards. The mark of who holds a lock alone is the last bits of the turn in which it was taken, so that
// a guard that was unlocked can be told from that of the next holder. That of a reader is its ticket.
// Both are in one pointer, not to the sem itself, but to one of the bytes of its
// first word. A poll whose value is larger than that is not returned in registers, and the
// copies would cost more than the lock.
type hold struct{ at unsafe.Pointer }

// markBits is the mark in a hold; a sem's address has none of these bits.
const markBits = 7

func (s *sem) hold(mark uint32) hold {
	return hold{unsafe.Add(unsafe.Pointer(s), mark&markBits)}
}

// sem returns where the lock is, nil for the zero hold.
func (h hold) sem() *sem {
	return (*sem)(unsafe.Pointer(uintptr(h.at) &^ markBits))
}

func (h hold) mark() uint32 { return uint32(uintptr(h.at) & markBits) }

// held reports whether n have been taken of s, in the turn of h.
func (s *sem) held(h hold, n uint32) bool {
	word := s.load()
	return word.turn()&markBits == h.mark() && word.taken() == n
}

// check returns the sem, and whether n have been taken of it, in the turn of the hold. The
// zero hold is none.
func (h hold) check(n uint32) (s *sem, ok bool) {
	s = h.sem()
	return s, s != nil && s.held(h, n)
}

// given is the hold of a guard whose lock was released by somebody else on its behalf.
var given = new(sem).hold(0)
