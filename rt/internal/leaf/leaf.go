// Package leaf is for tests of leaf futures: it polls them by hand, runs them in tasks that are
// asked to stop, and looks whether they spend the budget of a poll.
package leaf

import (
	"context"
	"errors"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// Main runs the tests of a package, as TestMain is to do, and sees to it that nothing outlives
// them, see [leak.Main]. What they share is the default runtime.
func Main(m *testing.M) {
	leak.Main(m, leak.Shared{
		Begin: func() { rt.Default() },
		End: func() {
			if err := rt.Default().Shutdown(context.Background()); err != nil {
				panic(err)
			}
		},
	})
}

// Runtime returns a runtime that is shut down at the end of the test.
func Runtime(t testing.TB) *rt.Runtime {
	t.Helper()
	rt.Default()  // which stays
	leak.Check(t) // the test may be a subtest
	r := rt.New(rt.Options{Name: t.Name()})
	t.Cleanup(func() {
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// A Hand polls futures and counts the wakes.
type Hand struct {
	*rt.Context     // to poll with
	Woken       int // how often it was woken since the last Pending
}

// NewHand returns a hand that was not woken.
func NewHand() *Hand {
	h := &Hand{}
	h.Context = rt.NewContext(rt.NewWaker(func() { h.Woken++ }))
	return h
}

// Pending checks that f has to wait.
func Pending[T any](t testing.TB, h *Hand, f rt.Future[T]) {
	t.Helper()
	h.Woken = 0
	if p := f.Poll(h.Context); p.Ready {
		t.Errorf("ready with %v, %v", p.Value, p.Err)
	} else if h.Woken > 0 {
		t.Error("pending, but woken")
	}
}

// Ready checks that f is ready with v.
func Ready[T comparable](t testing.TB, f rt.Future[T], v T) {
	t.Helper()
	if p := f.Poll(NewHand().Context); !p.Ready || p.Value != v || p.Err != nil {
		t.Errorf("%+v instead of %v", p, v)
	}
}

// Fails checks that f fails with err.
func Fails[T any](t testing.TB, f rt.Future[T], err error) {
	t.Helper()
	if p := f.Poll(NewHand().Context); !p.Ready || !errors.Is(p.Err, err) {
		t.Errorf("%+v instead of %v", p, err)
	}
}

// IsWoken checks that h was woken since it polled.
func IsWoken(t testing.TB, h *Hand) {
	t.Helper()
	if h.Woken == 0 {
		t.Error("not woken")
	}
}

// IsAsleep checks that h was not woken since it polled.
func IsAsleep(t testing.TB, h *Hand) {
	t.Helper()
	if h.Woken > 0 {
		t.Error("woken")
	}
}

// Want compares the results of an operation.
func Want[T comparable](t testing.TB, v T, err error, wantV T, wantErr error) {
	t.Helper()
	if v != wantV || !errors.Is(err, wantErr) || wantErr == nil && err != nil {
		t.Errorf("%v, %v instead of %v, %v", v, err, wantV, wantErr)
	}
}

// MustPanic checks that f panics with want.
func MustPanic(t testing.TB, want any, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if v := recover(); v != want {
			t.Errorf("the panic is %v, not %v", v, want)
		}
	}()
	f()
}

// Stopped returns what f is ready with in a task that was asked to stop, once it waits.
func Stopped[T any](t testing.TB, r *rt.Runtime, f rt.Future[T]) error {
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

// StoppedEarly returns what f is ready with in a task that was asked to stop before its first
// poll, which one worker alone cannot begin while it polls whoever spawns the task.
func StoppedEarly[T any](t testing.TB, f rt.Future[T]) error {
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

// InOnePoll returns how many of the futures that next makes are ready in a single poll.
func InOnePoll[T any](t testing.TB, r *rt.Runtime, next func() rt.Future[T]) int {
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
