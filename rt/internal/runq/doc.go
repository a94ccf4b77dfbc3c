// Package runq holds the queues of things that are ready to run, without knowing what they
// are. There are four, because there are different ways to get into a worker's queue:
//
//   - A [Ring] is the queue of a worker that is alone, first in, first out. Only the goroutine that
//     drives the worker touches it, so it needs no synchronisation.
//   - A [Local] is that of a worker among others, who may steal half of it.
//   - An [Inbox] takes what any goroutine pushes. Whoever takes gets all of it at once, so that
//     the elements cost one atomic operation each on the way in and next to nothing on the
//     way out.
//   - A [Global] is what all workers share, behind a lock.
//
// A worker can be lost to another goroutine in the middle of a poll. What is woken by the poll
// therefore goes into the inbox, and the worker empties that into its queue between polls.
package runq
