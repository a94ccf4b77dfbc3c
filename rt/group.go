package rt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

// A Group is a set of tasks, its children, that are waited for together:
//
//	var g rt.Group
//	defer g.Close().Await()
//	for _, url := range urls {
//		g.Go(func() error { … })
//	}
//	err := g.Wait().Await()
//
// The first child that fails has the others canceled, and [Group.Wait] returns its error. A
// child that panics has them canceled too, and Wait panics with a [*PanicError]. With
// [Group.CollectAll] errors cancel nobody, and Wait returns all of them. If children were canceled
// for nothing but [Group.Close], Wait returns [ErrCanceled]: that it returns nil means that all
// have done what they had to.
//
// A group may be used again after Wait has returned nil. From an error, a panic or Close on it starts
// nobody any more.
//
// The zero Group is ready to use. It must not be copied after its first use. Any goroutine
// may call its methods, children of the group among them; those that say so are to be called
// before the first child is added.
type Group struct {
	mu sync.Mutex
	// limit is how many children may run at once, 0 for any number.
	limit   int
	collect bool // errors cancel nobody
	// canceling: the children were canceled, and none is started any more. Set by an error, a
	// panic or Close, never cleared.
	canceling bool
	// cut: a child was canceled, or not started, because of canceling. Then it is not known to have
	// done what it had to.
	cut      bool
	stopping bool // children are asked to stop, those that are added later too
	added    int  // children ever
	running  int  // children that were started and have not ended, linked from first
	first    *child
	queue    []*child // children that wait for others to end, the oldest first
	failures []failure
	// panicked is the first child that has panicked. That it is held until somebody is told
	// keeps the panic from being lost: see (*Task).abandon.
	panicked *child
	waits    []*groupWait // the futures that wait for the group to be idle
}

// A child is a task of a group, in one allocation with what the group must know of it. It stands
// in the place of the task's body, so that it learns of the end, however that comes about.
type child struct {
	Task[struct{}]
	group      *Group
	number     int
	unwound    bool   // it did not return: its error is none that the function has returned
	prev, next *child // while running
}

// abandon is that of the task, which alone cannot be told from an error that is returned.
func (c *child) abandon(err error) {
	c.unwound = true
	c.Task.abandon(err)
}

// A failure is the error of a child.
type failure struct {
	number int
	err    error
}

// Go adds a child that runs fn. It does not wait: if there are as many children as
// [Group.Limit] lets run, the new one is started when another has ended.
//
// In an annotated function a literal as its argument becomes a machine, as that of [Async]
// does. Elsewhere fn runs on a goroutine, and canceling the child only discards its error.
func (g *Group) Go(fn func() error) { g.Spawn(AsyncErr(fn)) }

// Spawn adds a child that polls f, on the default runtime. Like Go it does not wait. If the
// group's children were canceled, f is canceled instead.
func (g *Group) Spawn(f Future[struct{}]) { g.SpawnOn(Default(), f) }

// SpawnOn is Spawn on the runtime r. The group's children may be on several.
func (g *Group) SpawnOn(r *Runtime, f Future[struct{}]) { g.spawn(r, nil, f) }

// SpawnIn is Spawn on the runtime that polls with cx. It is what Spawn and Go are in an annotated
// function.
func (g *Group) SpawnIn(cx *Context, f Future[struct{}]) { g.spawn(cx.Runtime(), cx.driver, f) }

// spawn adds a child; d is not nil if it is done in a poll of r's.
func (g *Group) spawn(r *Runtime, d *driver, f Future[struct{}]) {
	c := &child{group: g}
	c.future = f
	if d != nil {
		c.header.init(c, r, d.time)
		c.shard = d.shard
	} else {
		c.header.init(c, r, r.now())
		c.shard = r.tasks.anyShard()
	}
	g.mu.Lock()
	c.number = g.added
	g.added++
	switch {
	case g.canceling:
		g.cut = true
		g.mu.Unlock()
		f.Cancel()
		return
	case g.limit > 0 && g.running >= g.limit:
		g.queue = append(g.queue, c)
		g.mu.Unlock()
		return
	}
	g.link(c)
	g.mu.Unlock()
	c.start(d)
}

// Stop asks all children to stop, as [Task.Stop] does, also those that are added later. The
// errors that they return for it cancel nobody.
func (g *Group) Stop() {
	g.mu.Lock()
	g.stopping = true
	var children []*child
	for c := g.first; c != nil; c = c.next {
		children = append(children, c)
	}
	g.mu.Unlock()
	for _, c := range children {
		c.Stop()
	}
}

// Limit sets how many children may run at once; if n is not positive, any number may. It
// must be called before the first child is added, and panics afterwards.
func (g *Group) Limit(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mustBeNew("Limit")
	g.limit = max(n, 0)
}

// CollectAll lets all children go on when one of them fails. [Group.Wait] then returns the
// errors of all, joined in the order in which the children were added. It must be called
// before the first child is added, and panics afterwards.
func (g *Group) CollectAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mustBeNew("CollectAll")
	g.collect = true
}

// mustBeNew panics if the group has had children. g.mu is held.
func (g *Group) mustBeNew(method string) {
	if g.added > 0 {
		panic("rt: Group." + method + " after a child was added")
	}
}

// Wait returns a future that is ready when all children have ended. Canceling it does nothing
// to them, nor does it if the task that waits is asked to stop, in which case it fails: that
// is what [Group.Close] is for. Children may be added while somebody waits.
//
//async:new
func (g *Group) Wait() *GroupWait { return &GroupWait{wait: groupWait{group: g}} }

// Close returns a future that cancels all children at its first poll and is ready when they
// have ended. In a defer statement it sees to it that no child outlives the function, however
// that ends. If a child has panicked and nobody was told, Close panics as [Group.Wait] does.
//
//async:new
func (g *Group) Close() *GroupClose { return &GroupClose{wait: groupWait{group: g}} }

// link enters a child that is being started. g.mu is held.
func (g *Group) link(c *child) {
	if g.stopping {
		c.state.stop() // nobody polls it yet
	}
	if c.next = g.first; c.next != nil {
		c.next.prev = c
	}
	g.first = c
	g.running++
}

// unlink takes out a child that has ended. g.mu is held.
func (g *Group) unlink(c *child) {
	if c.next != nil {
		c.next.prev = c.prev
	}
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		g.first = c.next
	}
	c.prev, c.next = nil, nil
	g.running--
}

// start hands a child that was linked to its runtime. It may have been canceled already,
// which its worker will find out. If d is not nil it drives a worker of that runtime, and calls.
func (c *child) start(d *driver) {
	switch {
	case !c.enter():
		c.group.ended(c)
	case d != nil:
		d.schedule(&c.header)
	default:
		c.rt.schedule(&c.header)
	}
}

// ended is how a child learns that its task is done.
func (c *child) ended() {
	c.Task.ended()
	c.group.ended(c)
}

// ended takes in the result of a child and does what follows from it.
func (g *Group) ended(c *child) {
	g.mu.Lock()
	g.unlink(c)
	var then effects
	if g.failed(c) {
		then = g.cancelAll()
	} else if len(g.queue) > 0 {
		then.start, g.queue[0] = g.queue[0], nil
		g.queue = g.queue[1:]
		g.link(then.start)
	}
	if g.idle() {
		for _, w := range g.waits {
			then.wake = append(then.wake, w.waker)
		}
	}
	g.mu.Unlock()
	then.run()
}

// failed takes in the error of a child that has ended, and reports whether the others are to
// be canceled for it. g.mu is held.
func (g *Group) failed(c *child) bool {
	err := c.failure()
	e, _ := err.(*PanicError)
	switch {
	case err == nil:
		return false
	case g.canceling && errors.Is(err, ErrCanceled):
		g.cut = true
		return false // it was the group that canceled it
	case e != nil && c.unwound:
		if g.panicked == nil {
			g.panicked = c
		} else {
			e.collected.Store(true) // the first one is told
		}
		return true
	}
	g.failures = append(g.failures, failure{c.number, err})
	if g.stopping && errors.Is(err, context.Canceled) {
		return false
	}
	return !g.collect || err == ErrShutdown
}

// idle reports whether there are no children. g.mu is held.
func (g *Group) idle() bool { return g.running == 0 && len(g.queue) == 0 }

// cancelAll has all children canceled. g.mu is held.
func (g *Group) cancelAll() (then effects) {
	if g.canceling {
		return then
	}
	g.canceling = true
	for c := g.first; c != nil; c = c.next {
		then.cancel = append(then.cancel, c)
	}
	then.drop, g.queue = g.queue, nil
	g.cut = g.cut || len(then.drop) > 0
	return then
}

// effects are what has to be done after g.mu was released, since it runs the code of others.
type effects struct {
	cancel []*child // are running
	drop   []*child // were not started
	start  *child
	wake   []Waker
}

func (e effects) run() {
	for _, c := range e.cancel {
		c.Cancel()
	}
	for _, c := range e.drop {
		c.future.Cancel()
	}
	if e.start != nil {
		e.start.start(nil)
	}
	for _, w := range e.wake {
		w.Wake()
	}
}

// result returns the error of an idle group. g.mu is held.
func (g *Group) result() error {
	switch {
	case len(g.failures) == 0 && g.cut:
		return ErrCanceled
	case len(g.failures) == 0:
		return nil
	case !g.collect:
		return g.failures[0].err
	}
	slices.SortFunc(g.failures, func(a, b failure) int { return cmp.Compare(a.number, b.number) })
	errs := make([]error, len(g.failures))
	for i, f := range g.failures {
		errs[i] = f.err
	}
	return errors.Join(errs...)
}

// A groupWait is the part of a future that waits for a group to be idle.
type groupWait struct {
	group *Group
	waker Waker // guarded by the group's lock
	phase waitPhase
}

// waitPhase is where a groupWait stands.
type waitPhase uint8

const (
	waitNew   waitPhase = iota // not polled
	waitBegun                  // polled; in the group's list while the group is not idle
	waitDone                   // ready or canceled
)

// poll reports whether the group is idle; if so, with its error. It panics for a child that
// has panicked, but after Close only if nobody else was told.
func (w *groupWait) poll(cx *Context, closing bool) (err error, idle bool) {
	g := w.group
	g.mu.Lock()
	if !g.idle() {
		if err := cx.Stopped(); err != nil && !closing {
			w.phase = waitDone
			w.leave()
			g.mu.Unlock()
			return err, true
		}
		if w.waker = cx.Waker(); !slices.Contains(g.waits, w) {
			g.waits = append(g.waits, w)
		}
		g.mu.Unlock()
		return nil, false
	}
	if !cx.spend() {
		g.mu.Unlock()
		cx.Wake(cx.Waker())
		return nil, false
	}
	w.phase = waitDone
	w.leave()
	err = g.result()
	c := g.panicked
	g.mu.Unlock()
	if c != nil {
		e := c.failure().(*PanicError)
		if told := e.collected.Swap(true); !told || !closing {
			panic(e)
		}
	}
	return err, true
}

// leave takes w out of the group's list. The group's lock is held.
func (w *groupWait) leave() {
	if i := slices.Index(w.group.waits, w); i >= 0 {
		w.group.waits = slices.Delete(w.group.waits, i, i+1)
	}
	w.waker = Waker{}
}

func (w *groupWait) cancel() {
	if w.phase == waitBegun {
		w.group.mu.Lock()
		w.leave()
		w.group.mu.Unlock()
	}
	w.phase = waitDone
}

// A GroupWait waits for the children of a group, see [Group.Wait].
type GroupWait struct {
	Pin
	wait groupWait
}

// Poll is ready when all children have ended.
func (f *GroupWait) Poll(cx *Context) Poll[struct{}] {
	if f.wait.phase == waitDone {
		panic(Completed("rt.Group.Wait"))
	}
	f.wait.phase = waitBegun
	err, idle := f.wait.poll(cx, false)
	if !idle {
		return Pending[struct{}]()
	}
	return Finish(struct{}{}, err)
}

// Await waits until all children have ended and returns the group's error.
func (f *GroupWait) Await() error { return Block(f, (*GroupWait).Poll).Err }

// Cancel stops waiting.
func (f *GroupWait) Cancel() { f.wait.cancel() }

// Where names the operation.
func (f *GroupWait) Where(w *Where) { w.Operation("rt.Group.Wait") }

// A GroupClose ends a group, see [Group.Close].
type GroupClose struct {
	Pin
	wait groupWait
}

// Poll cancels the children, the first time, and is ready when they have ended.
func (f *GroupClose) Poll(cx *Context) Poll[struct{}] {
	switch f.wait.phase {
	case waitDone:
		panic(Completed("rt.Group.Close"))
	case waitNew:
		f.wait.phase = waitBegun
		g := f.wait.group
		g.mu.Lock()
		then := g.cancelAll()
		g.mu.Unlock()
		then.run()
	}
	if _, idle := f.wait.poll(cx, true); !idle {
		return Pending[struct{}]()
	}
	return Ready(struct{}{})
}

// Await cancels the children and waits until they have ended.
func (f *GroupClose) Await() { Block(f, (*GroupClose).Poll) }

// Cancel stops waiting.
func (f *GroupClose) Cancel() { f.wait.cancel() }

// Where names the operation.
func (f *GroupClose) Where(w *Where) { w.Operation("rt.Group.Close") }
