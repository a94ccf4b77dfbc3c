package alock

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Tickets tell those apart that have taken something of the same sem and have it, so that one who gives it
// back twice is found out although others have theirs: the count alone would take it for one of them, and
// admit somebody too many. Each has the number of a bit that is set as long as its owner has not given it back.
//
// A ticket that has come back is given out again as late as possible, since its former owner would
// not be found out from then on.
//
//	bits 0-57    ticket number n is out: bit n
//	bits 58-63   the ticket to begin with when one is wanted
type tickets struct{ word atomic.Uint64 }

// ticketCount is how many tickets there is room for.
const ticketCount = 58

// issue returns the number of a ticket that is not out, of the first count. If all are out, that is count.
func (t *tickets) issue(count uint32) uint32 {
	for {
		old := t.word.Load()
		start := old >> ticketCount
		free := ^old & (1<<count - 1)
		if free == 0 {
			return count
		}
		ahead := free >> start << start
		if ahead == 0 {
			ahead = free
		}
		n := uint32(bits.TrailingZeros64(ahead))
		next := uint64((n + 1) % count)
		if t.word.CompareAndSwap(old, old&(1<<ticketCount-1)|1<<n|next<<ticketCount) {
			return n
		}
	}
}

// redeem takes ticket n back, and reports whether it was out.
func (t *tickets) redeem(n uint32) bool {
	return t.word.And(^uint64(1<<n))&(1<<n) != 0
}

// out reports whether ticket n is out.
func (t *tickets) out(n uint32) bool { return t.word.Load()&(1<<n) != 0 }

// An endless is as many tickets as are wanted. Those for which there is no room in the word have larger
// numbers, and are kept in a set, behind a lock.
type endless struct {
	tickets
	rest atomic.Pointer[set]
}

// A set has the numbers of the tickets that are out besides those of the word.
type set struct {
	mu   sync.Mutex
	out  map[uint32]struct{}
	next uint32 // ticketCount is to be added
}

// issue returns the number of a ticket that is not out. There must be fewer than MaxPermits out.
func (e *endless) issue() uint32 {
	if n := e.tickets.issue(ticketCount); n < ticketCount {
		return n
	}
	s := e.rest.Load()
	for s == nil {
		e.rest.CompareAndSwap(nil, &set{out: map[uint32]struct{}{}})
		s = e.rest.Load()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		n := ticketCount + s.next
		s.next = (s.next + 1) % MaxPermits
		if _, out := s.out[n]; !out {
			s.out[n] = struct{}{}
			return n
		}
	}
}

// redeem takes ticket n back, and reports whether it was out.
func (e *endless) redeem(n uint32) bool {
	if n < ticketCount {
		return e.tickets.redeem(n)
	}
	s := e.rest.Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	_, out := s.out[n]
	delete(s.out, n)
	return out
}
