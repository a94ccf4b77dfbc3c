package achan_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
)

func TestWatch(t *testing.T) {
	tx, a := Watch(1)
	ready(t, a.Recv(), 1)
	_, err := a.TryRecv()
	want(t, 0, err, 0, ErrEmpty)
	b := a.Clone()
	h, h2 := newHand(), newHand()
	recv, recvB := a.Recv(), b.Recv()
	pending(t, h, recv)
	pending(t, h, recv)
	pending(t, h2, recvB)
	if err := tx.Send(2); err != nil {
		t.Error(err)
	}
	isWoken(t, h)
	isWoken(t, h2)
	if err := tx.Modify(func(v *int) { *v += 10 }); err != nil || tx.Value() != 12 {
		t.Error(err, tx.Value())
	}
	ready(t, recv, 12) // and 2 was missed
	if b.Value() != 12 {
		t.Error(b.Value())
	}
	pending(t, h2, recvB) // it has just been seen
	tx.Send(12)
	isWoken(t, h2)
	ready(t, recvB, 12) // sent again is new again
	c := tx.Subscribe()
	v, err := c.TryRecv()
	want(t, v, err, 12, nil)
	mustPanic(t, "achan.WatchReceiver.Recv: polled after completion", func() { recv.Poll(h.cx) })
	mustPanic(t, "from change", func() { tx.Modify(func(*int) { panic("from change") }) })
	tx.Send(3)
	v, err = c.Recv().Await()
	want(t, v, err, 3, nil)
}

func TestWatchClose(t *testing.T) {
	tx, a := Watch(1)
	other := tx.Clone()
	h, h2 := newHand(), newHand()
	a.Value()
	recv := a.Recv()
	pending(t, h, recv)
	tx.Close()
	tx.Close()
	isAsleep(t, h)
	if err := tx.Send(2); err != ErrClosed || tx.Value() != 1 {
		t.Error(err, tx.Value())
	}
	mustPanic(t, "achan: Clone of a closed WatchSender", func() { tx.Clone() })
	b := other.Subscribe()
	other.Close()
	isWoken(t, h)
	fails(t, recv, ErrClosed)
	ready(t, b.Recv(), 1)
	_, err := b.TryRecv()
	want(t, 0, err, 0, ErrClosed)

	tx, a = Watch(1)
	b = a.Clone()
	a.Value()
	b.Value()
	recv, recvB := a.Recv(), b.Recv()
	pending(t, h, recv)
	pending(t, h2, recvB)
	a.Close()
	a.Close()
	isWoken(t, h)
	fails(t, recv, ErrClosed)
	pending(t, h2, recvB)
	mustPanic(t, "achan: Clone of a closed WatchReceiver", func() { a.Clone() })
	if err := tx.Send(2); err != nil {
		t.Error(err)
	}
	b.Close()
	fails(t, recvB, ErrClosed)
	if err := tx.Send(3); err != ErrClosed {
		t.Error(err)
	}
	ready(t, tx.Subscribe().Recv(), 3)
}

func TestWatchCancel(t *testing.T) {
	tx, a := Watch(1)
	a.Recv().Cancel()
	ready(t, a.Recv(), 1)
	h := newHand()
	recv := a.Recv()
	pending(t, h, recv)
	tx.Send(2)
	recv.Cancel()
	recv.Cancel()
	ready(t, a.Recv(), 2)
	recv = a.Recv()
	pending(t, h, recv)
	recv.Cancel()
	tx.Send(3)
	isAsleep(t, h)
	ready(t, a.Recv(), 3)

	r := newRuntime(t)
	want(t, 0, stopped(t, r, a.Recv()), 0, rt.ErrStopped)
	tx.Send(4)
	want(t, 0, stoppedEarly(t, a.Recv()), 0, rt.ErrStopped)
	ready(t, a.Recv(), 4)
}
