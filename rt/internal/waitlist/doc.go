// Package waitlist holds the list in which channels and locks keep those who wait.
//
// Whoever waits is a future, and its place in the [List] is a [Waiter] that the future
// contains, so that waiting allocates nothing and giving up takes one step, however long
// the list is. The list has no lock of its own. It belongs to a channel or a lock, its owner,
// which has one that it needs for other things as well; all methods are called with it held,
// unless they say otherwise.
//
// # Grants
//
// A waiter that is woken has not got yet what it waited for: it has to be polled first, and
// by then it may have been canceled, because it was the loser of a select. So a wake hands over
// a claim, a grant, and no more. What is claimed stays with the owner of the list, who keeps it
// from everybody else until the waiter does one of two things:
//
//   - it is polled, and takes what it was granted; or
//   - it is canceled, and the owner makes the grant to the next one.
//
// So nothing gets lost between the wake and the poll, nothing is done on behalf of a future
// that then loses, and as newcomers cannot take what was granted, the order is that of the list.
//
// # Wakers and locks
//
// A waker is code of somebody else: it may take locks, poll futures, and come back to the owner
// of the list. So the methods here return wakers, and the owner calls them when it has released
// its lock. By then the waiter may have gone; its waker does no harm.
package waitlist
