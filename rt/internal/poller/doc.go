// Package poller tells when file descriptors become ready.
//
// It is the lowest layer of the runtime and knows the kernel's readiness
// interface and nothing else: no wakers, no tasks, no timers. Who registers a
// descriptor chooses a key for it, and Wait hands the keys of ready descriptors
// back.
//
// # What every platform's poller must do
//
//   - Add registers a descriptor once, for reading and writing together, for as
//     long as it is open. Nothing is re-armed, so the steady state costs no
//     registration calls.
//   - Events are edges: one is reported when the descriptor *becomes* ready, and
//     not again while it stays so. Whoever waits must first try the operation
//     until it would block. Add itself reports a descriptor that is ready at that
//     moment, so that "try, then register, then wait" loses nothing.
//   - Spurious events are legal, missing ones are not.
//   - Remove ends the reports. An event that another goroutine has already
//     fetched may still be on its way, which is why keys should carry a
//     generation: the number of the descriptor is reused, the key is not.
//   - Wait with a timeout of zero never blocks the calling thread. With any other
//     timeout it may, in a way that lets the Go scheduler run other goroutines
//     meanwhile. Timeouts are honoured to well below a millisecond, or every short
//     sleep of the runtime would be late by a tick.
//   - Wake makes the Wait that blocks now return, or else the next one that would
//     block. It is not consumed by a Wait that does not block.
//   - Wait has one caller at a time, and none when Close is called. Everything
//     else may be called by any number of goroutines at once.
package poller

// An Event says what a descriptor became ready for. More than one of the flags
// may be set.
type Event struct {
	// Key is what Add was given for the descriptor.
	Key uint64
	// Readable is set when a read, or an accept, has a chance: data, the end of
	// the stream, or an error to collect.
	Readable bool
	// Writable is set when a write has a chance, and when a connection attempt
	// has been decided.
	Writable bool
	// Hangup is set when the peer has closed its side, on an error, and on
	// urgent data: in all those cases a read that returns less than it was asked
	// for is no proof that nothing is left to fetch.
	Hangup bool
}
