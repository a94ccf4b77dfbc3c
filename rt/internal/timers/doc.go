// Package timers keeps deadlines in order. It reads no clock and starts nothing: whoever
// uses it says what time it is. Times are nanoseconds since an epoch of the user's choice.
//
// The deadlines form a heap in which each node has four children. It is half as high as a
// binary one, and the four children that a step down compares lie side by side in memory, which
// pays because most timers of a server are added far in the future and removed before they
// are due: such a timer moves up hardly at all, and its removal moves another late one.
//
// An [Entry] is embedded in whatever waits, so that adding it allocates nothing, and it
// knows its place in the heap, so that removing it costs O(log n) and leaves nothing behind.
// The alternative, to mark an entry as dead and drop it when it comes up, would keep the
// memory of a canceled timeout until the deadline.
//
// Nothing in this package is safe for several goroutines at once.
package timers
