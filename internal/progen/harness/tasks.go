package harness

import (
	"errors"

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

// body runs a task to its end and gives its error as package rt does.
func body(fn func() error) (err error, unwound bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err, unwound = rt.ErrGoexit, true
		defer func() {
			if v := recover(); v != nil {
				err = &rt.PanicError{Value: v}
			}
		}()
		err = fn()
		unwound = false
	}()
	<-done
	Tick() // without fuel it was that which ended the goroutine
	run.fuel++
	return err, unwound
}

// A Task stands in for rt.Task.
type Task[T any] struct {
	fn   func() (T, error)
	done bool
	v    T
	err  error
}

// Spawn stands in for rt.Spawn.
func Spawn[T any](f interface{ Both() (T, error) }) *Task[T] {
	return &Task[T]{fn: f.Both}
}

// Await runs the task, unless that has happened.
func (t *Task[T]) Await() (T, error) {
	if !t.done {
		t.done = true
		t.err, _ = body(func() (err error) { t.v, err = t.fn(); return err })
	}
	return t.v, t.err
}

// A Group stands in for rt.Group with a limit of one task at a time.
type Group struct {
	collect, cancelled bool
	queue              []func() error
	failures           []error
	panicked           error
}

// Limit stands in for that of rt.Group. All groups have a limit of one.
func (g *Group) Limit(int) {}

// CollectAll stands in for that of rt.Group.
func (g *Group) CollectAll() { g.collect = true }

// Go adds a task.
func (g *Group) Go(fn func() error) { g.queue = append(g.queue, fn) }

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
	for ; len(g.queue) > 0; g.queue = g.queue[1:] {
		if g.cancelled {
			continue
		}
		err, unwound := body(g.queue[0])
		var p *rt.PanicError
		switch {
		case err == nil:
		case unwound && errors.As(err, &p):
			g.panicked, g.cancelled = err, true
		default:
			g.failures = append(g.failures, err)
			g.cancelled = g.cancelled || !g.collect
		}
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

// Close stands in for that of rt.Group.
func (g *Group) Close() GroupClose { return GroupClose{g} }

// A GroupClose stands in for rt.GroupClose.
type GroupClose struct{ g *Group }

// Await drops the tasks that have not run.
func (c GroupClose) Await() { c.g.queue, c.g.cancelled = nil, true }
