package alock_test

import (
	"testing"

	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestBarrier(t *testing.T) {
	b := NewBarrier(3)
	for range 2 { // it can be used again
		h1, h2, h3 := leaf.NewHand(), leaf.NewHand(), leaf.NewHand()
		first, second, gone := b.Wait(), b.Wait(), b.Wait()
		leaf.Pending(t, h1, first)
		leaf.Pending(t, h3, gone)
		gone.Cancel() // and somebody else has to come
		gone.Cancel()
		leaf.Pending(t, h2, second)
		leaf.Pending(t, h2, second) // who counts once
		leaf.Ready(t, b.Wait(), true)
		leaf.IsWoken(t, h1)
		leaf.IsWoken(t, h2)
		next := b.Wait()
		leaf.Pending(t, h3, next)
		leaf.Ready(t, first, false)
		second.Cancel() // it has opened for all of them
		next.Cancel()
		leaf.MustPanic(t, "alock.Barrier.Wait: polled after completion", func() { first.Poll(h1.Context) })
	}
	leader, err := NewBarrier(1).Wait().Await()
	leaf.Want(t, leader, err, true, nil)
	leaf.MustPanic(t, "alock: a barrier for nobody", func() { NewBarrier(0) })
	b.Wait().Cancel()
}

func TestStopBarrier(t *testing.T) {
	r := leaf.Runtime(t)
	b := NewBarrier(2)
	errStopped(t, leaf.Stopped(t, r, b.Wait()))
	errStopped(t, leaf.StoppedEarly(t, b.Wait()))
	h := leaf.NewHand()
	f := b.Wait()
	leaf.Pending(t, h, f)
	leaf.Ready(t, b.Wait(), true)
	leaf.Ready(t, f, false)
}
