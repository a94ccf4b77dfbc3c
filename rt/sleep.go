package rt

import (
	"math"
	"time"
)

// A SleepFuture is a sleep, see [Sleep].
type SleepFuture struct {
	Pin
	phase sleepPhase
	until bool // span counts from clockBase, not from the first poll
	span  time.Duration
	queue *timerQueue // of the runtime that polled first
	timer timer       // guarded by the queue's lock while phase is sleepWaiting
}

// sleepPhase is where a SleepFuture stands.
type sleepPhase uint8

const (
	sleepNew     sleepPhase = iota // not polled, or polled without budget
	sleepWaiting                   // the timer was added to queue
	sleepDone                      // ready or canceled
)

// Sleep returns a future that is ready d after its first poll, on the clock of the runtime
// that polls it; at once if d is not positive. It fails with [ErrShutdown] if the runtime is
// shut down before, and with [ErrStopped] as long as the task is asked to stop. Canceling it leaves nothing behind.
//
//async:new
func Sleep(d time.Duration) *SleepFuture { return &SleepFuture{span: d} }

// SleepUntil is like [Sleep], until the time t.
//
//async:new
func SleepUntil(t time.Time) *SleepFuture {
	return &SleepFuture{until: true, span: t.Sub(clockBase)}
}

// Poll is ready when the time has come.
func (f *SleepFuture) Poll(cx *Context) Poll[struct{}] {
	how := timerFired
	switch f.phase {
	case sleepNew:
		start := now()
		when := f.deadline(start)
		if when <= start {
			if !cx.Spend() {
				return Pending[struct{}]()
			}
			break
		}
		if cx.Stopped() != nil {
			return f.stop(cx)
		}
		f.phase = sleepWaiting
		f.queue = &cx.Runtime().timers
		how = f.queue.add(&f.timer, when, cx.Waker())
	case sleepWaiting:
		how = f.queue.check(&f.timer, cx.Waker())
	default:
		panic(Completed("rt.Sleep"))
	}
	if how == timerPending {
		if cx.Stopped() != nil {
			return f.stop(cx)
		}
		return Pending[struct{}]()
	}
	f.phase, f.queue = sleepDone, nil
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

// deadline returns when a sleep that starts now ends, at most the end of time.
func (f *SleepFuture) deadline(start int64) int64 {
	if f.until {
		return int64(f.span)
	}
	if when := start + int64(f.span); when >= start || f.span < 0 {
		return when
	}
	return math.MaxInt64
}

// Cancel stops the timer.
func (f *SleepFuture) Cancel() {
	if f.phase == sleepWaiting {
		f.queue.remove(&f.timer)
	}
	f.phase, f.queue = sleepDone, nil
}

// Await sleeps.
func (f *SleepFuture) Await() error { return Block(f, (*SleepFuture).Poll).Err }
