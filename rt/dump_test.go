package rt

import (
	"io"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// dumped returns what Dump writes when ok says that it is what was waited for.
func dumped(t *testing.T, r *Runtime, ok func(string) bool) (text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); runtime.Gosched() {
		var b strings.Builder
		if err := r.Dump(&b); err != nil {
			t.Fatal(err)
		}
		if text = b.String(); ok(text) {
			return text
		}
	}
	t.Fatalf("the list is\n%s", text)
	return ""
}

func TestDump(t *testing.T) {
	r := newTestRuntime(t)
	sleeper := SpawnOn(r, Future[struct{}](Sleep(time.Hour)))
	sleeper.SetName("sleeper")
	waiter := SpawnOn(r, Future[struct{}](sleeper))
	times := regexp.MustCompile(`[0-9.]+m?s`)
	dumped(t, r, func(text string) bool {
		text = times.ReplaceAllString(text, "1s")
		return strings.HasPrefix(text, "runtime \"TestDump\": 2 tasks\n\ntask ") &&
			strings.Contains(text, "\n\ntask \"sleeper\": waiting for 1s, 1s old\n\trt.Sleep\n") &&
			strings.Contains(text, "\n\ntask \"\": waiting for 1s, 1s old\n\trt.Task.Await \"sleeper\"\n")
	})
	sleeper.Cancel()
	waiter.Await()
	dumped(t, r, func(text string) bool { return strings.Contains(text, " 0 tasks") })
}

// TestDumpFirstPoll looks at tasks that are the first of their worker, which has not looked at the clock for
// anything else: they have not waited for longer than they are there.
func TestDumpFirstPoll(t *testing.T) {
	for ticks(now()) < 10 {
		runtime.Gosched()
	}
	for range 20 {
		r := newRuntimeOf(t, 1)
		p := newProbe()
		task := SpawnOn(r, Future[int](p))
		receive(t, p.polled, "the first poll")
		doing, since, _ := task.look()
		for ; doing != "waiting"; doing, since, _ = task.look() {
			runtime.Gosched()
		}
		if since+5 < task.spawned {
			t.Fatalf("spawned at %d, and waits since %d", task.spawned, since)
		}
		shutDown(t, r)
	}
}

// TestSpan checks how times are written.
func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]time.Duration{
		0:                        0,
		123 * time.Millisecond:   120 * time.Millisecond,
		12340 * time.Millisecond: 12300 * time.Millisecond,
		time.Hour:                time.Hour,
		400 * 24 * time.Hour:     400 * 24 * time.Hour,
	} {
		if got := span(7, 7+ticks(int64(d))); got != want {
			t.Errorf("%v is written as %v", d, got)
		}
	}
	if got := span(1, 0); got != 0 {
		t.Errorf("what comes later is %v old", got)
	}
}

// TestDumpRunning looks at a task that is being polled.
func TestDumpRunning(t *testing.T) {
	r := newTestRuntime(t)
	begun, end := make(chan bool), make(chan bool)
	task := SpawnOn(r, do(func(*Context) { begun <- true; <-end }))
	<-begun
	dumped(t, r, func(text string) bool { return strings.Contains(text, "running") })
	end <- true
	task.Await()
}

// TestDumpWhileBusy looks at tasks that go on all the time, and loses nothing: no wake, no
// cancel and no stop.
func TestDumpWhileBusy(t *testing.T) {
	r := newTestRuntime(t)
	const n = 50
	var tasks []*Task[int]
	for range n {
		tasks = append(tasks, SpawnOn(r, repeat(200)))
	}
	sleeping := make([]*Task[struct{}], n)
	for i := range sleeping {
		sleeping[i] = SpawnOn(r, Future[struct{}](Sleep(time.Hour)))
	}
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				r.Dump(io.Discard)
			}
		}
	}()
	for i, task := range sleeping {
		if i%2 == 0 {
			task.Cancel()
		} else {
			task.Stop()
		}
	}
	for _, task := range sleeping {
		if _, err := task.Await(); err == nil {
			t.Error("a sleep of an hour is over")
		}
	}
	for _, task := range tasks {
		task.Await()
	}
	close(stop)
	<-stopped
}

// TestDumpHold does to a task that is held what can be done meanwhile.
func TestDumpHold(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(w *stateWord) (push bool)
		push      bool
	}{
		"nothing": {func(*stateWord) bool { return false }, false},
		"wake":    {(*stateWord).wake, true},
		"cancel":  {(*stateWord).cancel, true},
		"stop":    {(*stateWord).stop, true},
	} {
		var w stateWord
		w.bits = uint32(running)
		if c.meanwhile(&w) {
			t.Errorf("%s: queued while it is held", name)
		}
		if push := w.letGo(); push != c.push {
			t.Errorf("%s: letGo says %v", name, push)
		}
		if s := w.load(); s&running != 0 || (s&scheduled != 0) != c.push {
			t.Errorf("%s: state %b", name, s)
		}
	}
}

// TestDumpMany lists 100,000 tasks, of which every hundredth goes on all the time, and finds each of them, once, and
// all those that wait with the place where they do.
func TestDumpMany(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	r := newRuntimeOf(t, 2)
	over := make(chan struct{})
	for i := range n {
		var f Future[struct{}] = Sleep(time.Hour)
		if i%100 == 0 {
			f = FromFunc(func(cx *Context) Poll[struct{}] {
				select {
				case <-over:
					return Ready(struct{}{})
				default:
					cx.Wake(cx.Waker())
					return Pending[struct{}]()
				}
			})
		}
		SpawnOn(r, f).SetName(strconv.Itoa(i))
	}
	for r.timers.pending() < n-n/100 {
		time.Sleep(time.Millisecond)
	}
	var text strings.Builder
	if err := r.Dump(&text); err != nil {
		t.Fatal(err)
	}
	close(over)
	listed, asleep := map[string]bool{}, 0
	for line := range strings.Lines(text.String()) {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(line, "task "), ": "); ok && strings.HasPrefix(line, "task ") {
			if listed[name] {
				t.Errorf("listed twice: %s, %s", name, rest)
			}
			listed[name] = true
		} else if line == "\trt.Sleep\n" {
			asleep++
		}
	}
	if len(listed) != n || asleep != n-n/100 {
		t.Errorf("%d tasks are listed, %d of them asleep", len(listed), asleep)
	}
}

// BenchmarkDump lists 100,000 tasks.
func BenchmarkDump(b *testing.B) {
	r := newTestRuntime(b)
	for range 100_000 {
		SpawnOn(r, Future[struct{}](Sleep(time.Hour)))
	}
	for b.Loop() {
		r.Dump(io.Discard)
	}
}

func TestWhere(t *testing.T) {
	var w Where
	join := FromFunc(func(*Context) Poll[int] { return Pending[int]() })
	w.At("p.outer", "p.go:1", &twoFutures{Sleep(1), join})
	w.At("p.after", "p.go:2", 17)
	w.At("p.deep", "", &twoFutures{oneFuture{&twoFutures{Ref(Sleep(1)), oneFuture{join}}}, &twoFutures{join, oneFuture{oneFuture{join}}}})
	want := "p.outer p.go:1\np.both\n  rt.Sleep\n  rt.FromFunc\np.after p.go:2\n" + `p.deep
p.both
  p.one
    p.both
      rt.Sleep
      p.one
        rt.FromFunc
  p.both
    rt.FromFunc
    p.one
      p.one
      rt.FromFunc
`
	if got := w.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

type twoFutures struct{ a, b any }

type oneFuture struct{ f any }

func (t oneFuture) Where(w *Where) { w.At("p.one", "", t.f) }

func (f *twoFutures) Where(w *Where) { w.At("p.both", "", f.a, f.b) }
