package twin

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// plainRun executes the plain function.
func (f *Func) plainRun(p plan) (*run, Outcome) {
	f.reset()
	r := begin(p)
	r.plain = true
	end := contain(f.Name, func() string {
		return returnText(call(f.Plain, f.args()))
	})
	return r, r.outcome(end)
}

// awaitRun executes the twin through its Await, on the default runtime.
func (f *Func) awaitRun(p plan) (*run, Outcome) {
	f.reset()
	r := begin(p)
	end := contain(f.Name, func() string { return returnText(f.newMachine().await()) })
	return r, r.outcome(end)
}

// twinRun executes the twin by polling it, and says whether it was cancelled: a plan's
// cancelAt may count a leaf that a plain literal in the program awaits, where no machine
// can be cancelled.
func (f *Func) twinRun(p plan) (_ *run, _ Outcome, cancelled bool) {
	f.reset()
	r := begin(p)
	r.driven = true
	end := contain(f.Name, func() string {
		m := f.newMachine()
		if len(Trace()) > 0 || r.started > 0 {
			r.fault("the constructor runs a part of the body")
		}
		return r.drive(m)
	})
	out := r.outcome(end)
	if waiting, _ := r.snapshot(); len(waiting) > 0 {
		r.fault("%d leaves are left waiting", len(waiting))
	}
	return r, out, r.cancelled
}

// unstartedRun cancels the twin before its first poll, which is to do nothing.
func (f *Func) unstartedRun(p plan) *run {
	f.reset()
	r := begin(p)
	end := contain(f.Name, func() string {
		f.newMachine().cancel()
		return ""
	})
	if end != "" || len(Trace()) > 0 || r.started > 0 {
		r.fault("Cancel before the first poll does something %s", end)
	}
	return r
}

func (r *run) outcome(end string) Outcome { return Outcome{Trace: Trace(), End: end} }

// drive polls m until it is done or the plan cancels it.
func (r *run) drive(m *machine) (end string) {
	root := rt.NewContext(rt.Waker{})
	for {
		w := newSignal(root)
		results, ready := m.step(w.cx)
		if ready {
			end = returnText(results)
			r.ended(m)
			return end
		}
		waiting, last := r.snapshot()
		if r.plan.spurious && len(waiting) > 0 {
			w = r.pollSpuriously(m, root)
		}
		if last {
			r.cancel(m, root)
			return goexit
		}
		for _, l := range waiting {
			l.fire()
		}
		if len(waiting) > 0 && !w.woken.Load() {
			r.fault("a leaf has the waker of an earlier poll")
			return ""
		}
		w.wait()
	}
}

// pollSpuriously polls m twice without any reason, each time with another waker. The
// waiting leaves see that and stay as they are; nothing may happen.
func (r *run) pollSpuriously(m *machine, root *rt.Context) *signal {
	before := len(Trace())
	var w *signal
	for range 2 {
		w = newSignal(root)
		if _, ready := m.step(w.cx); ready {
			r.fault("a spurious poll completes the machine")
		}
	}
	if len(Trace()) != before {
		r.fault("a spurious poll executes a part of the body")
	}
	return w
}

// cancel cancels m and waits for what that leaves to do, also if a deferred call has called runtime.Goexit.
func (r *run) cancel(m *machine, root *rt.Context) {
	defer func() {
		rt.Await(root.Settled())
		r.ended(m)
	}()
	r.mu.Lock()
	r.cancelled, r.cancelling = true, true
	r.mu.Unlock()
	func() {
		defer func() {
			r.mu.Lock()
			r.cancelling = false
			r.mu.Unlock()
		}()
		m.cancel()
	}()
}

// ended checks what holds of a machine that is done or cancelled: it stands nowhere, Cancel does
// nothing, and a poll is a panic that says so.
func (r *run) ended(m *machine) {
	before := len(Trace())
	if at, _ := m.standing(); at != "" {
		r.fault("a machine that has ended says that it stands at %s", at)
	}
	m.cancel()
	defer func() {
		text, _ := recover().(string)
		if !strings.HasSuffix(text, ": polled after completion") {
			r.fault("a poll after the end does not panic with a text that says so, but with %q", text)
		}
		if len(Trace()) != before {
			r.fault("Cancel or Poll after the end does something")
		}
	}()
	m.step(newSignal(rt.NewContext(rt.Waker{})).cx)
}

// A signal is a waker that can be waited for, with its context, one of those that belong to a
// root.
type signal struct {
	cx    *rt.Context
	woken atomic.Bool
	ch    chan struct{}
}

func newSignal(root *rt.Context) *signal {
	s := &signal{ch: make(chan struct{}, 1)}
	s.cx = root.With(rt.NewWaker(s.wake))
	return s
}

func (s *signal) wake() {
	s.woken.Store(true)
	select {
	case s.ch <- struct{}{}:
	default:
	}
}

// wait waits for a wake that may come from elsewhere, such as a timer's.
func (s *signal) wait() {
	select {
	case <-s.ch:
	case <-time.After(patience):
		panic("twin: the machine is pending and nothing wakes it")
	}
}
