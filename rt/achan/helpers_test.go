package achan_test

import (
	"context"
	"errors"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) { leak.Main(m, func() { rt.Default().Shutdown(context.Background()) }) }

// newRuntime returns a runtime that is shut down at the end of the test.
func newRuntime(t testing.TB) *rt.Runtime {
	t.Helper()
	rt.Default() // which stays
	leak.Check(t)
	r := rt.New(rt.Options{Name: t.Name()})
	t.Cleanup(func() {
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// A hand polls futures and counts the wakes.
type hand struct {
	cx    *rt.Context
	woken int
}

func newHand() *hand {
	h := &hand{}
	h.cx = rt.NewContext(rt.NewWaker(func() { h.woken++ }))
	return h
}

// pending checks that f has to wait.
func pending[T any](t testing.TB, h *hand, f rt.Future[T]) {
	t.Helper()
	h.woken = 0
	if p := f.Poll(h.cx); p.Ready {
		t.Errorf("ready with %v, %v", p.Value, p.Err)
	} else if h.woken > 0 {
		t.Error("pending, but woken")
	}
}

// ready checks that f is ready with v.
func ready[T comparable](t testing.TB, f rt.Future[T], v T) {
	t.Helper()
	if p := f.Poll(newHand().cx); !p.Ready || p.Value != v || p.Err != nil {
		t.Errorf("%+v instead of %v", p, v)
	}
}

// fails checks that f fails with err.
func fails[T any](t testing.TB, f rt.Future[T], err error) {
	t.Helper()
	if p := f.Poll(newHand().cx); !p.Ready || !errors.Is(p.Err, err) {
		t.Errorf("%+v instead of %v", p, err)
	}
}

// isWoken checks that h was woken since it polled.
func isWoken(t testing.TB, h *hand) {
	t.Helper()
	if h.woken == 0 {
		t.Error("not woken")
	}
}

// isAsleep checks that h was not woken since it polled.
func isAsleep(t testing.TB, h *hand) {
	t.Helper()
	if h.woken > 0 {
		t.Error("woken")
	}
}

// want compares the results of an operation.
func want[T comparable](t testing.TB, v T, err error, wantV T, wantErr error) {
	t.Helper()
	if v != wantV || !errors.Is(err, wantErr) || wantErr == nil && err != nil {
		t.Errorf("%v, %v instead of %v, %v", v, err, wantV, wantErr)
	}
}

// mustPanic checks that f panics with want.
func mustPanic(t testing.TB, want any, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if v := recover(); v != want {
			t.Errorf("the panic is %v, not %v", v, want)
		}
	}()
	f()
}

// stopped returns what f is ready with in a task that was asked to stop, once it waits.
func stopped[T any](t testing.TB, r *rt.Runtime, f rt.Future[T]) error {
	t.Helper()
	polled := make(chan struct{}, 100)
	task := rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[T] {
		p := f.Poll(cx)
		polled <- struct{}{}
		return p
	}))
	<-polled
	task.Stop()
	_, err := task.Await()
	return err
}

// stoppedEarly returns what f is ready with in a task that was asked to stop before its first
// poll, which one worker alone cannot begin while it polls whoever spawns the task.
func stoppedEarly[T any](t testing.TB, f rt.Future[T]) error {
	t.Helper()
	r := rt.New(rt.Workers(1))
	defer r.Shutdown(context.Background())
	spawned := make(chan *rt.Task[T], 1)
	rt.SpawnOn(r, rt.FromFunc(func(*rt.Context) rt.Poll[int] {
		task := rt.SpawnOn(r, f)
		task.Stop()
		spawned <- task
		return rt.Ready(0)
	})).Await()
	_, err := (<-spawned).Await()
	return err
}

// inOnePoll returns how many of the futures that next makes are ready in a single poll.
func inOnePoll[T any](t testing.TB, r *rt.Runtime, next func() rt.Future[T]) int {
	n, err := rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[int] {
		n := 0
		for n < 10000 && next().Poll(cx).Ready {
			n++
		}
		return rt.Ready(n)
	})).Await()
	if err != nil {
		t.Error(err)
	}
	return n
}
