package rt

import (
	"time"
)

// A SleepFuture is a sleep, see [Sleep].
type SleepFuture struct {
	Pin
	// timer is guarded by the queue's lock while the sleep is under way, in the queue of the
	// runtime that polled first, which its Value leads to. Its Mark is the sleepPhase; before the
	// sleep begins its When says how long it is to be.
	timer timer
}

// sleepPhase is where a SleepFuture stands.
type sleepPhase = uint8

const (
	sleepNew     sleepPhase = iota // not polled, or polled without budget
	sleepUntil                     // the same, and When counts from clockBase
	sleepUntilOf                   // the same, as a time of day
	sleepWaiting                   // the timer was added to queue
	sleepDone                      // ready or canceled
)

// Sleep returns a future that is ready d after its first poll, on the clock of the runtime
// that polls it; at once if d is not positive. It fails with [ErrShutdown] if the runtime is
// shut down before, and with [ErrStopped] as long as the task is asked to stop. Canceling it
// leaves nothing behind.
//
//async:new
func Sleep(d time.Duration) *SleepFuture {
	return &SleepFuture{timer: timer{When: int64(d)}}
}

// SleepUntil is like [Sleep], until the time t.
//
//async:new
func SleepUntil(t time.Time) *SleepFuture {
	span, wall := sinceBase(t)
	phase := sleepUntil
	if wall {
		phase = sleepUntilOf
	}
	return &SleepFuture{timer: timer{When: int64(span), Mark: phase}}
}

// Poll is ready when the time has come.
func (f *SleepFuture) Poll(cx *Context) Poll[struct{}] {
	var how timerState
	switch f.timer.Mark {
	case sleepWaiting:
		how = queueOf(&f.timer).check(&f.timer, cx.Waker())
	case sleepDone:
		panic(Completed("rt.Sleep"))
	default:
		return f.begin(cx)
	}
	if how == timerPending {
		if cx.Stopped() != nil {
			return f.stop(cx)
		}
		return Pending[struct{}]()
	}
	return f.end(how)
}

// wait is Poll for those who let others see to a stop. It is not called again once the sleep is
// over.
func (f *SleepFuture) wait(cx *Context) (how timerState) {
	if f.timer.Mark == sleepWaiting {
		how = queueOf(&f.timer).check(&f.timer, cx.Waker())
	} else {
		r := cx.Runtime()
		start := r.now()
		if when := f.deadline(r, start); when > start {
			how = f.start(cx, when)
		} else {
			how = timerFired
		}
	}
	if how != timerPending {
		f.end(how)
	}
	return how
}

// begin is the first poll.
func (f *SleepFuture) begin(cx *Context) Poll[struct{}] {
	r := cx.Runtime()
	start := r.now()
	when := f.deadline(r, start)
	if when <= start {
		if !cx.Spend() {
			return Pending[struct{}]()
		}
		return f.end(timerFired)
	}
	if cx.Stopped() != nil {
		return f.stop(cx)
	}
	if how := f.start(cx, when); how != timerPending {
		return f.end(how)
	}
	return Pending[struct{}]()
}

// start adds the timer.
func (f *SleepFuture) start(cx *Context, when int64) timerState {
	q := &cx.Runtime().timers
	f.timer.Mark = sleepWaiting
	return q.add(&f.timer, when, q.kept(cx.Waker(), Waker{}))
}

// end makes the future ready.
func (f *SleepFuture) end(how timerState) Poll[struct{}] {
	f.timer.Value, f.timer.Mark = Waker{}, sleepDone
	if how == timerClosed {
		return Fail[struct{}](ErrShutdown)
	}
	return Ready(struct{}{})
}

// stop ends a sleep in a task that was asked to stop. It costs as much of the budget as a sleep
// that is over, so that a loop that drops the error lets others run.
func (f *SleepFuture) stop(cx *Context) Poll[struct{}] {
	if !cx.Spend() {
		return Pending[struct{}]()
	}
	f.Cancel()
	return Fail[struct{}](cx.Stopped())
}

// deadline returns when a sleep that starts now ends.
func (f *SleepFuture) deadline(r *Runtime, start int64) int64 {
	span := time.Duration(f.timer.When)
	if f.timer.Mark == sleepNew {
		return later(start, span)
	}
	return r.instant(span, f.timer.Mark == sleepUntilOf)
}

// Cancel stops the timer.
func (f *SleepFuture) Cancel() {
	if f.timer.Mark == sleepWaiting {
		queueOf(&f.timer).remove(&f.timer)
	}
	f.timer.Value, f.timer.Mark = Waker{}, sleepDone
}

// Where names the operation.
func (f *SleepFuture) Where(w *Where) { w.Operation("rt.Sleep") }

// Await sleeps.
func (f *SleepFuture) Await() error { return Block(f, (*SleepFuture).Poll).Err }
