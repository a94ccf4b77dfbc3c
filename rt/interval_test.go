package rt

import (
	"testing"
	"time"
)

// TestIntervalAdvance holds the three ways to make up for a late tick to a schedule.
func TestIntervalAdvance(t *testing.T) {
	const p = int64(100)
	for _, c := range []struct {
		missed         MissedTicks
		next, now, due int64
	}{
		{Burst, 1000, 1000, 1100}, {Skip, 1000, 1000, 1100}, {Delay, 1000, 1000, 1100},
		{Burst, 1000, 1099, 1100}, {Skip, 1000, 1099, 1100}, {Delay, 1000, 1099, 1100},
		{Burst, 1000, 1100, 1100}, {Skip, 1000, 1100, 1200}, {Delay, 1000, 1100, 1200},
		{Burst, 1000, 1350, 1100}, {Skip, 1000, 1350, 1400}, {Delay, 1000, 1350, 1450},
	} {
		iv := NewInterval(time.Duration(p), c.missed)
		iv.next = c.next
		if iv.advance(c.now); iv.next != c.due {
			t.Errorf("%v: after %d at %d comes %d, want %d", c.missed, c.next, c.now, iv.next, c.due)
		}
	}
}

func TestInterval(t *testing.T) {
	r := newTestRuntime(t)
	const period = 200 * time.Microsecond
	iv := NewInterval(period, Burst)
	start := time.Now()
	var last time.Time
	for i := range 5 {
		due, err := Run(r, iv.Tick())
		now := time.Now()
		if err != nil || due.After(now) || i > 0 && due.Sub(last).Round(period) != period {
			t.Fatalf("tick %d is due at %v after %v: %v", i, due.Sub(start), last.Sub(start), err)
		}
		last = due
	}
	if took := time.Since(start); took < 5*period {
		t.Errorf("five ticks took %v", took)
	}
	mustPanic(t, "rt: NewInterval with a period that is not positive", func() { NewInterval(0, Skip) })
}

// TestIntervalCancel cancels a tick: the next future gets it.
func TestIntervalCancel(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	iv := NewInterval(time.Hour, Skip)
	f := iv.Tick()
	f.Poll(cx)
	next := iv.next
	f.Cancel()
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
	g := iv.Tick()
	g.Poll(cx)
	if iv.next != next {
		t.Error("the tick was lost")
	}
	g.Cancel()
	mustPanic(t, Completed("rt.Interval.Tick"), func() { g.Poll(cx) })
	stopping := NewContext(Waker{})
	stopping.rt, stopping.stopping = r, true
	if p := iv.Tick().Poll(stopping); p.Err != ErrStopped || iv.next != next {
		t.Errorf("%+v", p)
	}
}

// TestIntervalTwoTicks waits for two ticks at once: the second fails, and the first does not notice.
func TestIntervalTwoTicks(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	iv := NewInterval(time.Millisecond, Burst)
	first, second := iv.Tick(), iv.Tick()
	first.Poll(cx)
	if p := second.Poll(cx); !p.Ready || p.Err != ErrBusy {
		t.Errorf("%+v", p)
	}
	mustPanic(t, Completed("rt.Interval.Tick"), func() { second.Poll(cx) })
	second.Cancel()
	due := iv.next
	if _, err := Run(r, first); err != nil || iv.next != due+int64(time.Millisecond) {
		t.Errorf("%v, the next tick is due %v after the first", err, time.Duration(iv.next-due))
	}
	if _, err := Run(r, iv.Tick()); err != nil {
		t.Error(err)
	}
}
