package alock_test

import (
	"testing"

	. "github.com/asyncgen/asyncgen/rt/alock"
)

const (
	misusePermit = "alock: the Permit was released before"
	misuseNumber = "alock: number of permits out of range"
)

func TestSemaphore(t *testing.T) {
	s := NewSemaphore(3)
	p := get(t, s.Acquire())
	many := get(t, s.AcquireMany(2))
	if p.Count() != 1 || many.Count() != 2 || s.Available() != 0 {
		t.Error(p.Count(), many.Count(), s.Available())
	}
	if _, ok := s.TryAcquire(); ok {
		t.Error("more than there are")
	}
	p.Release()
	if _, ok := s.TryAcquireMany(2); ok || s.Available() != 1 {
		t.Error("more than there are")
	}
	p, ok := s.TryAcquire()
	if !ok {
		t.Error("a released permit is not there")
	}
	many.Release()
	p.Release()
	mustPanic(t, misusePermit, p.Release)
	mustPanic(t, misusePermit, p.Forget)
	var zero Permit
	zero.Release()
	zero.Forget()

	q, err := s.AcquireMany(3).Await()
	if err != nil {
		t.Error(err)
	}
	q.Release()
	for _, n := range []int{-1, MaxPermits + 1} {
		mustPanic(t, misuseNumber, func() { NewSemaphore(n) })
		mustPanic(t, misuseNumber, func() { s.Add(n) })
		mustPanic(t, misuseNumber, func() { s.AcquireMany(n).Cancel() })
		mustPanic(t, misuseNumber, func() { s.TryAcquireMany(n) })
	}
	mustPanic(t, misuseNumber, func() { s.AcquireMany(0).Cancel() })
	mustPanic(t, misuseNumber, func() { s.Add(MaxPermits - 2) })
}

// TestSemaphoreOrder has one wait for many permits and another for one: the other waits behind,
// though its permit is there.
func TestSemaphoreOrder(t *testing.T) {
	s := NewSemaphore(3)
	held := get(t, s.AcquireMany(2))
	a, b := newHand(), newHand()
	many, one := s.AcquireMany(3), s.Acquire()
	pending(t, a, many)
	pending(t, b, one)
	if _, ok := s.TryAcquire(); ok {
		t.Error("somebody overtakes")
	}
	held.Release()
	isWoken(t, a)
	isAsleep(t, b)
	p := get(t, many)
	p.Release()
	isWoken(t, b)
	get(t, one).Release()

	// Without the first the other can go on, and likewise if that was woken already.
	held = get(t, s.AcquireMany(2))
	many, one = s.AcquireMany(3), s.Acquire()
	pending(t, a, many)
	pending(t, b, one)
	many.Cancel()
	isWoken(t, b)
	held.Release()
	get(t, one).Release()
	held = get(t, s.AcquireMany(2))
	many, one = s.AcquireMany(3), s.Acquire()
	pending(t, a, many)
	pending(t, b, one)
	held.Release()
	isWoken(t, a)
	many.Cancel()
	isWoken(t, b)
	get(t, one).Release()
	if s.Available() != 3 {
		t.Error(s.Available())
	}
	mustPanic(t, "alock.Semaphore.Acquire: polled after completion", func() { many.Poll(a.cx) })
}

func TestSemaphoreNumber(t *testing.T) {
	s := NewSemaphore(0)
	h := newHand()
	f := s.AcquireMany(2)
	pending(t, h, f)
	s.Add(1)
	isAsleep(t, h)
	s.Add(1)
	isWoken(t, h)
	p := get(t, f)
	p.Forget()
	if s.Available() != 0 {
		t.Error(s.Available())
	}
	mustPanic(t, misusePermit, p.Release)
	s.Add(2)
	get(t, s.AcquireMany(2)).Release()
}

func TestSemaphoreClose(t *testing.T) {
	s := NewSemaphore(1)
	p := get(t, s.Acquire())
	a, b := newHand(), newHand()
	granted, waits := s.Acquire(), s.Acquire()
	pending(t, a, granted)
	pending(t, b, waits)
	p.Release()
	s.Close()
	s.Close()
	isWoken(t, b)
	fails(t, waits, ErrClosed)
	get(t, granted).Release()
	fails(t, s.Acquire(), ErrClosed)
	if _, ok := s.TryAcquire(); ok {
		t.Error("acquired from a closed semaphore")
	}
}

func TestStopSemaphore(t *testing.T) {
	r := newRuntime(t)
	s := NewSemaphore(1)
	p := get(t, s.Acquire())
	errStopped(t, stopped(t, r, s.Acquire()))
	p.Release()
	errStopped(t, stoppedEarly(t, s.Acquire()))
	if s.Available() != 1 {
		t.Error(s.Available())
	}
}
