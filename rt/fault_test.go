package rt

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"
)

// TestLateWakes calls the wakers of tasks that have ended, in each way, from many goroutines. None
// of them may be polled again, and a task that waits meanwhile must not notice.
func TestLateWakes(t *testing.T) {
	r := newTestRuntime(t)
	sleeper := SpawnOn(r, Future[struct{}](Sleep(20*time.Millisecond)))
	for name, end := range map[string]func(cx *Context) Poll[int]{
		"ready":    func(*Context) Poll[int] { return Ready(1) },
		"failed":   func(*Context) Poll[int] { return Fail[int](io.EOF) },
		"panicked": func(*Context) Poll[int] { panic("late") },
		"exited":   func(*Context) Poll[int] { runtime.Goexit(); return Pending[int]() },
		"canceled": nil,
	} {
		first, polls := make(chan Waker, 1), 0
		task := SpawnOn(r, FromFunc(func(cx *Context) Poll[int] {
			if polls++; polls == 1 {
				first <- cx.Waker()
				return Pending[int]()
			}
			return end(cx)
		}))
		w := receive(t, first, "the first poll")
		if end == nil {
			task.Cancel()
		} else {
			w.Wake()
		}
		v, err := task.Await()
		before := polls
		var wakers sync.WaitGroup
		for range 4 {
			wakers.Go(func() {
				for range 100 {
					w.Wake()
				}
			})
		}
		wakers.Wait()
		// What the wakes might have queued is ahead of this.
		SpawnOn(r, Future[struct{}](Yield())).Await()
		if again, errAgain := task.Await(); again != v || errAgain != err || polls != before {
			t.Errorf("%s: %v, %v has become %v, %v with %d more polls", name, v, err, again, errAgain, polls-before)
		}
	}
	if _, err := sleeper.Await(); err != nil {
		t.Error(err)
	}
}

// TestPanicHarmsNobody has tasks panic among others, which go on.
func TestPanicHarmsNobody(t *testing.T) {
	r := newTestRuntime(t)
	var good []*Task[int]
	var bad []*Task[struct{}]
	for range 50 {
		good = append(good, SpawnOn(r, repeat(20)))
		bad = append(bad, SpawnOn(r, do(func(*Context) { panic("one of many") })))
	}
	for _, task := range bad {
		if _, err := task.Await(); err == nil || err.Error() != "rt: task panicked: one of many" {
			t.Errorf("the error is %v", err)
		}
	}
	for _, task := range good {
		if _, err := task.Await(); err != nil {
			t.Error(err)
		}
	}
}

// TestAfterShutdown uses a runtime that has ended.
func TestAfterShutdown(t *testing.T) {
	r := newTestRuntime(t)
	shutDown(t, r)
	const want = "rt: runtime was shut down: context canceled"
	canceled := false
	p := newProbe()
	p.onCancel = func() { canceled = true }
	task := SpawnOn(r, Future[int](p))
	if _, err := task.Await(); !errors.Is(err, ErrShutdown) || err.Error() != want || !canceled {
		t.Errorf("a task: %v, canceled: %v", err, canceled)
	}
	task.Cancel()
	task.Stop()
	task.Detach()
	var g Group
	g.SpawnOn(r, do(func(*Context) { t.Error("a child runs") }))
	if err := g.Wait().Await(); err == nil || err.Error() != want {
		t.Errorf("a child of a group: %v", err)
	}
	if _, err := Run(r, Sleep(time.Hour)); err == nil || err.Error() != want {
		t.Errorf("a sleep: %v", err)
	}
	dumped(t, r, func(text string) bool { return text == "runtime \"TestAfterShutdown\": 0 tasks\n" })
	shutDown(t, r)
}
