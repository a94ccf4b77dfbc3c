package rttest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// This file has the ways in which [Check] treats a future, one method of checker each, and what
// they need.

// plain polls the future as a good executor does, and again after it was ready.
func (c *checker[T]) plain() error {
	s := c.subject()
	defer s.close()
	c.hopeless = true
	p, pendings, err := s.drive(nil)
	if err != nil {
		return err
	}
	c.hopeless = false
	c.result, c.pendings = p, pendings
	if s.Shared {
		if p, err := s.poll(rt.Waker{}); err != nil || !p.Ready {
			return fmt.Errorf("polled after completion it is %v, with error %v", p, err)
		}
		return nil
	}
	if _, err = s.poll(rt.Waker{}); err == nil {
		return errors.New("ready, and a further Poll does not panic")
	}
	if !strings.Contains(err.Error(), "polled after completion") {
		return fmt.Errorf("ready, and a further %v, not with rt.Completed", err)
	}
	return s.cancel() // does nothing
}

// spurious polls more often than it is asked to.
func (c *checker[T]) spurious() error {
	s := c.subject()
	defer s.close()
	a, w := newAlarm()
	p, _, err := s.drive(func() (p rt.Poll[T], err error) {
		for range 3 {
			if p, err = s.poll(w); err != nil || p.Ready {
				return p, err
			}
		}
		if !a.wait() {
			err = errNotWoken
		}
		return p, err
	})
	if err != nil {
		return err
	}
	return c.same(p)
}

// rewoken polls with a new waker each time. Only the last is waited for.
func (c *checker[T]) rewoken() error {
	// Whether the future is completed before or after the waker has changed.
	for _, late := range []bool{false, true} {
		s := c.subject()
		s.completed = late
		p, _, err := s.drive(func() (p rt.Poll[T], err error) {
			var a *alarm
			for range 3 {
				var w rt.Waker
				a, w = newAlarm()
				if p, err = s.poll(w); err != nil || p.Ready {
					return p, err
				}
			}
			if late {
				s.completed, late = false, false
				s.complete()
			}
			if !a.wait() {
				err = errors.New("pending, and the waker of the last poll is never called, perhaps an earlier one")
			}
			return p, err
		})
		s.close()
		if err != nil {
			return err
		}
		if err := c.same(p); err != nil {
			return err
		}
	}
	return nil
}

// reentered has the waker poll, on another goroutine, and wait for that. A wake that comes
// during a poll cannot, as polls must not overlap.
func (c *checker[T]) reentered() error {
	s := c.subject()
	r := &reentry[T]{subject: s, done: make(chan error, 10)}
	if r.poll(); r.pending() {
		s.complete()
	}
	select {
	case err := <-r.done:
		s.close()
		if err != nil {
			return err
		}
		return c.same(r.result)
	case <-time.After(2 * patience): // those of wake come first
		return errNotWoken
	}
}

var errLocked = errors.New("a Poll does not return while the waker is being called: that is done with a lock held")

// A reentry polls a future from its wakers.
type reentry[T any] struct {
	subject *subject[T]
	mu      sync.Mutex
	polling bool // a poll is under way
	again   bool // a wake came meanwhile
	ended   bool
	result  rt.Poll[T]
	done    chan error // gets the outcome; what comes later is not read
}

func (r *reentry[T]) pending() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.ended
}

// wake is what the waker does.
func (r *reentry[T]) wake() {
	r.mu.Lock()
	if r.ended || r.polling {
		r.again = true
		r.mu.Unlock()
		return
	}
	r.mu.Unlock()
	polled := make(chan struct{})
	go func() {
		defer close(polled)
		r.poll()
	}()
	select {
	case <-polled:
	case <-time.After(patience):
		r.done <- errLocked
	}
}

// poll polls until there is nothing left to do.
func (r *reentry[T]) poll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.polling || r.ended {
		r.again = true
		return
	}
	r.polling = true
	for again := true; again && !r.ended; again = r.again {
		r.again = false
		r.mu.Unlock()
		p, err := r.subject.poll(rt.NewWaker(r.wake))
		r.mu.Lock()
		if err != nil || p.Ready {
			r.ended, r.result = true, p
			r.done <- err
		}
	}
	r.polling = false
}

// canceled cancels before each poll, and twice.
func (c *checker[T]) canceled() error {
	for point := range min(c.pendings, maxPoints) + 1 {
		s := c.subject()
		kept, err := c.cancelAt(s, point)
		if err == nil && !collected(kept) {
			err = errors.New("a waker is kept somewhere")
		}
		s.close()
		if err != nil {
			return fmt.Errorf("after %d polls: %w", point, err)
		}
	}
	return nil
}

// cancelAt polls the future as often as point says, cancels it, and lets go of it. It returns a
// channel that is closed when the waker is garbage.
func (c *checker[T]) cancelAt(s *subject[T], point int) (kept <-chan struct{}, err error) {
	a, w := newAlarm()
	gone := make(chan struct{})
	runtime.AddCleanup(a, func(gone chan struct{}) { close(gone) }, gone)
	for i := range point {
		p, err := s.poll(w)
		if err != nil || p.Ready {
			// With other luck it takes fewer polls.
			s.Future = nil
			return gone, err
		}
		if i == point-1 {
			break
		}
		s.complete()
		if !a.wait() {
			return nil, errNotWoken
		}
	}
	if err := s.cancel(); err != nil {
		return nil, err
	}
	if err := s.cancel(); err != nil {
		return nil, fmt.Errorf("the second time: %w", err)
	}
	s.Future = nil
	return gone, nil
}

// collected waits until the garbage collector has found something.
func collected(gone <-chan struct{}) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		runtime.GC()
		select {
		case <-gone:
			return true
		case <-time.After(time.Millisecond):
		}
	}
	return false
}

// raced completes the future during its polls.
func (c *checker[T]) raced() error {
	for round := range rounds {
		s := c.subject()
		if s.Complete == nil {
			s.cancelAndClose()
			return nil
		}
		done := s.completeSoon(round)
		p, _, err := s.drive(nil)
		<-done
		s.close()
		if err == nil {
			err = c.same(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// racedCancel completes the future while it is being canceled.
func (c *checker[T]) racedCancel() error {
	for round := range rounds {
		s := c.subject()
		if s.Complete == nil {
			s.cancelAndClose()
			return nil
		}
		_, err := s.poll(rt.NewWaker(func() {}))
		done := s.completeSoon(round)
		if err == nil {
			err = s.cancel()
		}
		<-done
		s.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *subject[T]) cancelAndClose() {
	s.Future.Cancel()
	s.close()
}

// completeSoon completes the future on another goroutine, sooner or later.
func (s *subject[T]) completeSoon(round int) (done <-chan struct{}) {
	s.completed = true
	complete, ended, started := s.Complete, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		close(started)
		for range round % 20 {
			runtime.Gosched()
		}
		complete()
	}()
	<-started
	return ended
}

// inTask has a worker poll the future.
func (c *checker[T]) inTask() error {
	s := c.subject()
	defer s.close()
	task := rt.Spawn(s.Future)
	s.complete()
	v, err := c.await(task)
	if errors.Is(err, errHangs) {
		return err
	}
	return c.same(rt.Finish(v, err))
}

// stopped asks the task that polls the future to stop.
func (c *checker[T]) stopped() error {
	s := c.subject()
	defer s.close()
	task := rt.Spawn(s.Future)
	task.Stop()
	// What does not wait for ever need not care.
	ended := make(chan error, 1)
	go func() {
		_, err := task.Await()
		ended <- err
	}()
	select {
	case err := <-ended:
		if err != nil && c.result.Err == nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("the error is %v, of which errors.Is(err, context.Canceled) is false", err)
		}
		return nil
	case <-time.After(patience):
		c.hopeless = true
		return errHangs
	}
}

var errHangs = errors.New("it does not end")

// await waits for a task, but not for ever.
func (c *checker[T]) await(task *rt.Task[T]) (v T, err error) {
	ended := make(chan struct{})
	go func() {
		v, err = task.Await()
		close(ended)
	}()
	select {
	case <-ended:
		return v, err
	case <-time.After(patience):
		c.hopeless = true
		var zero T
		return zero, errHangs
	}
}
