package alock_test

import (
	"errors"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// An initializer is a future that is pending until it is told how to end.
type initializer struct {
	rt.Pin
	polls    int
	canceled bool
	end      func() rt.Poll[int]
}

func (f *initializer) Poll(*rt.Context) rt.Poll[int] {
	f.polls++
	if f.end != nil {
		return f.end()
	}
	return rt.Pending[int]()
}

func (f *initializer) Cancel() { f.canceled = true }

func TestOnceCell(t *testing.T) {
	var c OnceCell[int]
	if _, ok := c.Get(); ok {
		t.Error("a value of nothing")
	}
	h1, h2 := leaf.NewHand(), leaf.NewHand()
	mine, others := &initializer{}, &initializer{}
	first, second := c.GetOrInit(mine), c.GetOrInit(others)
	leaf.Pending(t, h1, first)
	leaf.Pending(t, h2, second)
	if c.Set(1) {
		t.Error("set while a value is being made")
	}
	mine.end = func() rt.Poll[int] { return rt.Ready(42) }
	leaf.Ready(t, first, 42)
	leaf.IsWoken(t, h2)
	leaf.Ready(t, second, 42)
	third := c.GetOrInit(others)
	leaf.Ready(t, third, 42)
	if v, ok := c.Get(); !ok || v != 42 || c.Set(1) {
		t.Error(v, ok)
	}
	if others.polls != 0 {
		t.Error("an init was polled that is not needed")
	}
	leaf.MustPanic(t, "alock.OnceCell.GetOrInit: polled after completion", func() { third.Poll(h1.Context) })
	v, err := c.GetOrInit(others).Await()
	leaf.Want(t, v, err, 42, nil)

	var set OnceCell[string]
	if !set.Set("a") || set.Set("b") {
		t.Error("Set")
	}
	if v, ok := set.Get(); v != "a" || !ok {
		t.Error(v, ok)
	}
}

// TestOnceCellRetry has inits fail, panic, and be canceled: each time the next one tries.
func TestOnceCellRetry(t *testing.T) {
	var c OnceCell[int]
	var inits [4]*initializer
	var hands [4]*leaf.Hand
	var futures [4]*OnceFuture[int]
	for i := range futures {
		inits[i], hands[i] = &initializer{}, leaf.NewHand()
		futures[i] = c.GetOrInit(inits[i])
		leaf.Pending(t, hands[i], futures[i])
	}
	failure := errors.New("failure")
	inits[0].end = func() rt.Poll[int] { return rt.Fail[int](failure) }
	leaf.Fails(t, futures[0], failure)
	leaf.IsWoken(t, hands[1])
	leaf.IsAsleep(t, hands[2])
	leaf.Pending(t, hands[1], futures[1])
	inits[1].end = func() rt.Poll[int] { panic("a panic") }
	leaf.MustPanic(t, "a panic", func() { futures[1].Poll(hands[1].Context) })
	leaf.IsWoken(t, hands[2])
	leaf.Pending(t, hands[2], futures[2])
	futures[2].Cancel()
	futures[2].Cancel()
	if !inits[2].canceled {
		t.Error("the init was not canceled")
	}
	leaf.IsWoken(t, hands[3])
	leaf.Pending(t, hands[3], futures[3])
	inits[3].end = func() rt.Poll[int] { return rt.Ready(1) }
	leaf.Ready(t, futures[3], 1)
}

// TestOnceCellCancel cancels one who waits, and one whose turn it is.
func TestOnceCellCancel(t *testing.T) {
	var c OnceCell[int]
	h1, h2 := leaf.NewHand(), leaf.NewHand()
	making := c.GetOrInit(&initializer{})
	leaf.Pending(t, h1, making)
	waits, next := c.GetOrInit(&initializer{}), c.GetOrInit(rt.Value(3))
	leaf.Pending(t, h1, waits)
	leaf.Pending(t, h2, next)
	making.Cancel()
	leaf.IsWoken(t, h1)
	waits.Cancel()
	leaf.IsWoken(t, h2)
	leaf.Ready(t, next, 3)
}

func TestStopOnceCell(t *testing.T) {
	r := leaf.Runtime(t)
	var c OnceCell[int]
	errStopped(t, leaf.StoppedEarly(t, c.GetOrInit(rt.Value(1))))
	making := c.GetOrInit(&initializer{})
	leaf.Pending(t, leaf.NewHand(), making)
	errStopped(t, leaf.Stopped(t, r, c.GetOrInit(rt.Value(1))))
	making.Cancel()
	leaf.Ready(t, c.GetOrInit(rt.Value(2)), 2)
	if v, err := rt.SpawnOn(r, c.GetOrInit(rt.Value(1))).Await(); v != 2 || err != nil {
		t.Error(v, err)
	}
}
