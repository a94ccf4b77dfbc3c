package rttest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// A Subject is a future to be checked, with what it needs.
type Subject[T any] struct {
	// Future is new: it was not polled.
	Future rt.Future[T]
	// Complete lets the future become ready, soon or at once. It is called at most once, by any
	// goroutine, also during a poll. If it is nil the future becomes ready by itself.
	Complete func()
	// Close gives back what the subject has taken. It is called last. It may be nil.
	Close func()
	// Shared says that the future is one like [rt.Task], which several may poll and which may be
	// polled again after it was ready.
	Shared bool
}

// patience is how long Check waits for what has to happen. Only failing tests wait so long.
var patience = 10 * time.Second

const (
	// maxPending is how often a future may be pending until it is ready.
	maxPending = 10_000
	// maxPoints is how many of the points at which a future can be canceled are tried.
	maxPoints = 20
	// rounds is how often something is tried that only some orders of events can show.
	rounds = 200
)

// Check tests whether a future does what [rt.Future] asks of it, whatever its owner does within
// its rights. newFuture returns a new one each time, which becomes ready by itself, within
// seconds. Among others Check
//
//   - polls without a reason, and with another waker each time, of which the last must be called;
//   - polls again after the future was ready, which must panic with "polled after completion";
//   - cancels it before each of its polls, twice, after which no waker may be kept anywhere but
//     in the future itself, and no goroutine and no descriptor be left;
//   - has its waker poll it, which blocks if the waker is called with a lock held;
//   - runs it in a task, and in one that is asked to stop.
//
// Check polls with the default runtime, in real time. Failures are reported by t.Errorf. What it
// finds no fault with may still be wrong: most of all it cannot know what the future is for.
func Check[F rt.Future[T], T any](t testing.TB, newFuture func() F) {
	t.Helper()
	CheckSubject(t, func() Subject[T] { return Subject[T]{Future: newFuture()} })
}

// CheckSubject is [Check] for futures that need something else to happen before they are ready.
// It also lets that happen during a poll and during Cancel.
func CheckSubject[T any](t testing.TB, newSubject func() Subject[T]) {
	t.Helper()
	rt.Default() // which stays
	leak.Check(t)
	c := &checker[T]{newSubject: newSubject}
	for _, s := range []scenario[T]{
		{"polled when it was woken", c.plain}, // first, since it finds out what to expect
		{"polled without a reason", c.spurious},
		{"polled with other wakers", c.rewoken},
		{"polled by its waker", c.reentered},
		{"canceled", c.canceled},
		{"completed during polls", c.raced},
		{"completed while it is canceled", c.racedCancel},
		{"in a task", c.inTask},
		{"in a task that is to stop", c.stopped},
	} {
		err, returned := s.try()
		if err != nil {
			t.Errorf("rttest: %s: %v", s.name, err)
		}
		if !returned || c.hopeless {
			return
		}
	}
}

// A scenario is one way to treat futures.
type scenario[T any] struct {
	name string
	run  func() error
}

// try runs a scenario, but not for ever.
func (s *scenario[T]) try() (err error, returned bool) {
	ended := make(chan error, 1)
	go func() { ended <- s.run() }()
	select {
	case err := <-ended:
		return err, true
	case <-time.After(10 * patience):
		return errors.New("a method of the future does not return"), false
	}
}

// A checker checks one kind of future.
type checker[T any] struct {
	newSubject func() Subject[T]
	// pendings is how often the future was pending before it was ready, when it was only polled
	// with a reason; result is what it was ready with then.
	pendings int
	result   rt.Poll[T]
	// hopeless: the future does not even do what it is there for, or hangs.
	hopeless bool
}

// An alarm is a waker that can be waited for.
type alarm struct {
	rung chan struct{}
}

func newAlarm() (*alarm, rt.Waker) {
	a := &alarm{rung: make(chan struct{}, 1)}
	return a, rt.NewWaker(a.ring)
}

func (a *alarm) ring() {
	select {
	case a.rung <- struct{}{}:
	default:
	}
}

// wait waits for a wake.
func (a *alarm) wait() bool {
	select {
	case <-a.rung:
		return true
	case <-time.After(patience):
		return false
	}
}

// A subject is a Subject that is being polled.
type subject[T any] struct {
	Subject[T]
	completed bool
}

func (c *checker[T]) subject() *subject[T] { return &subject[T]{Subject: c.newSubject()} }

func (s *subject[T]) close() {
	if s.Close != nil {
		s.Close()
	}
}

// complete lets the future become ready, the first time.
func (s *subject[T]) complete() {
	if s.Complete != nil && !s.completed {
		s.Complete()
	}
	s.completed = true
}

// poll polls once. A panic is an error.
func (s *subject[T]) poll(w rt.Waker) (p rt.Poll[T], err error) {
	err = protect("Poll", func() { p = s.Future.Poll(rt.NewContext(w)) })
	return p, err
}

func (s *subject[T]) cancel() error { return protect("Cancel", s.Future.Cancel) }

// protect makes an error of a panic.
func protect(what string, f func()) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = fmt.Errorf("%s panicked: %v", what, recover())
		}
	}()
	f()
	returned = true
	return nil
}

// drive polls until the future is ready, with the polls that more makes in between. It returns
// how often the future was pending.
func (s *subject[T]) drive(more func() (rt.Poll[T], error)) (p rt.Poll[T], pendings int, err error) {
	a, w := newAlarm()
	for {
		if p, err = s.poll(w); err != nil || p.Ready {
			return p, pendings, err
		}
		if pendings++; pendings > maxPending {
			return p, pendings, fmt.Errorf("pending after %d polls", pendings)
		}
		s.complete()
		if more != nil {
			if p, err = more(); err != nil || p.Ready {
				return p, pendings, err
			}
			continue // more has waited
		}
		if !a.wait() {
			return p, pendings, errNotWoken
		}
	}
}

var errNotWoken = errors.New("pending, and the waker is never called")

// same compares a result with that of the first run, as far as that is possible: errors by
// being there, values if they are numbers, strings or bools.
func (c *checker[T]) same(p rt.Poll[T]) error {
	if (p.Err == nil) != (c.result.Err == nil) {
		return fmt.Errorf("ready with the error %v, elsewhere with %v", p.Err, c.result.Err)
	}
	v, w := reflect.ValueOf(&p.Value).Elem(), reflect.ValueOf(&c.result.Value).Elem()
	if k := v.Kind(); (k <= reflect.Complex128 || k == reflect.String) && v.Interface() != w.Interface() {
		return fmt.Errorf("ready with %v, elsewhere with %v", v, w)
	}
	return nil
}

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
