package rttest

import (
	"errors"
	"fmt"
	"reflect"
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
