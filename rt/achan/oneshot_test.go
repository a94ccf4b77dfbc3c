package achan_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestOneshot(t *testing.T) {
	tx, rx := Oneshot[int]()
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	old, now := leaf.NewHand(), leaf.NewHand()
	recv := rx.Recv()
	leaf.Pending(t, old, recv)
	leaf.Pending(t, old, recv)
	leaf.Pending(t, now, recv)
	_, err = rx.TryRecv()
	leaf.Want(t, 0, err, 0, rt.ErrBusy)
	leaf.Fails(t, rx.Recv(), rt.ErrBusy)
	if tx.Closed() {
		t.Error("closed")
	}
	if err := tx.Send(1); err != nil {
		t.Error(err)
	}
	leaf.IsWoken(t, now)
	leaf.IsAsleep(t, old)
	leaf.Ready(t, recv, 1)
	leaf.Fails(t, rx.Recv(), ErrClosed)
	_, err = rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
	leaf.MustPanic(t, "achan: second Send of a OneshotSender", func() { tx.Send(2) })
	leaf.MustPanic(t, "achan.OneshotReceiver.Recv: polled after completion", func() { recv.Poll(now.Context) })
	tx.Close() // does nothing

	tx, rx = Oneshot[int]()
	tx.Send(2)
	tx.Close()
	v, err := rx.TryRecv()
	leaf.Want(t, v, err, 2, nil)
	tx, rx = Oneshot[int]()
	tx.Send(3)
	v, err = rx.Recv().Await()
	leaf.Want(t, v, err, 3, nil)
}

func TestOneshotClose(t *testing.T) {
	tx, rx := Oneshot[int]()
	h := leaf.NewHand()
	recv := rx.Recv()
	leaf.Pending(t, h, recv)
	tx.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, recv, ErrClosed)
	leaf.Fails(t, rx.Recv(), ErrClosed)
	if err := tx.Send(1); err != ErrClosed || !tx.Closed() {
		t.Error(err)
	}

	tx, rx = Oneshot[int]()
	rx.Close()
	rx.Close()
	if err := tx.Send(1); err != ErrClosed || !tx.Closed() {
		t.Error(err)
	}
	tx.Close()
	leaf.Fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)

	tx, rx = Oneshot[int]()
	tx.Send(1)
	rx.Close()
	leaf.Fails(t, rx.Recv(), ErrClosed)
}

// TestOneshotCancel cancels a receive before the message comes, and after it was woken: the
// next one gets it.
func TestOneshotCancel(t *testing.T) {
	tx, rx := Oneshot[int]()
	h := leaf.NewHand()
	rx.Recv().Cancel()
	recv := rx.Recv()
	leaf.Pending(t, h, recv)
	recv.Cancel()
	recv.Cancel()
	recv = rx.Recv()
	leaf.Pending(t, h, recv)
	tx.Send(1)
	recv.Cancel()
	leaf.Ready(t, rx.Recv(), 1)

	r := leaf.Runtime(t)
	tx, rx = Oneshot[int]()
	for _, err := range []error{leaf.Stopped(t, r, rx.Recv()), leaf.StoppedEarly(t, rx.Recv())} {
		leaf.Want(t, 0, err, 0, rt.ErrStopped)
	}
	tx.Send(2)
	leaf.Want(t, 0, leaf.StoppedEarly(t, rx.Recv()), 0, rt.ErrStopped)
	leaf.Ready(t, rx.Recv(), 2)
}

// TestOneshotAlloc checks that a channel is one allocation.
func TestOneshotAlloc(t *testing.T) {
	cx := rt.NewContext(rt.Waker{})
	frame := new(OneshotFuture[int])
	allocs := testing.AllocsPerRun(100, func() {
		tx, rx := Oneshot[int]()
		*frame = *rx.Recv()
		frame.Poll(cx)
		tx.Send(1)
		frame.Poll(cx)
	})
	if allocs != 1 {
		t.Errorf("%v allocations", allocs)
	}
}

// TestOneshotRace sends while somebody receives, polls with changing wakers and cancels.
func TestOneshotRace(t *testing.T) {
	for i := range 2000 {
		tx, rx := Oneshot[int]()
		go tx.Send(i)
		recv := rx.Recv()
		for k := range i % 5 {
			if p := recv.Poll(leaf.NewHand().Context); p.Ready {
				leaf.Want(t, p.Value, p.Err, i, nil)
				recv = nil
				break
			}
			if k == 3 {
				recv.Cancel()
				recv = rx.Recv()
			}
		}
		if recv != nil {
			v, err := recv.Await()
			leaf.Want(t, v, err, i, nil)
		}
	}
}
