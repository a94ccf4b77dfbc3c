package alock_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestCond(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	c.Signal()
	c.Broadcast()
	h1, h2 := leaf.NewHand(), leaf.NewHand()
	g1 := get(t, m.Lock())
	old := g1
	first := c.Wait(&g1)
	leaf.Pending(t, h1, first)
	leaf.Pending(t, h1, first)
	leaf.MustPanic(t, misuse, old.Unlock)
	g1.Unlock() // does nothing meanwhile
	leaf.MustPanic(t, misuse, func() { g1.Value() })
	g2 := get(t, m.Lock())
	second := c.Wait(&g2)
	leaf.Pending(t, h2, second)
	g := get(t, m.Lock()) // both have released it
	*g.Value() = 1
	c.Signal()
	leaf.IsWoken(t, h1)
	leaf.IsAsleep(t, h2)
	leaf.Pending(t, h1, first) // for the lock
	g.Unlock()
	leaf.IsWoken(t, h1)
	leaf.Ready(t, first, struct{}{})
	leaf.MustPanic(t, misuse, old.Unlock)
	if *g1.Value() != 1 {
		t.Error(*g1.Value())
	}
	third := c.Wait(&g1)
	leaf.Pending(t, h1, third)
	c.Broadcast()
	leaf.IsWoken(t, h1)
	leaf.IsWoken(t, h2)
	leaf.Ready(t, second, struct{}{})
	g2.Unlock()
	leaf.Ready(t, third, struct{}{})
	g1.Unlock()
	leaf.MustPanic(t, "alock.Cond.Wait: polled after completion", func() { first.Poll(h1.Context) })
}

func TestCondMisuse(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	g := get(t, m.Lock())
	g.Unlock()
	leaf.MustPanic(t, misuse, func() { c.Wait(&g).Poll(leaf.NewHand().Context) })
	g = get(t, NewMutex(0).Lock())
	leaf.MustPanic(t, "alock: Cond.Wait with a Guard of another Mutex", func() { c.Wait(&g).Poll(leaf.NewHand().Context) })
	leaf.MustPanic(t, misuse, func() { c.Wait(new(Guard[int])).Poll(leaf.NewHand().Context) })
}

// TestCondCancel cancels waits at each point where they can stand. To unlock the guard does
// nothing then, and others are not harmed.
func TestCondCancel(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	h1, h2 := leaf.NewHand(), leaf.NewHand()

	g1 := get(t, m.Lock())
	c.Wait(&g1).Cancel() // not begun: the lock is held
	g1.Value()

	f := c.Wait(&g1)
	leaf.Pending(t, h1, f)
	f.Cancel()
	f.Cancel()
	g2 := get(t, m.Lock())
	g1.Unlock()
	g2.Value()

	// Signaled, not polled since: the signal passes on.
	f2 := c.Wait(&g2)
	leaf.Pending(t, h2, f2)
	g1 = get(t, m.Lock())
	f = c.Wait(&g1)
	leaf.Pending(t, h1, f)
	c.Signal()
	leaf.IsWoken(t, h2)
	f2.Cancel()
	leaf.IsWoken(t, h1)
	g2.Unlock()
	leaf.Ready(t, f, struct{}{})

	// Signaled, and waits for the lock.
	f = c.Wait(&g1)
	leaf.Pending(t, h1, f)
	g2 = get(t, m.Lock())
	f2 = c.Wait(&g2)
	leaf.Pending(t, h2, f2)
	other := get(t, m.Lock())
	c.Signal()
	leaf.Pending(t, h1, f)
	f.Cancel()
	leaf.IsWoken(t, h2)
	leaf.Pending(t, h2, f2)
	g1.Unlock()
	other.Unlock()
	leaf.IsWoken(t, h2)
	leaf.Ready(t, f2, struct{}{})
	g2.Unlock()
}

// TestStopCond checks that the lock is held after a wait that fails.
func TestStopCond(t *testing.T) {
	r := leaf.Runtime(t)
	m := NewMutex(0)
	c := NewCond(m)
	polled := make(chan struct{}, 10)
	g := get(t, m.Lock())
	wait := c.Wait(&g)
	task := rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
		p := wait.Poll(cx)
		polled <- struct{}{}
		return p
	}))
	<-polled
	other := get(t, m.Lock())
	task.Stop()
	<-polled
	other.Unlock()
	_, err := task.Await()
	errStopped(t, err)
	g.Unlock()
	g = get(t, m.Lock())
	errStopped(t, leaf.StoppedEarly(t, c.Wait(&g)))
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
				if err := c.Wait(&g).Await(); err != nil {
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
