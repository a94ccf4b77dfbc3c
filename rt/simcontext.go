package rt

import (
	"context"
	"slices"
)

// A contextWatch is a context that a task of a simulation waits for. Package context calls those
// who wait on goroutines of their own, at a time that nobody chooses. The driver looks itself
// instead, after each step: only steps can end a context, except for a deadline on the system's
// clock, which has no place in a simulation.
type contextWatch struct {
	ctx   context.Context
	waker Waker
}

// afterContext is context.AfterFunc for the waker of a task. It is called by the driver, and so is
// what it returns.
func (s *simulation) afterContext(ctx context.Context, w Waker) (stop func() bool) {
	watch := &contextWatch{ctx, w}
	s.contexts = append(s.contexts, watch)
	return func() bool {
		i := slices.Index(s.contexts, watch)
		if i >= 0 {
			s.contexts = slices.Delete(s.contexts, i, i+1)
		}
		return i >= 0
	}
}

// wakeEnded wakes whoever waits for a context that has ended, in the order in which they began to.
func (s *simulation) wakeEnded() {
	var ended []*contextWatch
	s.contexts = slices.DeleteFunc(s.contexts, func(c *contextWatch) bool {
		if c.ctx.Err() == nil {
			return false
		}
		ended = append(ended, c)
		return true
	})
	for _, c := range ended {
		c.waker.Wake()
	}
}
