package rt

import (
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/poller"
)

// The reactor joins descriptors to wakers. Below it the poller knows descriptors by
// a key, above it an [FD] knows who waits; the reactor is the table in between, and
// the only part of the runtime that calls the poller.
//
// A key is the index of a slot in the table and the slot's generation, which grows
// each time the slot is freed. The system hands out the number of a closed
// descriptor again at once, so an event that was fetched before the close could
// otherwise reach the next owner of the number; its key is out of date, and the event
// is dropped.
//
// Locks are taken in this order: FD.mu, reactor.mu. Wakers are called with neither
// held, because the waker of a hand-written executor may do anything.

// reactor waits for events of registered descriptors and wakes who asked for them.
type reactor struct {
	poller *poller.Poller

	// polling is held by the goroutine inside wait, normally the worker that
	// owns the reactor. It guards events, and found, whose they are.
	polling sync.Mutex
	events  [128]poller.Event
	found   [128]*FD

	mu     sync.Mutex
	slots  []slot
	free   uint32 // head of the list of free slots, counted from 1; 0: none
	closed bool

	watched atomic.Int32 // number of registered descriptors
}

// slot is one row of the reactor's table.
type slot struct {
	fd         *FD    // nil: the slot is free
	generation uint32 // the upper half of the key
	next       uint32 // while free: the next free slot, counted from 1
}

// newReactor returns a reactor with an empty table.
func newReactor() (*reactor, error) {
	p, err := poller.New()
	if err != nil {
		return nil, err
	}
	return &reactor{poller: p}, nil
}

// wait fetches events and wakes the tasks that waited for them; it returns the
// number of events. A timeout of zero does not block, a negative one has no end.
// It returns early, perhaps with nothing, whenever wake is called.
//
// The worker by waits. The reactor may be another's, if the timeout is zero; otherwise the
// worker is parked until the wait is over, and not any more when the first task is woken.
func (io *reactor) wait(timeout time.Duration, by *worker) (int, error) {
	if timeout != 0 {
		io.polling.Lock()
	} else if !io.polling.TryLock() {
		return 0, nil // somebody else is fetching them
	}
	defer io.polling.Unlock()
	n, err := io.poller.Wait(io.events[:], timeout)
	if timeout != 0 {
		by.unpark()
	}
	io.lookup(n)
	for i, fd := range io.found[:n] {
		if fd != nil {
			fd.deliver(&io.events[i], by)
		}
	}
	clear(io.found[:n])
	return n, err
}

// wake ends a wait that blocks, or the next one that would. Goroutine-safe, also
// after close.
func (io *reactor) wake() {
	// The only error is that the reactor is closed, and then nobody waits.
	_ = io.poller.Wake()
}

// register enters a descriptor into the table and into the poller. The caller holds
// fd.mu.
func (io *reactor) register(fd *FD) error {
	io.mu.Lock()
	defer io.mu.Unlock()
	if io.closed {
		return ErrShutdown
	}
	if io.free == 0 {
		io.slots = append(io.slots, slot{generation: 1})
		io.free = uint32(len(io.slots))
	}
	index := io.free - 1
	s := &io.slots[index]
	key := uint64(s.generation)<<32 | uint64(index)
	if err := io.poller.Add(int(fd.sysfd), key); err != nil {
		return err
	}
	io.free, s.fd, s.next = s.next, fd, 0
	fd.io, fd.key = io, key
	io.watched.Add(1)
	return nil
}

// unregister undoes register. The caller holds fd.mu, and closes the descriptor
// afterwards if that is what it is about.
func (io *reactor) unregister(fd *FD) {
	io.mu.Lock()
	defer io.mu.Unlock()
	index := uint32(fd.key)
	fd.io, fd.key = nil, 0
	if io.closed {
		return // the poller and the table are gone already
	}
	// This fails only if the descriptor was closed behind our back, and then it is
	// not registered any more, which is all we want.
	_ = io.poller.Remove(int(fd.sysfd))
	s := &io.slots[index]
	*s = slot{generation: s.generation + 1, next: io.free}
	io.watched.Add(-1)
	io.free = index + 1
}

// watches reports whether any descriptor is registered, so that a wait may have events.
func (io *reactor) watches() bool { return io.watched.Load() > 0 }

// lookup finds out whose the first n events are. Nobody's is that of a descriptor which was
// unregistered since.
func (io *reactor) lookup(n int) {
	if n == 0 {
		return
	}
	io.mu.Lock()
	for i := range io.events[:n] {
		io.found[i] = io.owner(io.events[i].Key)
	}
	io.mu.Unlock()
}

// owner returns the descriptor that a key stands for, or nil. The caller holds io.mu.
func (io *reactor) owner(key uint64) *FD {
	index := uint32(key)
	if int(index) >= len(io.slots) || io.slots[index].generation != uint32(key>>32) {
		return nil
	}
	return io.slots[index].fd
}

// close releases the poller. Descriptors that are still registered stay open and
// may be used with another runtime: whoever waits for one is woken, and its next
// poll registers it there. Nobody may be in wait.
func (io *reactor) close() error {
	io.mu.Lock()
	if io.closed {
		io.mu.Unlock()
		return os.ErrClosed
	}
	io.closed = true
	slots := io.slots
	io.slots = nil // so that no event finds one
	io.mu.Unlock()
	for i := range slots {
		if fd := slots[i].fd; fd != nil {
			fd.detach(io)
		}
	}
	return io.poller.Close()
}
