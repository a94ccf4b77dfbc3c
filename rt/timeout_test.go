package rt

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

func TestTimeout(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	g := &arm{}
	f := Timeout(time.Hour, g)
	f.Poll(cx)
	if n := r.timers.pending(); n != 1 {
		t.Errorf("%d timers", n)
	}
	g.open(3)
	if p := f.Poll(cx); !p.Ready || p.Value != 3 || p.Err != nil {
		t.Errorf("%+v", p)
	}
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
	mustPanic(t, "rt.Timeout: polled after completion", func() { f.Poll(cx) })

	g = &arm{}
	start := time.Now()
	_, err := Run(r, Timeout(time.Millisecond, g))
	if took := time.Since(start); err != ErrTimeout || took < time.Millisecond {
		t.Errorf("%v after %v", err, took)
	}
	if g.cancels != 1 {
		t.Errorf("canceled %d times", g.cancels)
	}
	var timeout net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled) || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("%v is not what it should be", err)
	}

	// Without any time the future is polled once.
	for _, d := range []time.Duration{0, -1} {
		if n, err := Run(r, Timeout(d, opened(1))); n != 1 || err != nil {
			t.Error(n, err)
		}
		g := &arm{}
		if _, err := Run(r, Timeout(d, g)); err != ErrTimeout {
			t.Error(err)
		}
		g.expect(t, "a future without time", 1, 1)
	}
}

// TestTimeoutEnds checks that no timer is left by a future that panics or is canceled.
func TestTimeoutEnds(t *testing.T) {
	r := newTestRuntime(t)
	cx := NewContext(Waker{})
	cx.rt = r
	g := &arm{}
	f := Timeout(time.Hour, g)
	f.Poll(cx)
	g.end = func() Poll[int] { panic("child") }
	mustPanic(t, "child", func() { f.Poll(cx) })
	g.expect(t, "panicked", 2, 0)

	g = &arm{}
	f = Timeout(time.Hour, g)
	f.Poll(cx)
	f.Cancel()
	g.expect(t, "canceled", 1, 1)
	if n := r.timers.pending(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

// TestTimeoutShutdown has a runtime end while the time runs.
func TestTimeoutShutdown(t *testing.T) {
	r := New(Options{Name: t.Name()})
	polled, ended := make(chan struct{}, 10), make(chan error)
	go func() {
		_, err := Run(r, Timeout(time.Hour, FromFunc(func(*Context) Poll[int] {
			polled <- struct{}{}
			return Pending[int]()
		})))
		ended <- err
	}()
	receive(t, polled, "the first poll")
	shutDown(t, r)
	if err := receive(t, ended, "the end"); err != ErrShutdown {
		t.Error(err)
	}
}

// TestTimeoutStopped checks that a task that was asked to stop keeps its timeouts: what they limit
// may be how long it takes to tidy up.
func TestTimeoutStopped(t *testing.T) {
	r := newTestRuntime(t)
	begun := make(chan struct{}, 1)
	task := SpawnOn(r, Timeout(time.Millisecond, FromFunc(func(cx *Context) Poll[int] {
		select {
		case begun <- struct{}{}:
		default:
		}
		return Pending[int]()
	})))
	receive(t, begun, "the first poll")
	task.Stop()
	if _, err := task.Await(); err != ErrTimeout {
		t.Error(err)
	}
}

func TestWithContext(t *testing.T) {
	r := newTestRuntime(t)
	ctx, cancel := context.WithCancel(context.Background())
	if n, err := Run(r, WithContext(ctx, opened(1))); n != 1 || err != nil {
		t.Error(n, err)
	}
	g := &arm{}
	polled := make(chan struct{}, 10)
	task := SpawnOn(r, WithContext(ctx, FromFunc(func(cx *Context) Poll[int] {
		defer func() { polled <- struct{}{} }()
		return g.Poll(cx)
	})))
	receive(t, polled, "the first poll")
	cancel()
	if _, err := task.Await(); err != context.Canceled {
		t.Error(err)
	}
	// A context that has ended before: nothing begins.
	g = opened(1)
	if _, err := Run(r, WithContext(ctx, g)); err != context.Canceled {
		t.Error(err)
	}
	g.expect(t, "with a context that has ended", 0, 1)
}

// TestWithContextWaker polls with one waker after another and counts what the context calls.
func TestWithContextWaker(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	g := &arm{}
	f := WithContext(ctx, g)
	f.Poll(NewContext(NewWaker(func() { t.Error("the old waker was called") })))
	called := make(chan struct{}, 10)
	cx := NewContext(NewWaker(func() { called <- struct{}{} }))
	f.Poll(cx)
	f.Poll(cx)
	cancel()
	receive(t, called, "the wake")
	g.open(2) // the result counts, although ctx has ended
	if p := f.Poll(cx); p.Value != 2 || p.Err != nil {
		t.Errorf("%+v", p)
	}
	mustPanic(t, "rt.WithContext: polled after completion", func() { f.Poll(cx) })
}
