// Package runq holds the queues of things that are ready to run, without knowing what they
// are. There are two, because there are two ways to get into a worker's queue:
//
//   - A [Ring] is the worker's own queue, first in, first out. Only the goroutine that drives
//     the worker touches it, so it needs no synchronisation.
//   - An [Inbox] takes what any goroutine pushes. Its owner takes all of it at once, so that
//     the elements cost one atomic operation each on the way in and next to nothing on the
//     way out.
//
// Go has no cheap way to ask on which goroutine a function runs, so a push does not know
// whether its worker is the one that pushes. All pushes therefore go through the inbox, and
// the owner empties it into its ring.
package runq
