package rt

import (
	"math"
	"sync"
	"time"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt/internal/timers"
)

// timer is what a sleeping future embeds. Its Value is the waker, or a ticket for it. Only the owner of the
// timer changes it, and may therefore read it without the lock; while the timer is queued it is
// changed with the lock held.
type timer = timers.Entry[Waker]

// A timerQueue holds the timers of a runtime. Sleeping futures add and remove them, on
// whichever goroutine polls; the worker takes out what is due.
type timerQueue struct {
	mu     sync.Mutex // guards what follows, and every timer that was added
	heap   timers.Heap[Waker]
	closed bool
	// clock reads the runtime's clock. Constant.
	clock func() int64
	// armed is the deadline that the worker sleeps until, if it sleeps.
	armed int64

	// sooner is called when a timer was added that is due before armed. A removal is never
	// reported: waking the worker to make it sleep longer would cost more than its waking
	// up once in vain.
	sooner func()

	// silent stands for the waker that wakes nobody.
	silent timerTicket
}

// A timerTicket stands for a waker that does not lead to the timer's queue. There may be a million tasks
// that sleep, so a SleepFuture has no pointer to the queue: it finds it by way of its waker, which most
// often is that of a task, and a task knows its runtime. Any other waker has a ticket in its place. The
// ticket itself is never called.
type timerTicket struct {
	wakeTarget
	queue *timerQueue
	waker Waker // guarded by the queue's lock
}

func (q *timerQueue) init(clock func() int64, sooner func()) {
	q.clock, q.sooner = clock, sooner
	q.silent = timerTicket{wakeTarget{kind: wakeTicket}, q, Waker{}}
}

// queueOf returns the queue that a sleep was added to.
func queueOf(t *timer) *timerQueue {
	w := t.Value.target
	if w.kind == wakeTask {
		return &w.task().rt.timers
	}
	return (*timerTicket)(unsafe.Pointer(w)).queue
}

// kept returns w or a ticket for it, as the Value of a sleep in q, which is old now.
func (q *timerQueue) kept(w, old Waker) Waker {
	switch {
	case w.target == nil:
		return Waker{&q.silent.wakeTarget}
	case w.target.kind == wakeTask && &w.target.task().rt.timers == q:
		return w
	case old.target != nil && old.target.kind == wakeTicket && old.target != &q.silent.wakeTarget:
		(*timerTicket)(unsafe.Pointer(old.target)).waker = w
		return old
	}
	k := &timerTicket{wakeTarget{kind: wakeTicket}, q, w}
	return Waker{&k.wakeTarget}
}

// timerWaker returns the waker that a timer's Value stands for.
func timerWaker(kept Waker) Waker {
	if kept.target != nil && kept.target.kind == wakeTicket {
		return (*timerTicket)(unsafe.Pointer(kept.target)).waker
	}
	return kept
}

// A timerState is how a timer stands.
type timerState uint8

const (
	timerPending timerState = iota
	timerFired
	timerClosed // the queue was closed before the timer was due
)

// add starts a timer that wakes w, or what w is a ticket for, at the time when.
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
		if t.Value != w {
			t.Value = q.kept(w, t.Value)
		}
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
		due[n] = timerWaker(t.Value)
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
