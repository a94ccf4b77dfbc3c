package achan_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestWatch(t *testing.T) {
	tx, a := Watch(1)
	leaf.Ready(t, a.Recv(), 1)
	_, err := a.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	b := a.Clone()
	h, h2 := leaf.NewHand(), leaf.NewHand()
	recv, recvB := a.Recv(), b.Recv()
	leaf.Pending(t, h, recv)
	leaf.Pending(t, h, recv)
	leaf.Pending(t, h2, recvB)
	if err := tx.Send(2); err != nil {
		t.Error(err)
	}
	leaf.IsWoken(t, h)
	leaf.IsWoken(t, h2)
	if err := tx.Modify(func(v *int) { *v += 10 }); err != nil || tx.Value() != 12 {
		t.Error(err, tx.Value())
	}
	leaf.Ready(t, recv, 12) // and 2 was missed
	if b.Value() != 12 {
		t.Error(b.Value())
	}
	leaf.Pending(t, h2, recvB) // it has just been seen
	tx.Send(12)
	leaf.IsWoken(t, h2)
	leaf.Ready(t, recvB, 12) // sent again is new again
	c := tx.Subscribe()
	v, err := c.TryRecv()
	leaf.Want(t, v, err, 12, nil)
	leaf.MustPanic(t, "achan.WatchReceiver.Recv: polled after completion", func() { recv.Poll(h.Context) })
	leaf.MustPanic(t, "from change", func() { tx.Modify(func(*int) { panic("from change") }) })
	tx.Send(3)
	v, err = c.Recv().Await()
	leaf.Want(t, v, err, 3, nil)
}

func TestWatchClose(t *testing.T) {
	tx, a := Watch(1)
	other := tx.Clone()
	h, h2 := leaf.NewHand(), leaf.NewHand()
	a.Value()
	recv := a.Recv()
	leaf.Pending(t, h, recv)
	tx.Close()
	tx.Close()
	leaf.IsAsleep(t, h)
	if err := tx.Send(2); err != ErrClosed || tx.Value() != 1 {
		t.Error(err, tx.Value())
	}
	leaf.MustPanic(t, "achan: Clone of a closed WatchSender", func() { tx.Clone() })
	b := other.Subscribe()
	other.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, recv, ErrClosed)
	leaf.Ready(t, b.Recv(), 1)
	_, err := b.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)

	tx, a = Watch(1)
	b = a.Clone()
	a.Value()
	b.Value()
	recv, recvB := a.Recv(), b.Recv()
	leaf.Pending(t, h, recv)
	leaf.Pending(t, h2, recvB)
	a.Close()
	a.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, recv, ErrClosed)
	leaf.Pending(t, h2, recvB)
	leaf.MustPanic(t, "achan: Clone of a closed WatchReceiver", func() { a.Clone() })
	if err := tx.Send(2); err != nil {
		t.Error(err)
	}
	b.Close()
	leaf.Fails(t, recvB, ErrClosed)
	if err := tx.Send(3); err != ErrClosed {
		t.Error(err)
	}
	leaf.Ready(t, tx.Subscribe().Recv(), 3)
}

func TestWatchCancel(t *testing.T) {
	tx, a := Watch(1)
	a.Recv().Cancel()
	leaf.Ready(t, a.Recv(), 1)
	h := leaf.NewHand()
	recv := a.Recv()
	leaf.Pending(t, h, recv)
	tx.Send(2)
	recv.Cancel()
	recv.Cancel()
	leaf.Ready(t, a.Recv(), 2)
	recv = a.Recv()
	leaf.Pending(t, h, recv)
	recv.Cancel()
	tx.Send(3)
	leaf.IsAsleep(t, h)
	leaf.Ready(t, a.Recv(), 3)

	r := leaf.Runtime(t)
	leaf.Want(t, 0, leaf.Stopped(t, r, a.Recv()), 0, rt.ErrStopped)
	tx.Send(4)
	leaf.Want(t, 0, leaf.StoppedEarly(t, a.Recv()), 0, rt.ErrStopped)
	leaf.Ready(t, a.Recv(), 4)
}
