package rt

import (
	"slices"
	"sync"
)

// Cancel has nobody to wait with: it makes the deferred calls and returns. If one of them
// awaits, that one and the rest are a cleanup, which is a task of its own. What encloses
// the canceled future must be cleaned up after it, so the deferred calls further out become
// a cleanup too, which first waits for those further in:
//
//	f.Cancel()
//	  g.Cancel()            g has a deferred call that awaits: cleanup 1 begins
//	  f's deferred calls    cleanup 1 has begun since f.Cancel was called: so
//	                        these are cleanup 2, which waits for cleanup 1
//
// Neither knows the other, and between the two may be futures that know nothing of
// cleanups. What they have in common is the task in which they are polled, and so that is
// where the cleanups are noted.

// A cleanup is the future that makes the deferred calls of a canceled machine.
type cleanup struct {
	Pin
	defers *Defers
	flight flight
	after  []*Task[struct{}] // the cleanups further in that have not ended
	begun  bool
}

// Poll waits for the cleanups further in. If one of them has panicked, the panic goes on
// through the deferred calls here.
func (c *cleanup) Poll(cx *Context) Poll[struct{}] {
	for {
		if !c.await(cx) {
			return Pending[struct{}]()
		}
		if c.defers.loops == nil {
			break
		}
		c.flight.exits = true
		c.flight, c.after = c.defers.leaveLoop(c.flight)
	}
	if !c.defers.cleanUp(cx, c) {
		return Pending[struct{}]()
	}
	return Ready(struct{}{})
}

// await waits for the cleanups further in.
func (c *cleanup) await(cx *Context) (ready bool) {
	for len(c.after) > 0 {
		p := c.after[0].Poll(cx)
		if !p.Ready {
			return false
		}
		if e, ok := p.Err.(*PanicError); ok {
			c.flight = flight{panicking: true, value: e.Value}
		}
		c.after = c.after[1:]
	}
	return true
}

// awaitCleanups waits for cleanups and takes those that are over out of the list. It reports
// whether none is left, and the last panic among those that it has taken out. A stop of the
// task that waits makes no difference.
func awaitCleanups(cx *Context, left *[]*Task[struct{}]) (fl flight, ready bool) {
	for ; len(*left) > 0; *left = (*left)[1:] {
		t := (*left)[0]
		if !t.await(cx.Waker()) {
			return fl, false
		}
		if e, ok := t.result().Err.(*PanicError); ok {
			fl = flight{panicking: true, value: e.Value}
		}
	}
	return fl, true
}

// Cancel is not called: a cleanup is a task that nobody has the handle of.
func (c *cleanup) Cancel() {}

// Where asks the deferred call that the cleanup waits for.
func (c *cleanup) Where(w *Where) { w.At("rt.cleanup", "", c.defers) }

// cleanUp makes the deferred calls of a canceled machine, whose loops have ended, and reports whether all
// of them have been made.
func (d *Defers) cleanUp(cx *Context, c *cleanup) (ready bool) {
	if !c.begun {
		c.begun = true
		if d.awaits == nil {
			d.unwind(c.flight)
			return true
		}
		d.awaits.flight = c.flight
	}
	defer cx.enterLocals(d.awaits.locals)()
	return d.resume(cx)
}

// Mark returns a value for Canceled, which has to follow.
func (d *Defers) Mark() int {
	if d.home == nil {
		return 0
	}
	return d.home.enter()
}

// Canceled ends a machine that is canceled. Its Cancel defers it, and then cancels the future
// that the machine stands at. Canceled ends the loops that are under way and makes the
// deferred calls, or sees to it that this will be done.
func (d *Defers) Canceled(mark int) {
	fl := inFlight(recover(), 0)
	fl.exits = true
	if d.home == nil {
		d.unwind(fl)
		return
	}
	after := d.home.leave(mark)
	for len(after) == 0 && d.loops != nil {
		fl, after = d.leaveLoop(fl)
	}
	if len(after) > 0 {
		d.home.begin(&cleanup{defers: d, flight: fl, after: after})
		return
	}
	if d.awaits == nil {
		d.unwind(fl)
		return
	}
	d.awaits.flight = fl
	for n := len(d.records); n > 0; n = len(d.records) {
		if d.records[n-1] == nil {
			d.home.begin(&cleanup{defers: d, flight: d.awaits.flight, begun: true})
			return
		}
		d.try(nil) // a plain call, which needs no context
	}
	d.awaits.land()
}

// leaveLoop ends the innermost loop of a canceled machine, with fl in flight. It returns what is in
// flight then, and the cleanups that have to come before all that is further out.
func (d *Defers) leaveLoop(fl flight) (now flight, after []*Task[struct{}]) {
	mark, returned := d.home.enter(), false
	defer func() {
		if after = d.home.leave(mark); !returned && len(after) > 0 { // runtime.Goexit
			d.home.adopt(after)
		}
	}()
	now = d.loops.unwind(d, fl, iterator.Exit)
	returned = true
	return now, nil
}

// CancelAwait cancels the deferred call that the machine stands at.
func (d *Defers) CancelAwait() {
	future := d.awaits.current
	d.awaits.current, d.awaits.flight = nil, flight{}
	future.cancel()
}

// cleanups are those of one task, or of one future that is not a task's. Any goroutine may
// use it, as futures can be canceled elsewhere than where they were polled.
type cleanups struct {
	rt *Runtime // nil: Default()
	mu sync.Mutex
	// depth is the number of cancels that have been entered and not left.
	depth          int32
	*begunCleanups // nil until there are any
}

// begunCleanups are few: most tasks with deferred calls are not canceled, and most deferred calls
// do not await.
type begunCleanups struct {
	// list holds the cleanups that were begun, may not have ended, and that no other waits
	// for. None is dropped while depth is not zero.
	list []*Task[struct{}]
	// unstarted cleanups are scheduled when depth is zero again: until then futures of the
	// same task are being canceled, which is no time for their code to run in parallel.
	unstarted []*Task[struct{}]
}

// enter begins a cancel and returns what leave needs in order to find the cleanups that
// were begun since.
func (c *cleanups) enter() (mark int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.depth++
	if c.begunCleanups == nil {
		return 0
	}
	if c.depth == 1 {
		c.list = slices.DeleteFunc(c.list, (*Task[struct{}]).Done)
	}
	return len(c.list)
}

// leave ends a cancel, and takes out and returns the cleanups that were begun during it. The
// caller waits for them, so that others need not.
func (c *cleanups) leave(mark int) []*Task[struct{}] {
	c.mu.Lock()
	c.depth--
	if c.begunCleanups == nil {
		c.mu.Unlock()
		return nil
	}
	start := c.startable()
	mark = min(mark, len(c.list)) // less than mark are left if others have canceled too
	begun := slices.Clone(c.list[mark:])
	clear(c.list[mark:])
	c.list = c.list[:mark]
	c.mu.Unlock()
	schedule(start)
	return begun
}

// adopt notes cleanups that somebody has taken out and does not wait for any more.
func (c *cleanups) adopt(left []*Task[struct{}]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, left...)
}

// startable takes out the cleanups that may start now.
func (c *cleanups) startable() []*Task[struct{}] {
	if c.depth > 0 {
		return nil
	}
	start := c.unstarted
	c.unstarted = nil
	return start
}

func schedule(list []*Task[struct{}]) {
	for _, t := range list {
		t.rt.schedule(&t.header)
	}
}

// Settled returns a future that is ready when all is done that the Cancel methods of futures
// have left to do: of those that were polled with cx or with contexts that [(*Context).With]
// has made of it, and canceled before the call. If one of their deferred calls panics, so
// does Settled. It is for executors written by hand; a [Task] that is canceled ends later
// than what it has left.
func (cx *Context) Settled() Future[struct{}] {
	c := cx.cleanups()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.begunCleanups == nil {
		return &remainder[struct{}]{}
	}
	left := c.list
	c.list = nil
	return &remainder[struct{}]{left: left}
}

// begin makes a task of a cleanup.
func (c *cleanups) begin(f *cleanup) {
	r := c.rt
	if r == nil {
		r = Default()
	}
	t := &Task[struct{}]{future: f}
	t.header.init(t, r, r.now())
	if !r.tasks.addCleanup(&t.header) {
		// Nobody polls for r any more. Whoever canceled has to wait.
		block(nil, f)
		return
	}
	c.mu.Lock()
	if c.begunCleanups == nil {
		c.begunCleanups = new(begunCleanups)
	}
	c.list = append(c.list, t)
	c.unstarted = append(c.unstarted, t)
	start := c.startable()
	c.mu.Unlock()
	schedule(start)
}

// knownCleanups is what cleanups returns if it was called before, else nil.
func (cx *Context) knownCleanups() *cleanups {
	if cx.task != nil {
		if x := cx.task.extra.Load(); x != nil {
			return &x.home
		}
		return nil
	}
	return cx.home
}

// cleanups returns what cx's task has to note its cleanups in.
func (cx *Context) cleanups() *cleanups {
	if cx.task != nil {
		return &cx.task.extras().home
	}
	if cx.home == nil {
		cx.home = &cleanups{rt: cx.rt}
	}
	return cx.home
}
