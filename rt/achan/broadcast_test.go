package achan_test

import (
	"errors"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
)

func TestBroadcast(t *testing.T) {
	tx, a := Broadcast[int](2)
	b := tx.Subscribe()
	h1, h2 := newHand(), newHand()
	first, second := a.Recv(), b.Recv()
	pending(t, h1, first)
	pending(t, h1, first)
	pending(t, h2, second)
	n, err := tx.Send(1)
	want(t, n, err, 2, nil)
	isWoken(t, h1)
	isWoken(t, h2)
	tx.Send(2)
	c, d := tx.Subscribe(), b.Clone()
	tx.Send(3)
	_, err = second.Await()
	if lag := (*LagError)(nil); !errors.As(err, &lag) || lag.Missed != 1 {
		t.Error(err)
	}
	ready(t, b.Recv(), 2)
	ready(t, b.Recv(), 3)
	ready(t, c.Recv(), 3)
	_, err = c.TryRecv()
	want(t, 0, err, 0, ErrEmpty)
	tx.Send(4)
	_, err = d.TryRecv()
	var lag *LagError
	if !errors.As(err, &lag) || lag.Missed != 2 || err.Error() != "achan: the receiver was too slow and has missed 2 messages" {
		t.Error(err)
	}
	v, err := d.TryRecv()
	want(t, v, err, 3, nil)
	mustPanic(t, "achan.BroadcastReceiver.Recv: polled after completion", func() { second.Poll(h1.cx) })
	mustPanic(t, "achan: the capacity of a broadcast channel is at least 1", func() { Broadcast[int](0) })
	v, err = c.Recv().Await()
	want(t, v, err, 4, nil)
}

func TestBroadcastClose(t *testing.T) {
	tx, a := Broadcast[int](2)
	other := tx.Clone()
	h, h2 := newHand(), newHand()
	tx.Send(1)
	tx.Close()
	tx.Close()
	_, err := tx.Send(2)
	want(t, 0, err, 0, ErrClosed)
	mustPanic(t, "achan: Clone of a closed BroadcastSender", func() { tx.Clone() })
	b := a.Clone()
	ready(t, a.Recv(), 1)
	recv := a.Recv()
	pending(t, h, recv)
	other.Close()
	isWoken(t, h)
	fails(t, recv, ErrClosed)
	ready(t, b.Recv(), 1)
	_, err = b.TryRecv()
	want(t, 0, err, 0, ErrClosed)

	tx, a = Broadcast[int](2)
	b = tx.Subscribe()
	recv, recvB := a.Recv(), b.Recv()
	pending(t, h, recv)
	pending(t, h2, recvB)
	a.Close()
	a.Close()
	isWoken(t, h)
	fails(t, recv, ErrClosed)
	mustPanic(t, "achan: Clone of a closed BroadcastReceiver", func() { a.Clone() })
	pending(t, h2, recvB)
	n, err := tx.Send(1)
	want(t, n, err, 1, nil)
	isWoken(t, h2)
	b.Close()
	fails(t, recvB, ErrClosed)
	n, err = tx.Send(2)
	want(t, n, err, 0, nil)
	a = tx.Subscribe() // somebody comes later
	tx.Send(3)
	ready(t, a.Recv(), 3)
}

// TestBroadcastCancel checks that a canceled receive does not move on.
func TestBroadcastCancel(t *testing.T) {
	tx, a := Broadcast[int](2)
	h := newHand()
	a.Recv().Cancel()
	recv := a.Recv()
	pending(t, h, recv)
	recv.Cancel()
	recv.Cancel()
	tx.Send(1)
	isAsleep(t, h)
	ready(t, a.Recv(), 1)
	recv = a.Recv()
	pending(t, h, recv)
	tx.Send(2)
	recv.Cancel()
	ready(t, a.Recv(), 2)

	r := newRuntime(t)
	want(t, 0, stopped(t, r, a.Recv()), 0, rt.ErrStopped)
	tx.Send(3)
	want(t, 0, stoppedEarly(t, a.Recv()), 0, rt.ErrStopped)
	ready(t, a.Recv(), 3)
}

// TestBroadcastShared has two receives of one receiver wait for one message: the one that is
// polled first gets it, and the other waits again.
func TestBroadcastShared(t *testing.T) {
	tx, a := Broadcast[int](2)
	h1, h2 := newHand(), newHand()
	first, second := a.Recv(), a.Recv()
	pending(t, h1, first)
	pending(t, h2, second)
	tx.Send(1)
	ready(t, second, 1)
	pending(t, h1, first)
	tx.Send(2)
	isWoken(t, h1)
	ready(t, first, 2)
}
