package rt

import (
	"context"
	"errors"
	"testing"
	"time"
)

// stopping spawns a task that polls f until it is ready, and stops the task once it has polled
// it. It returns what f was ready with.
func stopWhileWaiting[T any](t *testing.T, r *Runtime, f Future[T]) error {
	t.Helper()
	polled := make(chan struct{}, 100)
	task := SpawnOn(r, FromFunc(func(cx *Context) Poll[T] {
		p := f.Poll(cx)
		polled <- struct{}{}
		return p
	}))
	receive(t, polled, "the first poll")
	task.Stop()
	task.Stop()
	_, err := task.Await()
	return err
}

func TestStopSleep(t *testing.T) {
	r := newTestRuntime(t)
	if err := stopWhileWaiting(t, r, Sleep(time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("a sleep that goes on ends with %v", err)
	}
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

// TestStopSpawned stops a task before its first poll, and has it sleep again and again: every
// sleep fails, also one that begins afterwards, but not one that is over.
func TestStopSpawned(t *testing.T) {
	r := newRuntimeOf(t, 1)
	var errs []error
	var task *Task[struct{}]
	SpawnOn(r, do(func(*Context) {
		task = SpawnOn(r, do(func(cx *Context) {
			for _, d := range []time.Duration{time.Hour, time.Hour, 0} {
				errs = append(errs, Sleep(d).Poll(cx).Err)
			}
		}))
		task.Stop()
	})).Await()
	task.Await()
	if len(errs) != 3 || errs[0] != ErrStopped || errs[1] != ErrStopped || errs[2] != nil {
		t.Errorf("%v", errs)
	}
	task.Stop() // a task that has ended
	if task.state.load()&stopping == 0 {
		t.Error("the stop is forgotten")
	}
}

// TestStopDuringPoll has the stop come while the task is being polled: it is told in the next
// poll, which the stop leads to.
func TestStopDuringPoll(t *testing.T) {
	r := newRuntimeOf(t, 1)
	p := newProbe()
	var task *Task[int]
	var told []error
	p.onPoll = func(cx *Context) {
		told = append(told, cx.Stopped())
		p.open = cx.Stopped() != nil
		task.Stop()
	}
	SpawnOn(r, do(func(*Context) { task = SpawnOn(r, p) })).Await()
	task.Await()
	if len(told) != 2 || told[0] != nil || told[1] != ErrStopped {
		t.Errorf("%v", told)
	}
}

// TestStopWaiter stops a task that waits for another one, which does not notice.
func TestStopWaiter(t *testing.T) {
	r := newTestRuntime(t)
	p := newProbe()
	inner := SpawnOn(r, p)
	waker := receive(t, p.polled, "the first poll")
	if err := stopWhileWaiting(t, r, inner); err != ErrStopped {
		t.Errorf("the task that waits ends with %v", err)
	}
	if inner.waiter.Load() != nil {
		t.Error("a waker is left")
	}
	p.open = true
	waker.Wake()
	if v, err := inner.Await(); v != 42 || err != nil {
		t.Errorf("the inner task ends with %v, %v", v, err)
	}
	if err := stopWhileWaiting(t, r, FromFunc(func(cx *Context) Poll[int] {
		if cx.Stopped() == nil {
			return Pending[int]()
		}
		return inner.Poll(cx)
	})); err != nil {
		t.Errorf("a result that is there is not given: %v", err)
	}
}

// TestStopDeferred checks that deferred calls that await are not disturbed.
func TestStopDeferred(t *testing.T) {
	r := newTestRuntime(t)
	var slept, after error
	f := &frame{child: Sleep(time.Hour), setup: func(cx *Context, d *Defers) {
		DeferAwait(d, cx, FromFunc(func(cx *Context) Poll[int] { after = cx.Stopped(); return Ready(0) }))
		s := Sleep(time.Millisecond)
		DeferAwait(d, cx, FromFunc(func(cx *Context) Poll[int] {
			p := s.Poll(cx)
			slept = p.Err
			return Poll[int]{Ready: p.Ready}
		}))
	}}
	if err := stopWhileWaiting(t, r, f); err != ErrStopped {
		t.Errorf("the body ends with %v", err)
	}
	if slept != nil || after != nil {
		t.Errorf("deferred calls end with %v and %v", slept, after)
	}
}

// TestStoppedElsewhere: code that runs in no task is not asked to stop.
func TestStoppedElsewhere(t *testing.T) {
	if err := NewContext(Waker{}).Stopped(); err != nil {
		t.Error(err)
	}
}

// TestSkipNow has a task end the test that it belongs to, which calls runtime.Goexit as
// FailNow does: its deferred calls run once, those of futures around it too, and the worker
// goes on.
func TestSkipNow(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	t.Run("skipped", func(t *testing.T) {
		inner := deferring(&j, "inner", do(func(*Context) { t.SkipNow() }), nothing)
		if _, err := SpawnOn(r, deferring(&j, "outer", inner, nothing)).Await(); err != ErrGoexit {
			t.Error(err)
		}
	})
	j.expect(t, "inner plain <nil>", "inner begins", "inner ends", "outer plain <nil>", "outer begins", "outer ends")
	if _, err := SpawnOn(r, Sleep(0)).Await(); err != nil {
		t.Error(err)
	}
}

// TestStopSpends has a loop drop the errors of its sleeps: others run in between.
func TestStopSpends(t *testing.T) {
	r := newRuntimeOf(t, 1)
	var over bool
	var task *Task[struct{}]
	var sleep *SleepFuture
	loop := FromFunc(func(cx *Context) Poll[struct{}] {
		for !over {
			if sleep == nil {
				sleep = Sleep(time.Hour)
			}
			if !sleep.Poll(cx).Ready {
				return Pending[struct{}]()
			}
			sleep = nil
		}
		return Ready(struct{}{})
	})
	SpawnOn(r, do(func(*Context) { task = SpawnOn(r, loop); task.Stop() })).Await()
	SpawnOn(r, do(func(*Context) { over = true })).Await()
	task.Await()
}

// TestStopAsync stops a task that waits for a goroutine.
func TestStopAsync(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	f := Async(func() (int, error) { <-end; return 1, nil })
	if err := stopWhileWaiting(t, newTestRuntime(t), Future[int](f)); err != ErrStopped {
		t.Error(err)
	}
}

// TestStopMany stops tasks that wait for many futures at once, none of which is woken: all of them are
// told.
func TestStopMany(t *testing.T) {
	r := newTestRuntime(t)
	sleeps := func() []*SleepFuture {
		return []*SleepFuture{Sleep(time.Hour), Sleep(time.Hour), Sleep(time.Hour)}
	}
	if err := stopWhileWaiting(t, r, TryJoin(sleeps()...)); err != ErrStopped {
		t.Errorf("TryJoin ends with %v", err)
	}
	if err := stopWhileWaiting(t, r, Race(sleeps()...)); err != ErrStopped {
		t.Errorf("Race ends with %v", err)
	}
	var got []Result[struct{}]
	all := JoinAll(sleeps()...)
	err := stopWhileWaiting(t, r, FromFunc(func(cx *Context) Poll[int] {
		p := all.Poll(cx)
		got = p.Value
		return Poll[int]{Err: p.Err, Ready: p.Ready}
	}))
	if err != nil || len(got) != 3 || got[0].Err != ErrStopped || got[2].Err != ErrStopped {
		t.Errorf("JoinAll ends with %v, %v", got, err)
	}
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}
