package harness

import (
	"fmt"
	"runtime"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

const (
	// maxPolls bounds the polls of one run: no machine needs more, because every await
	// pends at most three times and is polled spuriously as often.
	maxPolls = 20 * fuelAtStart
	// maxCancels bounds the awaits of one function at which it is cancelled.
	maxCancels = 12
	// wakeTime is how long a machine that is pending may go without being woken.
	wakeTime = 30 * time.Second
)

// A Divergence is a run of the twin that differs from the plain function.
type Divergence struct {
	How  string  `json:"how"`
	Want Outcome `json:"want"`
	Got  Outcome `json:"got"`
}

// comparison is the work on one function: the same case of both copies.
type comparison struct {
	oracle, subject      Package
	oracleCase, twinCase Case
	seed                 uint64
	divergences          []Divergence
	want                 Outcome
	awaits               int
	how                  string // in front of what a divergence says
}

// compare runs a function in every way. It reports false if the plain function does not
// end by itself.
func (c *comparison) compare() bool {
	switch {
	case c.oracleCase.Pull != nil:
		return c.pulls()
	case c.oracleCase.Stream != nil:
		return c.streams()
	}
	return c.function()
}

// function compares what Plain and Twin of the two cases do.
func (c *comparison) function() bool {
	var exhausted bool
	c.want, exhausted = capture(c.oracle, func(*state) {}, c.oracleCase.Plain)
	c.awaits = run.awaits
	tasks := run.tasks
	if exhausted {
		return false
	}
	got, _ := capture(c.subject, func(*state) {}, c.twinCase.Plain)
	c.check("blocking", c.want, got)
	if c.twinCase.Twin == nil {
		return true
	}
	c.poll("ready", schedule{}, false)
	c.poll("pending", schedule{seed: c.seed | 1}, false)
	if !tasks {
		c.poll("spurious", schedule{seed: mix(c.seed) | 1}, true)
	}
	step := max(1, c.awaits/maxCancels)
	for n := 1; n <= c.awaits; n += step {
		c.cancel(n)
	}
	return true
}

func (c *comparison) check(how string, want, got Outcome) {
	if want.String() != got.String() {
		c.divergences = append(c.divergences, Divergence{c.how + how, want, got})
	}
}

// poll drives the machine by hand until it is done.
func (c *comparison) poll(how string, s schedule, spurious bool) {
	got, _ := capture(c.subject, func(st *state) { st.schedule = s }, func() {
		m := c.twinCase.Twin()
		cx, woken := newContext()
		for range maxPolls {
			if m.Poll(cx) {
				checkFinished(m, cx)
				return
			}
			woken.wait()
			if spurious {
				pollInVain(m, cx)
			}
		}
		panic("too many polls")
	})
	if run.open != 0 {
		got.End += fmt.Sprintf(" with %d futures left open", run.open)
	}
	c.check(how, c.want, got)
}

// pollInVain polls a machine whose leaf is not going to be ready.
func pollInVain(m Machine, cx *rt.Context) {
	run.spurious = true
	defer func() { run.spurious = false }()
	if before := len(run.events); m.Poll(cx) || len(run.events) != before {
		panic("a spurious poll went on")
	}
}

// checkFinished holds a machine that is done to its contract: Cancel does nothing, and a
// further poll panics.
func checkFinished(m Machine, cx *rt.Context) {
	before := len(run.events)
	m.Cancel()
	defer func() {
		if recover() == nil || len(run.events) != before {
			panic("polled after completion without a panic")
		}
	}()
	m.Poll(cx)
}

// cancel compares a cancel at the n-th await with runtime.Goexit in the plain function. Where an
// await blocks the goroutine that polls nobody can cancel: the machine has to end as if nobody had
// tried.
func (c *comparison) cancel(n int) {
	want, exhausted := capture(c.oracle, func(st *state) { st.exitAt = n }, c.oracleCase.Plain)
	if exhausted {
		return
	}
	pending := false
	got, _ := capture(c.subject, func(st *state) { st.schedule = schedule{seed: mix(c.seed+uint64(n)) | 1, only: n} }, func() {
		m := c.twinCase.Twin()
		cx, woken := newContext()
		for !run.reached || run.blocks {
			if m.Poll(cx) {
				if !run.blocks {
					panic("done instead of pending")
				}
				return
			}
			if !run.reached || run.blocks {
				woken.wait() // for a task
			}
		}
		pending = true
		// Deferred calls that await go on elsewhere. Those that do not may call Goexit, which
		// then passes through Cancel.
		defer func() { rt.Await(cx.Settled()) }()
		m.Cancel()
		m.Cancel()
		runtime.Goexit()
	})
	if run.open != 0 {
		got.End += fmt.Sprintf(" with %d futures left open", run.open)
	}
	if !pending && run.blocks {
		want = c.want
	}
	c.check(fmt.Sprintf("cancel at await %d", n), want, got)
}

// wakes counts the wakes of a context that nobody has waited for yet, up to one.
type wakes chan struct{}

// newContext gives a context to poll with, and what its waker does.
func newContext() (*rt.Context, wakes) {
	woken := make(wakes, 1)
	return rt.NewContext(rt.NewWaker(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})), woken
}

// wait waits until there was a wake: leaves have woken before their poll returns, tasks do so
// when they end.
func (w wakes) wait() {
	select {
	case <-w:
	case <-time.After(wakeTime):
		panic("pending, and nobody was woken")
	}
}
