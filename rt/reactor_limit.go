package rt

import (
	"os"
	"time"
)

// Deadlines of descriptors. Most have none, so what they need is allocated by the first call
// of SetDeadline.
//
// Programs move the deadline of a connection before each operation, so that moving it has to
// be cheap. It is two stores: the timer runs on as it was. When it fires too early, whoever
// waits is woken for nothing, and its next poll starts the timer again, for what the deadline
// is by then. So a connection costs one timer per length of a deadline, however many
// operations there are in that time, and none if none has to wait.

// limits are the two deadlines of an FD, by Direction. They are guarded by FD.mu.
type limits [2]limit

// A limit is the deadline of one direction.
type limit struct {
	when int64 // on the clock of timers; 0: none
	// armed is the time that the timer fires at, never later than when as long as somebody
	// waits. 0: it does not run, or fires for nothing.
	armed int64
	queue *timerQueue // where the timer was added last; nil: nowhere
	timer timer
	fired Waker // of the timer: calls FD.fire
}

// SetDeadline sets the time from which on operations in a direction fail with
// [os.ErrDeadlineExceeded], those that wait already among them; the zero time stands for
// never. On a closed FD the error is [os.ErrClosed].
func (d *FD) SetDeadline(dir Direction, t time.Time) error {
	d.mu.Lock()
	if d.state&fdOpen == 0 {
		d.mu.Unlock()
		return os.ErrClosed
	}
	var when int64
	if !t.IsZero() {
		when = max(int64(t.Sub(clockBase)), 1)
	}
	if d.limits == nil {
		if when == 0 {
			d.mu.Unlock()
			return nil
		}
		d.limits = d.newLimits()
	}
	l := &d.limits[dir]
	l.when = when
	var waiting Waker
	if when != 0 && (l.armed == 0 || when < l.armed) {
		waiting = d.takeWaker(dir) // its poll starts the timer, or finds that it is late
	}
	d.mu.Unlock()
	waiting.Wake()
	return nil
}

// newLimits returns two deadlines that are not set.
func (d *FD) newLimits() *limits {
	l := new(limits)
	for dir := range l {
		l[dir].fired = NewWaker(func() { d.fire(Direction(dir)) })
	}
	return l
}

// overdue returns an error if the deadline of a direction has passed. There are limits.
func (d *FD) overdue(dir Direction) error {
	if when := d.limits[dir].when; when == 0 || now() < when {
		return nil
	}
	return os.ErrDeadlineExceeded
}

// arm sees to it that an operation that is about to wait is woken at its deadline. There are
// limits.
func (d *FD) arm(cx *Context, dir Direction) error {
	l := &d.limits[dir]
	if l.when == 0 || l.armed != 0 && l.armed <= l.when {
		return nil
	}
	l.stop()
	l.queue, l.armed = &cx.Runtime().timers, l.when
	if l.queue.add(&l.timer, l.when, l.fired) == timerClosed {
		l.queue, l.armed = nil, 0
		return ErrShutdown
	}
	return nil
}

// fire is called when the timer of a direction has fired, or when its queue was closed. Of a
// timer that was stopped too late it may be called as well: somebody is then woken in vain,
// and starts the timer afresh.
func (d *FD) fire(dir Direction) {
	d.mu.Lock()
	d.limits[dir].armed = 0
	waiting := d.takeWaker(dir)
	d.mu.Unlock()
	waiting.Wake()
}

// disarm stops both timers.
func (d *FD) disarm() {
	if d.limits == nil {
		return
	}
	for dir := range d.limits {
		d.limits[dir].stop()
	}
}

// stop stops the timer.
func (l *limit) stop() {
	if l.queue != nil {
		l.queue.remove(&l.timer)
		l.queue, l.armed = nil, 0
	}
}
