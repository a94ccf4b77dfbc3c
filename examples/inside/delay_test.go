package inside

import (
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A Delay is polled twice: once to begin, and once when the time has passed.
func TestDelay(t *testing.T) {
	f := &counted[struct{}]{Future: NewDelay(time.Millisecond)}
	if _, err := BlockOn(f); err != nil || f.polls != 2 {
		t.Errorf("%d polls, %v", f.polls, err)
	}
}

// A BusyDelay is polled as often as the processor can: here a poll takes a millisecond by the
// clock that it looks at, so that one second costs a thousand polls.
func TestBusyDelay(t *testing.T) {
	var clock time.Time
	now := func() time.Time {
		clock = clock.Add(time.Millisecond)
		return clock
	}
	f := &counted[struct{}]{Future: NewBusyDelay(time.Second, now)}
	if _, err := BlockOn(f); err != nil || f.polls != 1001 {
		t.Errorf("%d polls, %v", f.polls, err)
	}
}

func TestCancelDelay(t *testing.T) {
	f := NewDelay(time.Millisecond)
	f.Poll(rt.NewContext(rt.NewWaker(func() { t.Error("woken after Cancel") })))
	over := f.over
	f.Cancel()
	for !over.poll(rt.Waker{}) {
		time.Sleep(time.Millisecond)
	}
}
