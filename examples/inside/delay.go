package inside

import (
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A Delay is a future that is ready when a time has passed: the smallest that has to wait. It
// shows the contract of a future. Nothing happens before the first poll; a poll never blocks; a
// pending one has seen to it that the waker will be called.
type Delay struct {
	rt.Pin
	d    time.Duration
	over *signal // nil before the first poll
	done bool
}

// NewDelay makes a Delay, whose time begins with the first poll.
//
//async:new
func NewDelay(d time.Duration) *Delay { return &Delay{d: d} }

// Poll starts a thread at first, which sleeps in the place of everybody. The waker is left
// before the thread begins, so the thread cannot be too early.
func (f *Delay) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if f.done {
		panic(rt.Completed("inside.Delay"))
	}
	if f.over == nil {
		f.over = new(signal)
		f.over.poll(cx.Waker())
		go func(s *signal) {
			time.Sleep(f.d)
			s.give()
		}(f.over)
		return rt.Pending[struct{}]()
	}
	if !f.over.poll(cx.Waker()) {
		return rt.Pending[struct{}]()
	}
	f.done = true
	return rt.Ready(struct{}{})
}

// Cancel lets the thread sleep on, but it wakes nobody.
func (f *Delay) Cancel() {
	if f.over != nil {
		f.over.forget()
	}
	f.done = true
}

// Await blocks the goroutine; in an annotated function it suspends the machine.
func (f *Delay) Await() { rt.Block(f, (*Delay).Poll) }

// A BusyDelay is the same without a thread. It keeps the contract, and is wrong all the same:
// whoever is woken polls again, finds that it is too early, and is woken again. The processor
// is busy all the time, with nothing. A future must wake when polling is worth while, and
// for that something has to happen outside of it.
type BusyDelay struct {
	rt.Pin
	d     time.Duration
	now   func() time.Time
	until time.Time // zero before the first poll
}

// NewBusyDelay makes a BusyDelay, which looks at the clock now.
//
//async:new
func NewBusyDelay(d time.Duration, now func() time.Time) *BusyDelay {
	return &BusyDelay{d: d, now: now}
}

// Poll looks at the clock and asks to be polled again.
func (f *BusyDelay) Poll(cx *rt.Context) rt.Poll[struct{}] {
	now := f.now()
	if f.until.IsZero() {
		f.until = now.Add(f.d)
	}
	if now.Before(f.until) {
		cx.Waker().Wake()
		return rt.Pending[struct{}]()
	}
	return rt.Ready(struct{}{})
}

// Cancel has nothing to do: nobody has the waker.
func (f *BusyDelay) Cancel() {}
