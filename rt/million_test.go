package rt

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestMillionSleeps has a million sleeps at once, cancels a third of them in an order of chance, and lets
// the others fire: none too early, none twice, none forgotten.
func TestMillionSleeps(t *testing.T) {
	const n = 1_000_000
	r := newTestRuntime(t)
	rnd := rand.New(rand.NewPCG(7, 8))
	start := r.now()
	woken := make([]bool, n)
	sleeps := make([]SleepFuture, n)
	for i := range sleeps {
		cx := &Context{rt: r, unlimited: true, home: new(cleanups), waker: NewWaker(func() { woken[i] = true })}
		sleeps[i] = *Sleep(time.Hour + time.Duration(rnd.Int64N(int64(time.Hour))))
		if sleeps[i].Poll(cx).Ready {
			t.Fatal("a sleep of an hour is over")
		}
	}
	if got := r.timers.pending(); got != n {
		t.Fatalf("%d timers are there", got)
	}
	left := n
	canceled := make([]bool, n)
	for _, i := range rnd.Perm(n)[:n/3] {
		sleeps[i].Cancel()
		canceled[i] = true
		left--
	}
	// The clock is an argument, so the two hours pass in steps of a minute.
	for now := start; left > 0; now += int64(time.Minute) {
		r.timers.fire(now, func(w Waker) { w.Wake(); left-- })
		if got := r.timers.pending(); got != left {
			t.Fatalf("%d timers are there instead of %d", got, left)
		}
		if when, ok := r.timers.heap.Next(); ok && when <= now {
			t.Fatal("a timer that is due did not fire")
		}
		if now > start+int64(3*time.Hour) {
			t.Fatalf("%d sleeps were forgotten", left)
		}
	}
	for i := range woken {
		if woken[i] == canceled[i] {
			t.Fatalf("sleep %d: canceled %v, woken %v", i, canceled[i], woken[i])
		}
	}
}
