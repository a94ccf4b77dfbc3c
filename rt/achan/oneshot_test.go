package achan_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
)

func TestOneshot(t *testing.T) {
	tx, rx := Oneshot[int]()
	_, err := rx.TryRecv()
	want(t, 0, err, 0, ErrEmpty)
	old, now := newHand(), newHand()
	recv := rx.Recv()
	pending(t, old, recv)
	pending(t, old, recv)
	pending(t, now, recv)
	_, err = rx.TryRecv()
	want(t, 0, err, 0, rt.ErrBusy)
	fails(t, rx.Recv(), rt.ErrBusy)
	if tx.Closed() {
		t.Error("closed")
	}
	if err := tx.Send(1); err != nil {
		t.Error(err)
	}
	isWoken(t, now)
	isAsleep(t, old)
	ready(t, recv, 1)
	fails(t, rx.Recv(), ErrClosed)
	_, err = rx.TryRecv()
	want(t, 0, err, 0, ErrClosed)
	mustPanic(t, "achan: second Send of a OneshotSender", func() { tx.Send(2) })
	mustPanic(t, "achan.OneshotReceiver.Recv: polled after completion", func() { recv.Poll(now.cx) })
	tx.Close() // does nothing

	tx, rx = Oneshot[int]()
	tx.Send(2)
	tx.Close()
	v, err := rx.TryRecv()
	want(t, v, err, 2, nil)
	tx, rx = Oneshot[int]()
	tx.Send(3)
	v, err = rx.Recv().Await()
	want(t, v, err, 3, nil)
}

func TestOneshotClose(t *testing.T) {
	tx, rx := Oneshot[int]()
	h := newHand()
	recv := rx.Recv()
	pending(t, h, recv)
	tx.Close()
	isWoken(t, h)
	fails(t, recv, ErrClosed)
	fails(t, rx.Recv(), ErrClosed)
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
	fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	want(t, 0, err, 0, ErrClosed)

	tx, rx = Oneshot[int]()
	tx.Send(1)
	rx.Close()
	fails(t, rx.Recv(), ErrClosed)
}

// TestOneshotCancel cancels a receive before the message comes, and after it was woken: the
// next one gets it.
func TestOneshotCancel(t *testing.T) {
	tx, rx := Oneshot[int]()
	h := newHand()
	rx.Recv().Cancel()
	recv := rx.Recv()
	pending(t, h, recv)
	recv.Cancel()
	recv.Cancel()
	recv = rx.Recv()
	pending(t, h, recv)
	tx.Send(1)
	recv.Cancel()
	ready(t, rx.Recv(), 1)

	r := newRuntime(t)
	tx, rx = Oneshot[int]()
	for _, err := range []error{stopped(t, r, rx.Recv()), stoppedEarly(t, rx.Recv())} {
		want(t, 0, err, 0, rt.ErrStopped)
	}
	tx.Send(2)
	want(t, 0, stoppedEarly(t, rx.Recv()), 0, rt.ErrStopped)
	ready(t, rx.Recv(), 2)
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
			if p := recv.Poll(newHand().cx); p.Ready {
				want(t, p.Value, p.Err, i, nil)
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
			want(t, v, err, i, nil)
		}
	}
}
