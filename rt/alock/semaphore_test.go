package alock_test

import (
	"testing"

	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

const (
	misusePermit = "alock: the Permit was released or forgotten before"
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
	leaf.MustPanic(t, misusePermit, p.Release)
	leaf.MustPanic(t, misusePermit, p.Forget)
	var zero Permit
	zero.Release()
	zero.Forget()

	q, err := s.AcquireMany(3).Await()
	if err != nil {
		t.Error(err)
	}
	q.Release()
	for _, n := range []int{-1, MaxPermits + 1} {
		leaf.MustPanic(t, misuseNumber, func() { NewSemaphore(n) })
		leaf.MustPanic(t, misuseNumber, func() { s.Add(n) })
		leaf.MustPanic(t, misuseNumber, func() { s.AcquireMany(n).Cancel() })
		leaf.MustPanic(t, misuseNumber, func() { s.TryAcquireMany(n) })
	}
	leaf.MustPanic(t, misuseNumber, func() { s.AcquireMany(0).Cancel() })
	leaf.MustPanic(t, misuseNumber, func() { s.Add(MaxPermits - 2) })
}

// TestSemaphoreOrder has one wait for many permits and another for one: the other waits behind,
// though its permit is there.
func TestSemaphoreOrder(t *testing.T) {
	s := NewSemaphore(3)
	held := get(t, s.AcquireMany(2))
	a, b := leaf.NewHand(), leaf.NewHand()
	many, one := s.AcquireMany(3), s.Acquire()
	leaf.Pending(t, a, many)
	leaf.Pending(t, b, one)
	if _, ok := s.TryAcquire(); ok {
		t.Error("somebody overtakes")
	}
	held.Release()
	leaf.IsWoken(t, a)
	leaf.IsAsleep(t, b)
	p := get(t, many)
	p.Release()
	leaf.IsWoken(t, b)
	get(t, one).Release()

	// Without the first the other can go on, and likewise if that was woken already.
	held = get(t, s.AcquireMany(2))
	many, one = s.AcquireMany(3), s.Acquire()
	leaf.Pending(t, a, many)
	leaf.Pending(t, b, one)
	many.Cancel()
	leaf.IsWoken(t, b)
	held.Release()
	get(t, one).Release()
	held = get(t, s.AcquireMany(2))
	many, one = s.AcquireMany(3), s.Acquire()
	leaf.Pending(t, a, many)
	leaf.Pending(t, b, one)
	held.Release()
	leaf.IsWoken(t, a)
	many.Cancel()
	leaf.IsWoken(t, b)
	get(t, one).Release()
	if s.Available() != 3 {
		t.Error(s.Available())
	}
	leaf.MustPanic(t, "alock.Semaphore.Acquire: polled after completion", func() { many.Poll(a.Context) })
}

func TestSemaphoreNumber(t *testing.T) {
	s := NewSemaphore(0)
	h := leaf.NewHand()
	f := s.AcquireMany(2)
	leaf.Pending(t, h, f)
	s.Add(1)
	leaf.IsAsleep(t, h)
	s.Add(1)
	leaf.IsWoken(t, h)
	p := get(t, f)
	p.Forget()
	if s.Available() != 0 {
		t.Error(s.Available())
	}
	leaf.MustPanic(t, misusePermit, p.Release)
	s.Add(2)
	get(t, s.AcquireMany(2)).Release()
}

func TestSemaphoreClose(t *testing.T) {
	s := NewSemaphore(1)
	p := get(t, s.Acquire())
	a, b := leaf.NewHand(), leaf.NewHand()
	granted, waits := s.Acquire(), s.Acquire()
	leaf.Pending(t, a, granted)
	leaf.Pending(t, b, waits)
	p.Release()
	s.Close()
	s.Close()
	leaf.IsWoken(t, b)
	leaf.Fails(t, waits, ErrClosed)
	get(t, granted).Release()
	leaf.Fails(t, s.Acquire(), ErrClosed)
	if _, ok := s.TryAcquire(); ok {
		t.Error("acquired from a closed semaphore")
	}
}

func TestStopSemaphore(t *testing.T) {
	r := leaf.Runtime(t)
	s := NewSemaphore(1)
	p := get(t, s.Acquire())
	errStopped(t, leaf.Stopped(t, r, s.Acquire()))
	p.Release()
	errStopped(t, leaf.StoppedEarly(t, s.Acquire()))
	if s.Available() != 1 {
		t.Error(s.Available())
	}
}
