package achan_test

import (
	"errors"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestBroadcast(t *testing.T) {
	tx, a := Broadcast[int](2)
	b := tx.Subscribe()
	h1, h2 := leaf.NewHand(), leaf.NewHand()
	first, second := a.Recv(), b.Recv()
	leaf.Pending(t, h1, first)
	leaf.Pending(t, h1, first)
	leaf.Pending(t, h2, second)
	n, err := tx.Send(1)
	leaf.Want(t, n, err, 2, nil)
	leaf.IsWoken(t, h1)
	leaf.IsWoken(t, h2)
	tx.Send(2)
	c, d := tx.Subscribe(), b.Clone()
	tx.Send(3)
	_, err = second.Await()
	if lag := (*LagError)(nil); !errors.As(err, &lag) || lag.Missed != 1 {
		t.Error(err)
	}
	leaf.Ready(t, b.Recv(), 2)
	leaf.Ready(t, b.Recv(), 3)
	leaf.Ready(t, c.Recv(), 3)
	_, err = c.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	tx.Send(4)
	_, err = d.TryRecv()
	var lag *LagError
	if !errors.As(err, &lag) || lag.Missed != 2 || err.Error() != "achan: the receiver was too slow and has missed 2 messages" {
		t.Error(err)
	}
	v, err := d.TryRecv()
	leaf.Want(t, v, err, 3, nil)
	leaf.MustPanic(t, "achan.BroadcastReceiver.Recv: polled after completion", func() { second.Poll(h1.Context) })
	leaf.MustPanic(t, "achan: the capacity of a broadcast channel is at least 1", func() { Broadcast[int](0) })
	v, err = c.Recv().Await()
	leaf.Want(t, v, err, 4, nil)
}

func TestBroadcastClose(t *testing.T) {
	tx, a := Broadcast[int](2)
	other := tx.Clone()
	h, h2 := leaf.NewHand(), leaf.NewHand()
	tx.Send(1)
	tx.Close()
	tx.Close()
	_, err := tx.Send(2)
	leaf.Want(t, 0, err, 0, ErrClosed)
	leaf.MustPanic(t, "achan: Clone of a closed BroadcastSender", func() { tx.Clone() })
	b := a.Clone()
	leaf.Ready(t, a.Recv(), 1)
	recv := a.Recv()
	leaf.Pending(t, h, recv)
	other.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, recv, ErrClosed)
	leaf.Ready(t, b.Recv(), 1)
	_, err = b.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)

	tx, a = Broadcast[int](2)
	b = tx.Subscribe()
	recv, recvB := a.Recv(), b.Recv()
	leaf.Pending(t, h, recv)
	leaf.Pending(t, h2, recvB)
	a.Close()
	a.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, recv, ErrClosed)
	leaf.MustPanic(t, "achan: Clone of a closed BroadcastReceiver", func() { a.Clone() })
	leaf.Pending(t, h2, recvB)
	n, err := tx.Send(1)
	leaf.Want(t, n, err, 1, nil)
	leaf.IsWoken(t, h2)
	b.Close()
	leaf.Fails(t, recvB, ErrClosed)
	n, err = tx.Send(2)
	leaf.Want(t, n, err, 0, nil)
	a = tx.Subscribe() // somebody comes later
	tx.Send(3)
	leaf.Ready(t, a.Recv(), 3)
}

// TestBroadcastCancel checks that a canceled receive does not move on.
func TestBroadcastCancel(t *testing.T) {
	tx, a := Broadcast[int](2)
	h := leaf.NewHand()
	a.Recv().Cancel()
	recv := a.Recv()
	leaf.Pending(t, h, recv)
	recv.Cancel()
	recv.Cancel()
	tx.Send(1)
	leaf.IsAsleep(t, h)
	leaf.Ready(t, a.Recv(), 1)
	recv = a.Recv()
	leaf.Pending(t, h, recv)
	tx.Send(2)
	recv.Cancel()
	leaf.Ready(t, a.Recv(), 2)

	r := leaf.Runtime(t)
	leaf.Want(t, 0, leaf.Stopped(t, r, a.Recv()), 0, rt.ErrStopped)
	tx.Send(3)
	leaf.Want(t, 0, leaf.StoppedEarly(t, a.Recv()), 0, rt.ErrStopped)
	leaf.Ready(t, a.Recv(), 3)
}

// TestBroadcastShared has two receives of one receiver wait for one message: the one that is
// polled first gets it, and the other waits again.
func TestBroadcastShared(t *testing.T) {
	tx, a := Broadcast[int](2)
	h1, h2 := leaf.NewHand(), leaf.NewHand()
	first, second := a.Recv(), a.Recv()
	leaf.Pending(t, h1, first)
	leaf.Pending(t, h2, second)
	tx.Send(1)
	leaf.Ready(t, second, 1)
	leaf.Pending(t, h1, first)
	tx.Send(2)
	leaf.IsWoken(t, h1)
	leaf.Ready(t, first, 2)
}
