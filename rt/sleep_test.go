package rt

import (
	"math"
	"runtime"
	"slices"
	"testing"
	"time"
)

func TestSleep(t *testing.T) {
	r := newTestRuntime(t)
	for _, d := range []time.Duration{-time.Second, 0, 1, 100 * time.Microsecond, 3 * time.Millisecond} {
		start := time.Now()
		if _, err := Run(r, Sleep(d)); err != nil || time.Since(start) < d {
			t.Errorf("Sleep(%v) took %v: %v", d, time.Since(start), err)
		}
		start = time.Now()
		if _, err := Run(r, SleepUntil(start.Add(d))); err != nil || time.Since(start) < d {
			t.Errorf("SleepUntil(%v) took %v: %v", d, time.Since(start), err)
		}
	}
	if _, err := Run(r, SleepUntil(time.Time{})); err != nil {
		t.Error(err)
	}
}

// TestSleepStartsAtPoll checks that the time before the first poll does not count.
func TestSleepStartsAtPoll(t *testing.T) {
	r := newTestRuntime(t)
	f := Sleep(2 * time.Millisecond)
	Run(r, Sleep(3*time.Millisecond))
	start := time.Now()
	if Run(r, f); time.Since(start) < 2*time.Millisecond {
		t.Error("the sleep began before its first poll")
	}
}

// TestSleepOrder has sleeps begin in one order and checks that they end in the order of
// their deadlines, which are microseconds apart: they may well be fired together.
func TestSleepOrder(t *testing.T) {
	r := newRuntimeOf(t, 1)
	start := time.Now().Add(5 * time.Millisecond)
	var woken []int
	var tasks []*Task[struct{}]
	for i := range 100 {
		k := i * 37 % 100
		sleep := SleepUntil(start.Add(time.Duration(k) * time.Microsecond))
		first := true
		tasks = append(tasks, SpawnOn(r, FromFunc(func(cx *Context) Poll[struct{}] {
			if !first {
				woken = append(woken, k)
			}
			first = false
			return sleep.Poll(cx)
		})))
	}
	for _, task := range tasks {
		task.Await()
	}
	if !slices.IsSorted(woken) {
		t.Errorf("the order is %v", woken)
	}
}

// TestSleepSooner checks that a worker that sleeps until a late timer is told of an early
// one that another goroutine adds.
func TestSleepSooner(t *testing.T) {
	r := newTestRuntime(t)
	late := SpawnOn(r, Sleep(time.Hour))
	for range 10 {
		for !r.mon.allParked() {
			runtime.Gosched()
		}
		Run(r, Sleep(time.Microsecond))
	}
	late.Cancel()
}

func TestSleepCancel(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	fresh, waiting := Sleep(time.Hour), Sleep(time.Hour)
	waiting.Poll(cx)
	if n := r.timers.pending(); n != 1 {
		t.Fatalf("%d timers", n)
	}
	for _, f := range []*SleepFuture{fresh, waiting} {
		f.Cancel()
		f.Cancel()
	}
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
	mustPanic(t, "rt.Sleep: polled after completion", func() { waiting.Poll(cx) })
}

// TestSleepNewWaker polls a sleep with one waker and then with another: only the second is
// called.
func TestSleepNewWaker(t *testing.T) {
	r := newTestRuntime(t)
	f := Sleep(2 * time.Millisecond)
	old := NewContext(NewWaker(func() { t.Error("the old waker was called") }))
	old.rt = r
	if f.Poll(old).Ready {
		t.Skip("this machine is too slow to see the sleep pending")
	}
	if _, err := Run(r, f); err != nil {
		t.Error(err)
	}
}

func TestSleepForever(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	f := Sleep(math.MaxInt64)
	if f.Poll(cx).Ready {
		t.Error("the longest sleep overflows")
	}
	f.Cancel()
}

// TestSleepInPlace checks that a sleep that is kept by value costs no allocation.
func TestSleepInPlace(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	frame := new(struct{ sleep SleepFuture })
	allocs := testing.AllocsPerRun(100, func() {
		frame.sleep = *Sleep(time.Hour)
		frame.sleep.Poll(cx)
		frame.sleep.Cancel()
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestYield(t *testing.T) {
	woken := 0
	cx := NewContext(NewWaker(func() { woken++ }))
	f := Yield()
	if f.Poll(cx).Ready || woken != 1 {
		t.Error("the first poll must be pending, and wake")
	}
	if !f.Poll(cx).Ready || woken != 1 {
		t.Error("the second poll must be ready")
	}
	mustPanic(t, "rt.Yield: polled after completion", func() { f.Poll(cx) })

	f = Yield()
	f.Cancel()
	mustPanic(t, "rt.Yield: polled after completion", func() { f.Poll(cx) })

	// Tasks that yield take turns.
	r := newRuntimeOf(t, 1)
	var turns []int
	var tasks []*Task[struct{}]
	SpawnOn(r, do(func(*Context) {
		for i := range 3 {
			left := 3
			tasks = append(tasks, SpawnOn(r, FromFunc(func(cx *Context) Poll[struct{}] {
				if turns = append(turns, i); len(turns) > 3 && turns[len(turns)-4] != i {
					t.Errorf("not in turn: %v", turns)
				}
				if left--; left == 0 {
					return Ready(struct{}{})
				}
				return Poll[struct{}]{Ready: Yield().Poll(cx).Ready}
			})))
		}
	})).Await()
	for _, task := range tasks {
		task.Await()
	}
	Yield().Await()
	if err := Sleep(1).Await(); err != nil {
		t.Error(err)
	}
}
