package alock_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
)

func TestCond(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	c.Signal()
	c.Broadcast()
	h1, h2 := newHand(), newHand()
	old := get(t, m.Lock())
	first := c.Wait(old)
	pending(t, h1, first)
	pending(t, h1, first)
	mustPanic(t, misuse, old.Unlock)
	second := c.Wait(get(t, m.Lock()))
	pending(t, h2, second)
	g := get(t, m.Lock()) // both have released it
	*g.Value() = 1
	c.Signal()
	isWoken(t, h1)
	isAsleep(t, h2)
	pending(t, h1, first) // for the lock
	g.Unlock()
	isWoken(t, h1)
	g = get(t, first)
	if *g.Value() != 1 {
		t.Error(*g.Value())
	}
	third := c.Wait(g)
	pending(t, h1, third)
	c.Broadcast()
	isWoken(t, h1)
	isWoken(t, h2)
	get(t, second).Unlock()
	get(t, third).Unlock()
	mustPanic(t, "alock.Cond.Wait: polled after completion", func() { first.Poll(h1.cx) })
}

func TestCondMisuse(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	g := get(t, m.Lock())
	g.Unlock()
	mustPanic(t, misuse, func() { c.Wait(g).Poll(newHand().cx) })
	g = get(t, NewMutex(0).Lock())
	mustPanic(t, "alock: Cond.Wait with a Guard of another Mutex", func() { c.Wait(g).Poll(newHand().cx) })
}

// TestCondCancel cancels waits at each point where they can stand. The old guard may be
// unlocked then, once, and others are not harmed.
func TestCondCancel(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	h1, h2 := newHand(), newHand()

	g := get(t, m.Lock())
	c.Wait(g).Cancel() // not begun: the lock is held
	g.Value()

	f := c.Wait(g)
	pending(t, h1, f)
	f.Cancel()
	f.Cancel()
	other := get(t, m.Lock())
	g.Unlock()
	other.Value()
	mustPanic(t, misuse, g.Unlock)

	// Signaled, not polled since: the signal passes on.
	f, behind := c.Wait(other), m.Lock()
	pending(t, h1, f)
	f2 := c.Wait(get(t, behind))
	pending(t, h2, f2)
	c.Signal()
	f.Cancel()
	isWoken(t, h2)
	other.Unlock()
	g = get(t, f2)

	// Signaled, and waits for the lock.
	f = c.Wait(g)
	pending(t, h1, f)
	f2 = c.Wait(get(t, m.Lock()))
	pending(t, h2, f2)
	other = get(t, m.Lock())
	c.Signal()
	pending(t, h1, f)
	f.Cancel()
	isWoken(t, h2)
	pending(t, h2, f2)
	g.Unlock()
	other.Unlock()
	isWoken(t, h2)
	get(t, f2).Unlock()
}

// TestStopCond checks that the lock is held after a wait that fails.
func TestStopCond(t *testing.T) {
	r := newRuntime(t)
	m := NewMutex(0)
	c := NewCond(m)
	polled := make(chan struct{}, 10)
	wait := c.Wait(get(t, m.Lock()))
	task := rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[Guard[int]] {
		p := wait.Poll(cx)
		polled <- struct{}{}
		return p
	}))
	<-polled
	other := get(t, m.Lock())
	task.Stop()
	<-polled
	other.Unlock()
	g, err := task.Await()
	errStopped(t, err)
	g.Unlock()
	g = get(t, m.Lock())
	errStopped(t, stoppedEarly(t, r, c.Wait(g)))
	g.Unlock()
}

// TestCondAwait has two goroutines of plain code wait for each other.
func TestCondAwait(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	turn := func(mine int) error {
		g, err := m.Lock().Await()
		if err != nil {
			return err
		}
		defer func() { g.Unlock() }()
		for *g.Value() < 100 {
			for *g.Value()%2 != mine {
				if g, err = c.Wait(g).Await(); err != nil {
					return err
				}
			}
			*g.Value()++
			c.Signal()
		}
		return nil
	}
	errs := make(chan error)
	go func() { errs <- turn(0) }()
	go func() { errs <- turn(1) }()
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	g := get(t, m.Lock())
	if *g.Value() < 100 {
		t.Error(*g.Value())
	}
}
