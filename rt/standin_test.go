package rt

import (
	"errors"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A blockage is a way to block a goroutine inside a poll, and a way to end that from another
// task.
type blockage struct {
	name  string
	setup func(t *testing.T, r *Runtime) (block, release func())
}

var blockages = []blockage{
	{"receive", func(t *testing.T, r *Runtime) (block, release func()) {
		ch := make(chan int)
		return func() { <-ch }, func() { close(ch) }
	}},
	{"send", func(t *testing.T, r *Runtime) (block, release func()) {
		ch := make(chan int, 1)
		ch <- 1
		return func() { ch <- 2 }, func() { <-ch }
	}},
	{"select", func(t *testing.T, r *Runtime) (block, release func()) {
		a, b := make(chan int), make(chan int)
		return func() {
			select {
			case <-a:
			case <-b:
			}
		}, func() { close(b) }
	}},
	{"mutex", func(t *testing.T, r *Runtime) (block, release func()) {
		var mu sync.Mutex
		mu.Lock()
		return mu.Lock, mu.Unlock
	}},
	{"wait group", func(t *testing.T, r *Runtime) (block, release func()) {
		var all sync.WaitGroup
		all.Add(1)
		return all.Wait, all.Done
	}},
	{"time.Sleep", func(t *testing.T, r *Runtime) (block, release func()) {
		var flag atomic.Bool
		return func() {
			for !flag.Load() {
				time.Sleep(time.Millisecond)
			}
		}, func() { flag.Store(true) }
	}},
	{"computing", func(t *testing.T, r *Runtime) (block, release func()) {
		var flag atomic.Bool
		return func() {
			for !flag.Load() {
			}
		}, func() { flag.Store(true) }
	}},
	{"plain await", func(t *testing.T, r *Runtime) (block, release func()) {
		p := newProbe()
		task := SpawnOn(r, p)
		w := receive(t, p.polled, "the first poll")
		return func() { Run(r, task) }, func() { p.open = true; w.Wake() }
	}},
	{"plain await of a sleep", func(t *testing.T, r *Runtime) (block, release func()) {
		return func() { Run(r, Sleep(20*time.Millisecond)) }, func() {}
	}},
	{"pipe through os.File", func(t *testing.T, r *Runtime) (block, release func()) {
		from, to, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { from.Close() })
		return func() { io.ReadAll(from) }, func() { to.Close() }
	}},
}

// TestBlockedPoll blocks a poll in each way. What ends it is done by another task, which
// was queued behind it, and that task waits for a timer and yields first: so the test ends
// only if queue and timers go on without the blocked driver.
func TestBlockedPoll(t *testing.T) {
	for _, way := range blockages {
		t.Run(way.name, func(t *testing.T) {
			r := newTestRuntime(t)
			block, release := way.setup(t, r)
			blocked, _ := spawnBlocked(r, block, release, func(*Context) {})
			if _, err := blocked.Await(); err != nil {
				t.Error(err)
			}
			if v, err := SpawnOn(r, Value(1)).Await(); v != 1 || err != nil {
				t.Errorf("the next task gave %v, %v", v, err)
			}
		})
	}
}

// spawnBlocked spawns a task whose first poll calls block and then end, and behind it one
// that sleeps, yields and calls release.
func spawnBlocked(r *Runtime, block, release func(), end func(*Context)) (blocked, releasing *Task[struct{}]) {
	SpawnOn(r, do(func(*Context) {
		// The newest task runs first, so the blocked one is spawned last.
		sleep, yield := *Sleep(time.Millisecond), *Yield()
		slept := false
		releasing = SpawnOn(r, FromFunc(func(cx *Context) Poll[struct{}] {
			if !slept {
				if !sleep.Poll(cx).Ready {
					return Pending[struct{}]()
				}
				slept = true
			}
			if !yield.Poll(cx).Ready {
				return Pending[struct{}]()
			}
			release()
			return Ready(struct{}{})
		}))
		blocked = SpawnOn(r, do(func(cx *Context) {
			block()
			end(cx)
		}))
	})).Await()
	return blocked, releasing
}

// TestBlockedPollEnds ends polls that have lost their worker in every way that there is, and
// checks that nothing but the stand-in remains.
func TestBlockedPollEnds(t *testing.T) {
	r := newTestRuntime(t)
	SpawnOn(r, Value(1)).Await()
	goroutines := runtime.NumGoroutine()
	channel := blockages[0]
	run := func(end func(*Context)) error {
		block, release := channel.setup(t, r)
		task, releasing := spawnBlocked(r, block, release, end)
		releasing.Await()
		_, err := task.Await()
		return err
	}
	if err := run(func(*Context) {}); err != nil {
		t.Errorf("ready gave %v", err)
	}
	if err, want := run(func(*Context) { panic("late") }), (*PanicError)(nil); !errors.As(err, &want) || want.Value != "late" {
		t.Errorf("a panic gave %v", err)
	}
	if err := run(func(*Context) { runtime.Goexit() }); err != ErrGoexit {
		t.Errorf("Goexit gave %v", err)
	}
	for runtime.NumGoroutine() > goroutines {
		runtime.Gosched()
	}
}

// TestBlockedPollPends blocks a poll that is pending in the end: the task goes on with the
// stand-in, also if it was woken or canceled while it was blocked.
func TestBlockedPollPends(t *testing.T) {
	for _, how := range []string{"woken later", "woken meanwhile", "canceled"} {
		t.Run(how, func(t *testing.T) {
			r := newTestRuntime(t)
			p := newProbe()
			hold := make(chan struct{})
			first := true
			p.onPoll = func(cx *Context) {
				if first {
					first = false
					p.polled <- cx.Waker()
					<-hold
				}
			}
			task := SpawnOn(r, p)
			w := receive(t, p.polled, "the first poll")
			// This one runs only when a stand-in does.
			SpawnOn(r, Value(1)).Await()
			switch how {
			case "canceled":
				task.Cancel()
				close(hold)
				if _, err := task.Await(); err != ErrCanceled {
					t.Errorf("the error is %v", err)
				}
				return
			case "woken meanwhile":
				p.open = true
				w.Wake()
				close(hold)
			case "woken later":
				close(hold)
				for task.state.load()&running != 0 {
					runtime.Gosched()
				}
				p.open = true
				w.Wake()
			}
			if v, err := task.Await(); v != 42 || err != nil {
				t.Errorf("got %v, %v", v, err)
			}
		})
	}
}

// TestManyBlockedPolls has every task of a queue block until the last one has run.
func TestManyBlockedPolls(t *testing.T) {
	r := newTestRuntime(t)
	const n = 10
	var all sync.WaitGroup
	all.Add(n)
	var tasks []*Task[struct{}]
	for range n {
		tasks = append(tasks, SpawnOn(r, do(func(*Context) { all.Done(); all.Wait() })))
	}
	for _, task := range tasks {
		task.Await()
	}
}
