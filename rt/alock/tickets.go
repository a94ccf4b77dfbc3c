package alock

import (
	"math/bits"
	"sync/atomic"
)

// Tickets tell the permits apart that are out at the same time, so that one that is released twice is
// found out although others are out: the count alone would take it for one of these, and admit somebody
// too many. Each permit has the number of a bit that is set as long as it is out.
//
// There are as many tickets as there is room for in a word. Permits that are given out when all
// are taken have none, and only the count to guard them. A ticket that has come back is given out again
// as late as possible, since its former owner would not be found out from then on.
//
//	bits 0-57    ticket number n is out: bit n
//	bits 58-63   the ticket to begin with when one is wanted
type tickets struct{ word atomic.Uint64 }

const (
	ticketCount = 58
	ticketMask  = 1<<ticketCount - 1
	noTicket    = ticketCount
)

// issue returns a ticket that is not out, or noTicket.
func (t *tickets) issue() uint32 {
	for {
		old := t.word.Load()
		start := int(old >> ticketCount)
		free := ^old & ticketMask
		if free == 0 {
			return noTicket
		}
		ahead := free >> start << start
		if ahead == 0 {
			ahead = free
		}
		n := bits.TrailingZeros64(ahead)
		next := uint64(n+1) % ticketCount
		if t.word.CompareAndSwap(old, old&ticketMask|1<<n|next<<ticketCount) {
			return uint32(n)
		}
	}
}

// redeem takes a ticket back, and reports whether it was out.
func (t *tickets) redeem(n uint32) bool {
	if n == noTicket {
		return true
	}
	return t.word.And(^uint64(1<<n))&(1<<n) != 0
}
