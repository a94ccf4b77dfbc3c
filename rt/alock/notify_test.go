package alock_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
)

func TestNotify(t *testing.T) {
	var n Notify
	n.NotifyOne()
	n.NotifyOne()
	ready(t, n.Wait(), struct{}{})
	a, b, c := newHand(), newHand(), newHand()
	first, second, third := n.Wait(), n.Wait(), n.Wait()
	pending(t, a, first)
	pending(t, b, second)
	n.NotifyOne()
	isWoken(t, a)
	isAsleep(t, b)
	pending(t, c, third)
	ready(t, first, struct{}{})
	n.NotifyOne()
	isWoken(t, b)
	ready(t, second, struct{}{})
	n.NotifyOne()
	ready(t, third, struct{}{})
	pending(t, a, n.Wait())
	mustPanic(t, "alock.Notify.Wait: polled after completion", func() { first.Poll(a.cx) })
}

func TestNotifyAll(t *testing.T) {
	var n Notify
	n.NotifyAll()
	early := n.Wait()
	a, b := newHand(), newHand()
	first, second := n.Wait(), n.Wait()
	pending(t, a, first)
	pending(t, b, second)
	n.NotifyAll()
	isWoken(t, a)
	isWoken(t, b)
	pending(t, newHand(), early) // its wait begins now
	early.Cancel()
	ready(t, first, struct{}{})
	second.Cancel() // which does not pass on
	third := n.Wait()
	pending(t, a, third)
	third.Cancel()

	// A permit outlives NotifyAll.
	n.NotifyOne()
	n.NotifyAll()
	ready(t, n.Wait(), struct{}{})
}

// TestNotifyCancel cancels waits before and after they are notified.
func TestNotifyCancel(t *testing.T) {
	var n Notify
	n.Wait().Cancel()
	a, b := newHand(), newHand()
	first, second := n.Wait(), n.Wait()
	pending(t, a, first)
	pending(t, b, second)
	n.NotifyOne()
	first.Cancel()
	first.Cancel()
	isWoken(t, b)
	second.Cancel()
	ready(t, n.Wait(), struct{}{}) // the permit is left
	first = n.Wait()
	pending(t, a, first)
	first.Cancel()
	n.NotifyOne()
	isAsleep(t, a)
	if err := n.Wait().Await(); err != nil {
		t.Error(err)
	}
}

// TestNotifyAgain has one waiter notified by both NotifyOne and NotifyAll.
func TestNotifyAgain(t *testing.T) {
	var n Notify
	h := newHand()
	f := n.Wait()
	pending(t, h, f)
	pending(t, newHand(), f)
	pending(t, h, f)
	n.NotifyOne()
	n.NotifyAll()
	f.Cancel()
	ready(t, n.Wait(), struct{}{})
}

func TestStopNotify(t *testing.T) {
	r := newRuntime(t)
	var n Notify
	errStopped(t, stopped(t, r, n.Wait()))
	n.NotifyOne()
	errStopped(t, stoppedEarly(t, n.Wait()))
	ready(t, n.Wait(), struct{}{})
}

func TestNotifyBudget(t *testing.T) {
	r := newRuntime(t)
	var n Notify
	k := inOnePoll(t, r, func() rt.Future[struct{}] { n.NotifyOne(); return n.Wait() })
	if k < 16 || k > 1000 {
		t.Errorf("%d waits in one poll", k)
	}
}
