package achan_test

import (
	"context"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// TestCloseTwice closes handles again and again, while others of the same side are open, which must not
// count as theirs.
func TestCloseTwice(t *testing.T) {
	twice := func(f func()) { f(); f() }
	h := leaf.NewHand()

	tx, rx := MPMC[int](1)
	tx2, rx2 := tx.Clone(), rx.Clone()
	twice(tx.Close)
	twice(rx.Close)
	leaf.Ready(t, tx2.Send(1), struct{}{})
	leaf.Ready(t, rx2.Recv(), 1)
	recv := rx2.Recv()
	leaf.Pending(t, h, recv)
	twice(tx2.Close)
	leaf.IsWoken(t, h)
	leaf.Fails(t, recv, ErrClosed)
	twice(rx2.Close)

	btx, brx := Broadcast[int](1)
	btx2, brx2 := btx.Clone(), brx.Clone()
	twice(btx.Close)
	twice(brx.Close)
	if n, err := btx2.Send(1); n != 1 || err != nil {
		t.Error(n, err)
	}
	leaf.Ready(t, brx2.Recv(), 1)
	twice(btx2.Close)
	leaf.Fails(t, brx2.Recv(), ErrClosed)
	twice(brx2.Close)

	wtx, wrx := Watch(0)
	wtx2, wrx2 := wtx.Clone(), wrx.Clone()
	twice(wtx.Close)
	twice(wrx.Close)
	if err := wtx2.Send(1); err != nil {
		t.Error(err)
	}
	leaf.Ready(t, wrx2.Recv(), 1)
	twice(wtx2.Close)
	leaf.Fails(t, wrx2.Recv(), ErrClosed)
	twice(wrx2.Close)

	otx, orx := Oneshot[int]()
	twice(orx.Close)
	twice(otx.Close)

	ch := make(chan int)
	s := From(ch)
	twice(s.Close)
	leaf.Fails(t, s.Recv(), ErrClosed)
}

// TestUseAfterClose uses handles that are closed, of channels that are not.
func TestUseAfterClose(t *testing.T) {
	tx, rx := MPSC[int](1)
	stays := tx.Clone()
	tx.Close()
	leaf.Fails(t, tx.Send(1), ErrClosed)
	if err := tx.TrySend(1); err != ErrClosed {
		t.Error(err)
	}
	leaf.Ready(t, stays.Send(2), struct{}{})
	rx.Close()
	leaf.Fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
	leaf.Fails(t, stays.Send(3), ErrClosed)

	_, shared := MPMC[int](1)
	shared.Close()
	leaf.MustPanic(t, "achan: Clone of a closed SharedReceiver", func() { shared.Clone() })
	btx, brx := Broadcast[int](1)
	brx.Close()
	_, err = brx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
	leaf.MustPanic(t, "achan: Clone of a closed BroadcastReceiver", func() { brx.Clone() })
	btx.Close()
	if _, err := btx.Send(1); err != ErrClosed {
		t.Error(err)
	}
	leaf.MustPanic(t, "achan: Clone of a closed BroadcastSender", func() { btx.Clone() })
	wtx, wrx := Watch(0)
	wrx.Close()
	_, err = wrx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
	leaf.MustPanic(t, "achan: Clone of a closed WatchReceiver", func() { wrx.Clone() })
	wtx.Close()
	if err := wtx.Send(1); err != ErrClosed || wtx.Value() != 0 {
		t.Error(err, wtx.Value())
	}
	leaf.MustPanic(t, "achan: Clone of a closed WatchSender", func() { wtx.Clone() })
	s := From(make(chan int))
	s.Close()
	_, err = s.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
}

// TestMakersPanic calls what makes channels with capacities that make no sense.
func TestMakersPanic(t *testing.T) {
	leaf.MustPanic(t, "achan: negative capacity", func() { MPSC[int](-2) })
	leaf.MustPanic(t, "achan: negative capacity", func() { MPMC[int](-2) })
	leaf.MustPanic(t, "achan: the capacity of a broadcast channel is at least 1", func() { Broadcast[int](0) })
}

// TestOneshotMisuse sends twice, receives with two futures at once, and closes under a receive that
// waits.
func TestOneshotMisuse(t *testing.T) {
	tx, rx := Oneshot[int]()
	h := leaf.NewHand()
	first := rx.Recv()
	leaf.Pending(t, h, first)
	leaf.Fails(t, rx.Recv(), rt.ErrBusy)
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, rt.ErrBusy)
	leaf.IsAsleep(t, h)
	if err := tx.Send(1); err != nil {
		t.Error(err)
	}
	leaf.MustPanic(t, "achan: second Send of a OneshotSender", func() { tx.Send(2) })
	leaf.Ready(t, first, 1)
	leaf.Fails(t, rx.Recv(), ErrClosed)

	tx, rx = Oneshot[int]()
	waits := rx.Recv()
	leaf.Pending(t, h, waits)
	rx.Close()
	leaf.IsWoken(t, h)
	if err := tx.Send(1); err != ErrClosed || !tx.Closed() {
		t.Errorf("sent to a receiver that is closed: %v", err)
	}
	leaf.Fails(t, waits, ErrClosed)
	waits.Cancel()
}

// TestAfterShutdown has a runtime end whose tasks wait for messages, and for room: channels belong to no
// runtime, so that nothing is lost that others send, and nothing comes that was not sent.
func TestAfterShutdown(t *testing.T) {
	rt.Default()
	r := rt.New(rt.Options{Name: "ends", Workers: 1})
	tx, rx := MPMC[int](1)
	full, drain := MPSC[int](1)
	full.TrySend(1)
	btx, brx := Broadcast[int](1)
	wtx, wrx := Watch(0)
	wrx.TryRecv()
	otx, orx := Oneshot[int]()
	ch := make(chan int, 1)
	source := From(ch)
	defer source.Close()
	canceled := []interface{ Done() bool }{
		rt.SpawnOn(r, rx.Recv()), rt.SpawnOn(r, full.Send(2)), rt.SpawnOn(r, brx.Recv()), rt.SpawnOn(r, wrx.Recv()),
		rt.SpawnOn(r, orx.Recv()), rt.SpawnOn(r, source.Recv()),
	}
	rt.SpawnOn(r, rt.Yield()).Await() // the one worker has polled all of them before
	h := leaf.NewHand()
	recv, send := rx.Recv(), full.Send(3)
	leaf.Pending(t, h, recv)
	leaf.Pending(t, h, send)
	if err := r.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, task := range canceled {
		if !task.Done() {
			t.Errorf("task %d goes on", i)
		}
	}
	leaf.IsAsleep(t, h)
	leaf.Ready(t, tx.Send(5), struct{}{})
	leaf.IsWoken(t, h)
	leaf.Ready(t, recv, 5)
	leaf.Ready(t, drain.Recv(), 1)
	leaf.Ready(t, send, struct{}{})
	leaf.Ready(t, drain.Recv(), 3)
	btx.Send(6)
	leaf.Ready(t, brx.Recv(), 6)
	wtx.Send(7)
	leaf.Ready(t, wrx.Recv(), 7)
	if err := otx.Send(8); err != nil {
		t.Error(err)
	}
	leaf.Ready(t, orx.Recv(), 8)
	ch <- 9
	v, err := rt.Run(r, source.Recv()) // a runtime that has ended still polls for plain code
	leaf.Want(t, v, err, 9, nil)
}
