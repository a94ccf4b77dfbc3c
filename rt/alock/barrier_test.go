package alock_test

import (
	"testing"

	. "github.com/asyncgen/asyncgen/rt/alock"
)

func TestBarrier(t *testing.T) {
	b := NewBarrier(3)
	for range 2 { // it can be used again
		h1, h2, h3 := newHand(), newHand(), newHand()
		first, second, gone := b.Wait(), b.Wait(), b.Wait()
		pending(t, h1, first)
		pending(t, h3, gone)
		gone.Cancel() // and somebody else has to come
		gone.Cancel()
		pending(t, h2, second)
		pending(t, h2, second) // who counts once
		ready(t, b.Wait(), true)
		isWoken(t, h1)
		isWoken(t, h2)
		next := b.Wait()
		pending(t, h3, next)
		ready(t, first, false)
		second.Cancel() // it has opened for all of them
		next.Cancel()
		mustPanic(t, "alock.Barrier.Wait: polled after completion", func() { first.Poll(h1.cx) })
	}
	leader, err := NewBarrier(1).Wait().Await()
	want(t, leader, err, true, nil)
	mustPanic(t, "alock: a barrier for nobody", func() { NewBarrier(0) })
	b.Wait().Cancel()
}

func TestStopBarrier(t *testing.T) {
	r := newRuntime(t)
	b := NewBarrier(2)
	errStopped(t, stopped(t, r, b.Wait()))
	errStopped(t, stoppedEarly(t, b.Wait()))
	h := newHand()
	f := b.Wait()
	pending(t, h, f)
	ready(t, b.Wait(), true)
	ready(t, f, false)
}
