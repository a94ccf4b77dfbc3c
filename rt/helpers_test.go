package rt

import (
	"context"
	"flag"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) {
	leak.Main(m, leak.Shared{
		Begin: func() { Default() },
		End:   func() { Default().Shutdown(context.Background()) },
	})
}

var testWorkers = flag.Int("rt.workers", 1, "number of workers of the runtimes that tests use, where it does not matter to them")

// newTestRuntime returns a runtime that is shut down at the end of the test, which must leave
// nothing behind. How many workers it has does not matter to the test.
func newTestRuntime(t testing.TB) *Runtime {
	t.Helper()
	return newRuntimeOf(t, *testWorkers)
}

// newRuntimeOf is newTestRuntime for a test to which the number of workers matters.
func newRuntimeOf(t testing.TB, workers int) *Runtime {
	t.Helper()
	Default() // which stays
	leak.Check(t)
	r := New(Options{Name: t.Name(), Workers: workers})
	t.Cleanup(func() { shutDown(t, r) })
	return r
}

// shutDown shuts r down. Whatever a test waits for takes far less than the limit, which only
// turns a hang into a report.
func shutDown(t testing.TB, r *Runtime) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := r.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// receive waits for ch, but not for ever.
func receive[T any](t testing.TB, ch <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(time.Minute):
		t.Fatalf("%s did not happen", what)
	}
	return v
}

// A probe is a future that tells what is done to it. It is pending until open, and then
// ready with 42.
type probe struct {
	Pin
	polled   chan Waker    // gets the waker of each poll
	canceled chan struct{} // closed by Cancel
	onPoll   func(cx *Context)
	onCancel func()
	open     bool // set between polls, before the wake
}

func newProbe() *probe {
	return &probe{polled: make(chan Waker, 100), canceled: make(chan struct{})}
}

func (p *probe) Poll(cx *Context) Poll[int] {
	if p.onPoll != nil {
		p.onPoll(cx)
	}
	open := p.open // read before anybody learns of the poll, and may open it
	p.polled <- cx.Waker()
	if open {
		return Ready(42)
	}
	return Pending[int]()
}

func (p *probe) Cancel() {
	if p.onCancel != nil {
		p.onCancel()
	}
	close(p.canceled)
}

// do returns a future that calls f in its only poll.
func do(f func(cx *Context)) Future[struct{}] {
	return FromFunc(func(cx *Context) Poll[struct{}] {
		f(cx)
		return Ready(struct{}{})
	})
}

// pending returns the number of timers.
func (q *timerQueue) pending() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.heap.Len()
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
