package alock_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestNotify(t *testing.T) {
	var n Notify
	n.NotifyOne()
	n.NotifyOne()
	leaf.Ready(t, n.Wait(), struct{}{})
	a, b, c := leaf.NewHand(), leaf.NewHand(), leaf.NewHand()
	first, second, third := n.Wait(), n.Wait(), n.Wait()
	leaf.Pending(t, a, first)
	leaf.Pending(t, b, second)
	n.NotifyOne()
	leaf.IsWoken(t, a)
	leaf.IsAsleep(t, b)
	leaf.Pending(t, c, third)
	leaf.Ready(t, first, struct{}{})
	n.NotifyOne()
	leaf.IsWoken(t, b)
	leaf.Ready(t, second, struct{}{})
	n.NotifyOne()
	leaf.Ready(t, third, struct{}{})
	leaf.Pending(t, a, n.Wait())
	leaf.MustPanic(t, "alock.Notify.Wait: polled after completion", func() { first.Poll(a.Context) })
}

func TestNotifyAll(t *testing.T) {
	var n Notify
	n.NotifyAll()
	early := n.Wait()
	a, b := leaf.NewHand(), leaf.NewHand()
	first, second := n.Wait(), n.Wait()
	leaf.Pending(t, a, first)
	leaf.Pending(t, b, second)
	n.NotifyAll()
	leaf.IsWoken(t, a)
	leaf.IsWoken(t, b)
	leaf.Pending(t, leaf.NewHand(), early) // its wait begins now
	early.Cancel()
	leaf.Ready(t, first, struct{}{})
	second.Cancel() // which does not pass on
	third := n.Wait()
	leaf.Pending(t, a, third)
	third.Cancel()

	// A permit outlives NotifyAll.
	n.NotifyOne()
	n.NotifyAll()
	leaf.Ready(t, n.Wait(), struct{}{})
}

// TestNotifyCancel cancels waits before and after they are notified.
func TestNotifyCancel(t *testing.T) {
	var n Notify
	n.Wait().Cancel()
	a, b := leaf.NewHand(), leaf.NewHand()
	first, second := n.Wait(), n.Wait()
	leaf.Pending(t, a, first)
	leaf.Pending(t, b, second)
	n.NotifyOne()
	first.Cancel()
	first.Cancel()
	leaf.IsWoken(t, b)
	second.Cancel()
	leaf.Ready(t, n.Wait(), struct{}{}) // the permit is left
	first = n.Wait()
	leaf.Pending(t, a, first)
	first.Cancel()
	n.NotifyOne()
	leaf.IsAsleep(t, a)
	if err := n.Wait().Await(); err != nil {
		t.Error(err)
	}
}

// TestNotifyAgain has one waiter notified by both NotifyOne and NotifyAll.
func TestNotifyAgain(t *testing.T) {
	var n Notify
	h := leaf.NewHand()
	f := n.Wait()
	leaf.Pending(t, h, f)
	leaf.Pending(t, leaf.NewHand(), f)
	leaf.Pending(t, h, f)
	n.NotifyOne()
	n.NotifyAll()
	f.Cancel()
	leaf.Ready(t, n.Wait(), struct{}{})
}

func TestStopNotify(t *testing.T) {
	r := leaf.Runtime(t)
	var n Notify
	errStopped(t, leaf.Stopped(t, r, n.Wait()))
	n.NotifyOne()
	errStopped(t, leaf.StoppedEarly(t, n.Wait()))
	leaf.Ready(t, n.Wait(), struct{}{})
}

func TestNotifyBudget(t *testing.T) {
	r := leaf.Runtime(t)
	var n Notify
	k := leaf.InOnePoll(t, r, func() rt.Future[struct{}] { n.NotifyOne(); return n.Wait() })
	if k < 16 || k > 1000 {
		t.Errorf("%d waits in one poll", k)
	}
}
