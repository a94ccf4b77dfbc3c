package rttest_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) { leaf.Main(m) }

// recorder is a test that only remembers how it has failed.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	messages []string
	cleanup  []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Name() string     { return "TestRecorded" }
func (r *recorder) Skipped() bool    { return false }
func (r *recorder) Cleanup(f func()) { r.cleanup = append(r.cleanup, f) }

// end ends the test.
func (r *recorder) end() {
	for _, f := range r.cleanup {
		f()
	}
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, fmt.Sprintf(format, args...))
}

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.messages) > 0
}

// expect checks that the test has failed with a message that contains all of want.
func (r *recorder) expect(t *testing.T, want ...string) {
	t.Helper()
	all := strings.Join(r.messages, "\n")
	for _, w := range want {
		if !strings.Contains(all, w) {
			t.Errorf("the report lacks %q:\n%s", w, all)
		}
	}
}

// TestFinds checks that planted errors are found within 1,000 seeds.
func TestFinds(t *testing.T) {
	t.Run("lost update", func(t *testing.T) {
		r := new(recorder)
		rttest.Seeds(r, 1000, lostUpdateAsync)
		r.expect(t, "the balance is -20", "RTTEST_SEED=")
	})
	t.Run("deadlock", func(t *testing.T) {
		r := new(recorder)
		rttest.Seeds(r, 1000, deadlockAsync)
		r.expect(t, "deadlock", "task \"first\": waiting for 0s, 0s old\n\trttest_test.hold planted_test.go:77\n\trt.FromFunc")
	})
	t.Run("lost wake", func(t *testing.T) {
		r := new(recorder)
		rttest.Seeds(r, 1000, lostWakeAsync)
		r.expect(t, "deadlock")
	})
	t.Run("late", func(t *testing.T) {
		r := new(recorder)
		rttest.Seeds(r, 1000, lateAsync)
		r.expect(t, errLate.Error())
	})
}

// TestSeedRepeats checks that a seed gives the same run again, and that seeds differ.
func TestSeedRepeats(t *testing.T) {
	traces := map[uint64]bool{}
	const seeds = 50
	for seed := range uint64(seeds) {
		r := new(recorder)
		first := rttest.Run(r, seed, lateAsync)
		second := rttest.Run(r, seed, lateAsync)
		if first.String() != second.String() || first.Hash() != second.Hash() {
			t.Fatalf("seed %d gave\n%v\nand then\n%v", seed, first, second)
		}
		if len(first) == 0 || first[0].Name != "test" {
			t.Fatalf("the trace is\n%v", first)
		}
		traces[first.Hash()] = true
	}
	if len(traces) < seeds/4 {
		t.Errorf("%d seeds gave %d different runs", seeds, len(traces))
	}
}

// TestSeedVariable checks that the seed that a report names is run.
func TestSeedVariable(t *testing.T) {
	t.Setenv("RTTEST_SEED", "17")
	r, runs := new(recorder), 0
	rttest.Seeds(r, 1000, func() rt.Future[int] { runs++; return rt.Error[int](errors.New("no")) })
	if runs != 1 {
		t.Errorf("%d runs", runs)
	}
	r.expect(t, "seed 17", "no")
}

//async:func
func tick(times int, total *time.Duration) {
	for range times {
		rt.Sleep(time.Second).Await()
		*total += time.Second
	}
}

// TestVirtualTime lets days pass.
func TestVirtualTime(t *testing.T) {
	const times = 3600
	var a, b time.Duration
	trace := rttest.Run(t, 1, func() rt.Future[struct{}] {
		other := rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			rt.SpawnOn(cx.Runtime(), rt.Future[struct{}](tickAsync(times, &b))).Detach()
			return rt.Ready(struct{}{})
		})
		first, second := true, tickAsync(times, &a)
		return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			if first {
				first = false
				other.Poll(cx)
			}
			return second.Poll(cx)
		})
	})
	if last := trace[len(trace)-1].Time; last != times*time.Second {
		t.Errorf("the last step was at %v", last)
	}
	if a != times*time.Second || b < a-time.Second {
		t.Errorf("%v and %v have passed", a, b)
	}
}

//async:func
func old(list *string) {
	early := rt.Spawn(tickAsync(3600, new(time.Duration)))
	early.SetName("early")
	rt.Sleep(20*time.Minute + time.Second/5).Await()
	late := rt.Spawn(rt.Sleep(time.Hour))
	late.SetName("late")
	rt.Sleep(3 * time.Second).Await()
	rt.Await(do(func(cx *rt.Context) {
		var b strings.Builder
		cx.Runtime().Dump(&b)
		*list = b.String()
	}))
	early.Await()
}

// TestAges checks the times in a dump.
func TestAges(t *testing.T) {
	var list string
	rttest.Run(t, 1, func() *oldFuture { return oldAsync(&list) })
	for _, want := range []string{
		"task \"test\": running, 20m3s old\n",
		"ms, 20m3s old\n\trttest_test.tick run_test.go:",
		"task \"late\": waiting for 3s, 3s old\n\trt.Sleep\n",
	} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %q:\n%s", want, list)
		}
	}
}

// do returns a future that calls f in its only poll.
func do(f func(cx *rt.Context)) rt.Future[struct{}] {
	return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
		f(cx)
		return rt.Ready(struct{}{})
	})
}

// never is a future that nobody wakes; cancel is called by Cancel.
type never struct {
	rt.Pin
	cancel func()
}

func (n *never) Poll(*rt.Context) rt.Poll[struct{}] { return rt.Pending[struct{}]() }
func (n *never) Cancel()                            { n.cancel() }
func (n *never) Where(w *rt.Where)                  { w.Operation("never") }

// TestFailures has runs fail in each way, and looks for the report. What is left of the run is
// canceled in each case.
func TestFailures(t *testing.T) {
	spawn := func(cx *rt.Context, f rt.Future[struct{}]) *rt.Task[struct{}] { return rt.SpawnOn(cx.Runtime(), f) }
	for name, c := range map[string]struct {
		f    func(cx *rt.Context)
		want []string
	}{
		"panic":           {func(*rt.Context) { panic("boom") }, []string{"boom", "run_test.go"}},
		"panic detached":  {func(cx *rt.Context) { spawn(cx, do(func(*rt.Context) { panic("boom") })).Detach() }, []string{"nobody waits", "boom"}},
		"Goexit":          {func(*rt.Context) { runtime.Goexit() }, []string{"runtime.Goexit"}},
		"panic in Cancel": {func(cx *rt.Context) { spawn(cx, &never{cancel: func() { panic("cannot") }}) }, []string{"cannot"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := new(recorder)
			canceled := false
			rttest.Run(r, 3, func() rt.Future[struct{}] {
				polls := 0
				return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
					if polls++; polls == 1 {
						spawn(cx, &never{cancel: func() { canceled = true }}).SetName("left")
						c.f(cx)
					}
					cx.Waker().Wake() // so that others are polled before the end
					return rt.Poll[struct{}]{Ready: polls == 20}
				})
			})
			r.expect(t, append(c.want, "seed 3")...)
			if !canceled {
				t.Error("the task that was left was not canceled")
			}
		})
	}
}

// TestErrorInRun has the test fail within the run, and a Fatal end it.
func TestErrorInRun(t *testing.T) {
	r := new(recorder)
	after := false
	rttest.Run(r, 3, func() rt.Future[struct{}] {
		return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			r.Errorf("wrong")
			cx.Waker().Wake()
			if after {
				t.Error("the run goes on")
			}
			after = true
			return rt.Pending[struct{}]()
		})
	})
	r.expect(t, "wrong", "seed 3")
}

// TestNoEnd runs tasks that wake each other for ever.
func TestNoEnd(t *testing.T) {
	r := new(recorder)
	rttest.Run(r, 1, func() rt.Future[struct{}] {
		return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			cx.Waker().Wake()
			return rt.Pending[struct{}]()
		})
	})
	r.expect(t, "no end")
}

// TestIntruder has a goroutine of the outside wake a task that waits.
func TestIntruder(t *testing.T) {
	r := new(recorder)
	rttest.Run(r, 1, func() rt.Future[struct{}] {
		var task *rt.Task[struct{}]
		return rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			if task == nil {
				task = rt.SpawnOn(cx.Runtime(), rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
					w := cx.Waker()
					rt.SpawnOn(cx.Runtime(), do(func(*rt.Context) {
						woken := make(chan struct{})
						go intrude(w, woken)
						<-woken
					}))
					return rt.Pending[struct{}]()
				}))
			}
			return task.Poll(cx)
		})
	})
	r.expect(t, "not part of the run", "rttest_test.intrude")
}

func intrude(w rt.Waker, woken chan<- struct{}) {
	w.Wake()
	close(woken)
}

// TestCoroutine has a task woken by an iterator that a machine pulls.
func TestCoroutine(t *testing.T) {
	rttest.Seeds(t, 20, pullAsync)
}

//async:func
func pull() {
	var e event
	waiter := rt.Spawn(awaitEventAsync(&e))
	for range func(yield func() bool) {
		e.signal()
		yield()
	} {
		rt.Yield().Await()
	}
	waiter.Await()
}

//async:func
func awaitEvent(e *event) {
	if !e.set {
		rt.Await(rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			e.waker = cx.Waker()
			return rt.Poll[struct{}]{Ready: e.set}
		}))
	}
}

// TestLeavings has a future leave a timer behind.
func TestLeavings(t *testing.T) {
	r := new(recorder)
	rttest.Run(r, 1, func() rt.Future[struct{}] {
		return do(func(cx *rt.Context) { rt.Sleep(time.Hour).Poll(cx) })
	})
	r.expect(t, "1 timers are left")
}

// TestGoexitNeedsOthers has runtime.Goexit run a deferred call that waits for another task.
func TestGoexitNeedsOthers(t *testing.T) {
	r := new(recorder)
	rttest.Run(r, 1, exitsAsync)
	r.expect(t, "runtime.Goexit")
	if strings.Contains(strings.Join(r.messages, "\n"), "deadlock") {
		t.Error(r.messages)
	}
}

//async:func
func exits() {
	task := rt.Spawn(tickAsync(3, new(time.Duration)))
	defer func() {
		task.Await()
		rt.Sleep(time.Hour).Await()
	}()
	rt.Yield().Await()
	runtime.Goexit()
}
