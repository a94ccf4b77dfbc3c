package rt

import "math/bits"

// This file is what the combinators for a fixed number of futures have in common: which children
// are still open, and what happens to them at the end, however it comes about.
//
// A combinator cancels children and goes on, which nobody else does: a machine that is canceled is
// never polled again, and so nobody minds if the cleanup of a canceled child, which may await,
// takes its time with the frame. The frames of a combinator's children may be parts of a
// machine that will use the place again. So a combinator is ready only when the cleanups of the
// children that it has canceled are over, and a panic of a child waits for them too.

// A Result is what a future has ended with. As with Go's results, a value may come together
// with an error.
type Result[T any] struct {
	Value T
	Err   error
}

// Get returns the value and the error.
func (r Result[T]) Get() (T, error) { return r.Value, r.Err }

// resultOf returns what a ready poll has come to.
func resultOf[T any](p Poll[T]) Result[T] { return Result[T]{p.Value, p.Err} }

// A combinator is the state of a future with up to eight children, whose result is an R. A
// future embeds it and calls begin, leave and end in its polls.
type combinator[R any] struct {
	stage stage
	// open has a bit for each child that has not ended: it was not polled yet, or is pending. While
	// a child is being polled its bit is clear, since a child that panics is not touched again.
	open uint8
	// late is what is left to do at the end, nil unless there are cleanups to wait for.
	late *settling[R]
}

// A stage is where a combinator stands.
type stage uint8

const (
	stageNew     stage = iota // not polled
	stageWaiting              // polled, and pending
	stagePolling              // in a poll, or left it in a panic
	stageEnded                // ready or canceled, but for what is late
)

// A parent is a combinator as far as it knows the types of its children.
type parent interface {
	// cancelChild cancels child i.
	cancelChild(i int)
}

// A settling is the end of a combinator that has to wait for cleanups.
type settling[R any] struct {
	home   *cleanups
	left   []*Task[struct{}]
	flight flight  // what the poll panics with then
	out    Poll[R] // or is ready with
}

// begin begins a poll of a combinator with n children. If it is false, nothing is left to poll
// but c.again.
func (c *combinator[R]) begin(n int, name string) bool {
	switch c.stage {
	case stageNew:
		c.open = 1<<n - 1
	case stageWaiting:
	default:
		if c.late == nil {
			panic(Completed(name))
		}
		return false
	}
	c.stage = stagePolling
	return true
}

// pending ends a poll that is not ready.
func (c *combinator[R]) pending() Poll[R] {
	c.stage = stageWaiting
	return Pending[R]()
}

// end ends the poll of p, whose state c is, that is ready with out, and cancels the children that
// are open. Results may be large, so they are written where the poll returns them, and stay there.
func (c *combinator[R]) end(cx *Context, p parent, out *Poll[R]) {
	if c.open != 0 {
		if c.settle(cx, p); c.late != nil {
			c.late.out = *out
			*out = c.again(cx)
		}
	}
	c.stage = stageEnded
}

// settle cancels the open children. What their cleanups leave to do makes c late.
func (c *combinator[R]) settle(cx *Context, p parent) {
	home := cx.knownCleanups()
	if c.open == 0 {
		return
	}
	if home == nil { // no deferred call has been met, so there are no cleanups
		if c.open&(c.open-1) == 0 {
			i := bits.TrailingZeros8(c.open)
			c.open = 0
			p.cancelChild(i)
			return
		}
		c.cancelOpen(p)
		return
	}
	mark := home.enter()
	defer func() {
		if left := home.leave(mark); len(left) > 0 {
			if c.late == nil {
				c.late = &settling[R]{home: home}
			}
			c.late.left = append(c.late.left, left...)
		}
	}()
	c.cancelOpen(p)
}

// cancelOpen cancels the open children, also those behind one whose Cancel panics.
func (c *combinator[R]) cancelOpen(p parent) {
	defer func() {
		if c.open != 0 {
			c.cancelOpen(p)
		}
	}()
	for c.open != 0 {
		i := bits.TrailingZeros8(c.open)
		c.open &^= 1 << i
		p.cancelChild(i)
	}
}

// again is a poll when only cleanups are left. The panic of one of them replaces the result.
func (c *combinator[R]) again(cx *Context) Poll[R] {
	l := c.late
	fl, ready := awaitCleanups(cx, &l.left)
	if fl.panicking {
		l.flight = fl
	}
	if !ready {
		return Pending[R]()
	}
	c.late = nil
	l.flight.raise()
	return l.out
}

// leave is deferred by each poll, with the address of its result. If the poll ends by a panic or by
// runtime.Goexit, the open children are canceled. A panic is kept while there are cleanups to
// wait for. A Goexit cannot be: the goroutine waits, which nobody needs any more.
func (c *combinator[R]) leave(cx *Context, p parent, out *Poll[R]) {
	if c.stage != stagePolling {
		return
	}
	c.stage = stageEnded
	c.settle(cx, p)
	if c.late == nil {
		return
	}
	fl := inFlight(recover(), 0)
	if !fl.panicking {
		block(c.late.home.rt, &remainder[struct{}]{left: c.late.left})
		c.late = nil
		return
	}
	c.late.flight = fl
	*out = c.again(cx)
}

// cancel is Cancel of p, a combinator with n children whose state c is. Cleanups that are under
// way are left to whoever cancels.
func (c *combinator[R]) cancel(p parent, n int) {
	if c.stage == stageNew {
		c.open = 1<<n - 1 // somebody may have polled them before they were handed over
	}
	c.stage = stageEnded
	if l := c.late; l != nil {
		c.late = nil
		l.home.adopt(l.left)
	}
	c.cancelOpen(p)
}
