package rt

import "time"

// MissedTicks say what an [Interval] does when a tick is late, because nobody has asked for it in
// time, by a period or more.
type MissedTicks uint8

const (
	// Burst makes up for missed ticks: they come at once, one after the other, until the
	// schedule is kept again.
	Burst MissedTicks = iota
	// Skip leaves out missed ticks: the next one is due at the next time of the schedule.
	Skip
	// Delay begins a new schedule: the next tick is due a period after the late one.
	Delay
)

// An Interval makes ticks at regular times:
//
//	beat := rt.NewInterval(time.Second, rt.Skip)
//	for {
//		if _, err := beat.Tick().Await(); err != nil {
//			return err
//		}
//		…
//	}
//
// Like a future it belongs to one owner. It keeps no timer of its own: the next tick is a sleep of
// whoever waits for it.
type Interval struct {
	period time.Duration
	missed MissedTicks
	begun  bool
	next   int64       // when the next tick is due, once begun
	waiter *TickFuture // that is pending, if there is one
}

// NewInterval returns an Interval whose first tick is due a period after it was first waited for,
// on the clock of the runtime that polls. It panics if period is not positive.
func NewInterval(period time.Duration, missed MissedTicks) *Interval {
	if period <= 0 {
		panic("rt: NewInterval with a period that is not positive")
	}
	return &Interval{period: period, missed: missed}
}

// Tick returns a future that is ready when the next tick is due, with the time when it was. It fails
// as [Sleep] does. Canceling it loses no tick. One tick may be waited for at a time: another one fails
// with [ErrBusy].
//
//async:new
func (iv *Interval) Tick() *TickFuture { return &TickFuture{interval: iv} }

// A TickFuture waits for a tick, see [Interval.Tick].
type TickFuture struct {
	Pin
	interval *Interval
	sleep    SleepFuture
}

// Poll is ready when the tick is due.
func (f *TickFuture) Poll(cx *Context) Poll[time.Time] {
	iv, r := f.interval, cx.Runtime()
	switch {
	case f.sleep.timer.Mark == sleepDone:
		panic(Completed("rt.Interval.Tick"))
	case iv.waiter != nil && iv.waiter != f:
		if !cx.Spend() {
			return Pending[time.Time]()
		}
		f.Cancel()
		return Fail[time.Time](ErrBusy)
	}
	if f.sleep.timer.Mark == sleepNew {
		if !iv.begun {
			iv.begun = true
			iv.next = later(r.now(), iv.period)
		}
		f.sleep.timer.When, f.sleep.timer.Mark = iv.next, sleepUntil
	}
	p := f.sleep.Poll(cx)
	if !p.Ready {
		iv.waiter = f
		return Pending[time.Time]()
	}
	iv.waiter = nil
	if p.Err != nil {
		return Fail[time.Time](p.Err)
	}
	due, now := iv.next, r.now()
	iv.advance(now)
	return Ready(r.Now().Add(time.Duration(due - now)))
}

// advance moves on to the tick after the one that was due, which ends now.
func (iv *Interval) advance(now int64) {
	late := time.Duration(now - iv.next)
	switch {
	case iv.missed == Burst || late < iv.period:
		iv.next = later(iv.next, iv.period)
	case iv.missed == Skip:
		iv.next = later(iv.next, late-late%iv.period+iv.period)
	default:
		iv.next = later(now, iv.period)
	}
}

// Cancel stops waiting. The tick is still to come.
func (f *TickFuture) Cancel() {
	if f.interval.waiter == f {
		f.interval.waiter = nil
	}
	f.sleep.Cancel()
}

// Await waits for the tick.
func (f *TickFuture) Await() (time.Time, error) {
	p := Block(f, (*TickFuture).Poll)
	return p.Value, p.Err
}
