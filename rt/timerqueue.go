package rt

import (
	"math"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/timers"
)

// timer is what a sleeping future embeds.
type timer = timers.Entry[Waker]

// A timerQueue holds the timers of a runtime. Sleeping futures add and remove them, on
// whichever goroutine polls; the worker takes out what is due.
type timerQueue struct {
	mu     sync.Mutex // guards what follows, and every timer that was added
	heap   timers.Heap[Waker]
	closed bool
	// clock reads the runtime's clock.
	clock func() int64
	// armed is the deadline that the worker sleeps until, if it sleeps.
	armed int64

	// sooner is called when a timer was added that is due before armed. A removal is never
	// reported: waking the worker to make it sleep longer would cost more than its waking
	// up once in vain.
	sooner func()
}

// A timerState is how a timer stands.
type timerState uint8

const (
	timerPending timerState = iota
	timerFired
	timerClosed // the queue was closed before the timer was due
)

// add starts a timer that wakes w at the time when.
func (q *timerQueue) add(t *timer, when int64, w Waker) timerState {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return timerClosed
	}
	t.Value = w
	sooner := q.heap.Add(t, when) && when < q.armed
	q.mu.Unlock()
	if sooner {
		q.sooner()
	}
	return timerPending
}

// check tells how a timer stands. If it is pending, w replaces its waker.
func (q *timerQueue) check(t *timer, w Waker) timerState {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case t.Queued():
		t.Value = w
		return timerPending
	case q.closed && t.When > q.clock():
		return timerClosed // nothing else takes out a timer before it is due
	}
	return timerFired
}

// remove stops a timer.
func (q *timerQueue) remove(t *timer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.heap.Remove(t)
	t.Value = Waker{}
}

// arm returns how long the worker may sleep: until the first deadline, which may have
// passed, or for ever, which is negative. The worker declares that it is parked before.
func (q *timerQueue) arm() time.Duration {
	q.mu.Lock()
	when, ok := q.heap.Next()
	if !ok {
		when = math.MaxInt64
	}
	q.armed = when
	q.mu.Unlock()
	if !ok {
		return -1
	}
	return max(0, time.Duration(when-q.clock()))
}

// fire wakes everybody whose time has come, by calls of wake.
func (q *timerQueue) fire(now int64, wake func(Waker)) {
	for q.fireSome(now, wake) {
	}
}

// fireSome wakes a batch of those whose time has come, and reports whether there may be
// more. Wakers are called without the lock, since they may be anything.
func (q *timerQueue) fireSome(now int64, wake func(Waker)) (more bool) {
	q.mu.Lock()
	if when, ok := q.heap.Next(); !ok || when > now {
		q.mu.Unlock()
		return false
	}
	var due [64]Waker
	n := 0
	for ; n < len(due); n++ {
		t := q.heap.PopDue(now)
		if t == nil {
			break
		}
		due[n], t.Value = t.Value, Waker{}
	}
	q.mu.Unlock()
	for _, w := range due[:n] {
		wake(w)
	}
	return n == len(due)
}

// close lets no more timers in and wakes all those that are there, to find out.
func (q *timerQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.fire(math.MaxInt64, Waker.Wake)
}
