package harness

import (
	"errors"
	"runtime"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// Generated programs start tasks in such a way that one runs at a time and whoever started it
// waits meanwhile: what happens in which order is then no matter of the scheduler. Package rt
// runs them on its workers. Where this package stands in for it, a task is a function that
// runs to its end on a goroutine when it is waited for.

// InTask marks the body of a task; what it returns is to be called at its end.
func InTask() func() {
	run.tasks = true
	run.inTask++
	return func() { run.inTask-- }
}

// A job is a task where this package stands in for package rt.
type job struct {
	fn      func() error
	done    chan struct{} // closed when it has ended; nil if it has not begun
	parked  chan struct{} // closing it cancels the job, which waits for ever; nil if it does not
	err     error
	unwound bool // it did not return
}

// run runs the job until it has ended or waits for n, unless that has happened.
func (j *job) run(n *Never) {
	if j.done != nil {
		return
	}
	j.done = make(chan struct{})
	go func() {
		defer close(j.done)
		j.err, j.unwound = rt.ErrGoexit, true
		defer func() {
			if v := recover(); v != nil {
				j.err = &rt.PanicError{Value: v}
			}
		}()
		j.err = j.fn()
		j.unwound = false
	}()
	select {
	case <-j.done:
		outOfFuel()
	case j.parked = <-n.arrival():
	}
}

// cancel ends a job that waits for ever.
func (j *job) cancel() {
	if j.parked == nil {
		return
	}
	close(j.parked)
	j.parked = nil
	<-j.done
	outOfFuel()
	if j.err == rt.ErrGoexit {
		j.err = rt.ErrCanceled
	}
}

// outOfFuel ends the goroutine if a task that has ended is out of fuel: that was why.
func outOfFuel() {
	if run.exhausted {
		runtime.Goexit()
	}
}

// A Never is a future that is never ready. Somebody can wait until a task waits for it.
type Never struct {
	arrived chan struct{} // closed when the task waits, or is about to end
	begun   bool
	leaver  string // the goroutine of a task that ends without having waited

	// parks passes on, from the goroutine of a job to that which runs it, how to cancel it.
	parks chan chan struct{}
}

// NewNever makes one.
func NewNever() *Never {
	return &Never{arrived: make(chan struct{}), parks: make(chan chan struct{})}
}

func (n *Never) arrival() chan chan struct{} {
	if n == nil {
		return nil
	}
	return n.parks
}

// Poll implements rt.Future.
func (n *Never) Poll(*rt.Context) rt.Poll[struct{}] {
	Tick()
	if !n.begun {
		n.begun = true
		run.open++
		event("waits for ever")
		close(n.arrived)
	}
	return rt.Pending[struct{}]()
}

// Cancel implements rt.Future.
func (n *Never) Cancel() {
	if n.begun {
		run.open--
	}
}

// Await waits until the job that calls it is cancelled.
func (n *Never) Await() {
	Tick()
	n.begun = true
	event("waits for ever")
	cancelled := make(chan struct{})
	n.parks <- cancelled
	<-cancelled
	runtime.Goexit()
}

// Left is called at the end of the task, in a deferred call.
func (n *Never) Left() {
	if !n.begun {
		n.leaver = goroutine()
		close(n.arrived)
	}
}

// ended waits until a task that has left is known to have ended, to its group too, which may start
// nobody any more because of that. The task is known to have ended when its goroutine is gone, which may be
// one of its own, or a driver that has lost the worker; or when that polls another task.
func (n *Never) ended() {
	for isAlive(n.leaver) && driver() != n.leaver {
		runtime.Gosched()
	}
	rt.Spawn(rt.Yield()).Await() // if its goroutine has woken it, it is polled before this the second time
}

// driver returns which goroutine polls now; there is one worker.
func driver() (number string) {
	rt.Spawn(rt.FromFunc(func(*rt.Context) rt.Poll[struct{}] {
		number = goroutine()
		return rt.Ready(struct{}{})
	})).Await()
	return number
}

// goroutine returns the number of the calling goroutine.
func goroutine() string {
	number, _, _ := strings.Cut(strings.TrimPrefix(stacks(false), "goroutine "), " ")
	return number
}

func isAlive(goroutine string) bool {
	return strings.Contains("\n"+stacks(true), "\ngoroutine "+goroutine+" ")
}

// stacks prints the stack of the calling goroutine, or those of all.
func stacks(all bool) string {
	buf := make([]byte, 1<<16)
	n := runtime.Stack(buf, all)
	for ; n == len(buf); n = runtime.Stack(buf, all) {
		buf = make([]byte, 2*n)
	}
	return string(buf[:n])
}

// Reached waits until a task, or the first one of a group, waits for n or has ended. The
// packages' stand-ins do not run it before.
func (n *Never) Reached(by any) {
	if s, ok := by.(interface{ start(*Never) }); ok {
		s.start(n)
		return
	}
	if <-n.arrived; !n.begun {
		n.ended()
	}
}

// A Task stands in for rt.Task.
type Task[T any] struct {
	job
	v T
}

// Spawn stands in for rt.Spawn.
func Spawn[T any](f interface{ Both() (T, error) }) *Task[T] {
	t := &Task[T]{}
	t.fn = func() (err error) { t.v, err = f.Both(); return err }
	return t
}

func (t *Task[T]) start(n *Never) { t.run(n) }

// Cancel stands in for that of rt.Task.
func (t *Task[T]) Cancel() { t.cancel() }

// Detach does nothing: tasks are detached when they have ended.
func (t *Task[T]) Detach() {}

// Await runs the task, unless that has happened.
func (t *Task[T]) Await() (T, error) {
	t.run(nil)
	return t.v, t.err
}

// A Group stands in for rt.Group in which one task runs at a time.
type Group struct {
	collect, cancelled bool
	queue              []*job // have not begun
	parked             []*job
	failures           []error
	panicked           error
}

// Limit stands in for that of rt.Group. Tasks run one at a time in any case, as long as they run.
func (g *Group) Limit(int) {}

// CollectAll stands in for that of rt.Group.
func (g *Group) CollectAll() { g.collect = true }

// Go adds a task.
func (g *Group) Go(fn func() error) { g.queue = append(g.queue, &job{fn: fn}) }

// Spawn adds a task.
func (g *Group) Spawn(f interface{ Both() (struct{}, error) }) {
	g.Go(func() error { _, err := f.Both(); return err })
}

// Wait stands in for that of rt.Group.
func (g *Group) Wait() GroupWait { return GroupWait{g} }

// A GroupWait stands in for rt.GroupWait.
type GroupWait struct{ g *Group }

// Await runs the tasks, one after the other, until one fails.
func (w GroupWait) Await() error {
	g := w.g
	for len(g.queue) > 0 {
		g.start(nil)
	}
	switch {
	case g.panicked != nil:
		panic(g.panicked)
	case len(g.failures) == 0:
		return nil
	case !g.collect:
		return g.failures[0]
	}
	return errors.Join(g.failures...)
}

// start runs the task that was added first, unless another has failed.
func (g *Group) start(n *Never) {
	j := g.queue[0]
	g.queue = g.queue[1:]
	if g.cancelled {
		return
	}
	if j.run(n); j.parked != nil {
		g.parked = append(g.parked, j)
		return
	}
	if !g.failed(j) {
		return
	}
	g.cancelled = true
	for _, p := range g.parked {
		p.cancel()
		if p.err != rt.ErrCanceled {
			g.failed(p)
		}
	}
}

// failed notes the error of a task and reports whether the others are cancelled for it.
func (g *Group) failed(j *job) bool {
	var p *rt.PanicError
	switch {
	case j.err == nil:
		return false
	case j.unwound && errors.As(j.err, &p):
		if g.panicked == nil {
			g.panicked = j.err
		}
		return true
	}
	g.failures = append(g.failures, j.err)
	return !g.collect
}

// Close stands in for that of rt.Group.
func (g *Group) Close() GroupClose { return GroupClose{g} }

// A GroupClose stands in for rt.GroupClose.
type GroupClose struct{ g *Group }

// Await drops the tasks that have not run.
func (c GroupClose) Await() { c.g.queue, c.g.cancelled = nil, true }
