package achan_test

import (
	"testing"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestBounded(t *testing.T) {
	tx, rx := MPSC[int](2)
	if _, err := rx.TryRecv(); err != ErrEmpty {
		t.Error(err)
	}
	if err := tx.TrySend(1); err != nil {
		t.Error(err)
	}
	leaf.Ready(t, tx.Send(2), struct{}{})
	if err := tx.TrySend(3); err != ErrFull || tx.Len() != 2 || rx.Len() != 2 {
		t.Error(err, tx.Len(), rx.Len())
	}
	h := leaf.NewHand()
	send := tx.Send(3)
	leaf.Pending(t, h, send)
	leaf.Ready(t, rx.Recv(), 1)
	leaf.IsWoken(t, h)
	if err := tx.TrySend(4); err != ErrFull {
		t.Error("the room that a sender was woken for went to somebody else:", err)
	}
	leaf.Ready(t, send, struct{}{})
	v, err := rx.TryRecv()
	leaf.Want(t, v, err, 2, nil)
	leaf.Ready(t, rx.Recv(), 3)
	recv := rx.Recv()
	leaf.Pending(t, h, recv)
	leaf.Ready(t, tx.Send(4), struct{}{})
	leaf.IsWoken(t, h)
	_, err = rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	leaf.Ready(t, recv, 4)
}

func TestUnbounded(t *testing.T) {
	tx, rx := MPSC[int](Unbounded)
	for i := range 1000 {
		leaf.Ready(t, tx.Send(i), struct{}{})
	}
	for i := range 1000 {
		leaf.Ready(t, rx.Recv(), i)
	}
	leaf.MustPanic(t, "achan: negative capacity", func() { MPSC[int](-2) })
}

// TestRendezvous checks that a send waits for somebody to receive, and that a message stays
// if that one is canceled.
func TestRendezvous(t *testing.T) {
	tx, rx := MPMC[int](0)
	if err := tx.TrySend(0); err != ErrFull {
		t.Error(err)
	}
	s, r := leaf.NewHand(), leaf.NewHand()
	send := tx.Send(1)
	leaf.Pending(t, s, send)
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	recv := rx.Recv()
	leaf.Pending(t, r, recv)
	leaf.IsWoken(t, s)
	leaf.Ready(t, send, struct{}{})
	leaf.IsWoken(t, r)
	leaf.Ready(t, recv, 1)

	recv = rx.Recv()
	leaf.Pending(t, r, recv)
	leaf.Ready(t, tx.Send(2), struct{}{})
	recv.Cancel()
	if err := tx.TrySend(3); err != ErrFull {
		t.Error(err)
	}
	v, err := rx.TryRecv()
	leaf.Want(t, v, err, 2, nil)

	// The receiver that the sender was woken for goes away.
	send = tx.Send(3)
	leaf.Pending(t, s, send)
	recv = rx.Recv()
	leaf.Pending(t, r, recv)
	leaf.IsWoken(t, s)
	recv.Cancel()
	leaf.Pending(t, s, send)
	recv = rx.Recv()
	leaf.Pending(t, r, recv)
	leaf.IsWoken(t, s)
	leaf.Ready(t, send, struct{}{})
	leaf.Ready(t, recv, 3)
}

// TestOrder has several senders and receivers wait: all are served in the order in which they
// began to.
func TestOrder(t *testing.T) {
	tx, rx := MPMC[int](1)
	leaf.Ready(t, tx.Send(0), struct{}{})
	var hands [3]*leaf.Hand
	var sends [3]*SendFuture[int]
	for i := range sends {
		hands[i], sends[i] = leaf.NewHand(), tx.Send(i+1)
		leaf.Pending(t, hands[i], sends[i])
	}
	for i := range sends {
		leaf.Ready(t, rx.Recv(), i)
		for k := i + 1; k < len(sends); k++ {
			leaf.IsAsleep(t, hands[k])
		}
		leaf.IsWoken(t, hands[i])
		leaf.Ready(t, sends[i], struct{}{})
	}
	leaf.Ready(t, rx.Recv(), 3)
	var recvs [3]*RecvFuture[int]
	for i := range recvs {
		hands[i], recvs[i] = leaf.NewHand(), rx.Recv()
		leaf.Pending(t, hands[i], recvs[i])
	}
	for i := range recvs {
		leaf.Ready(t, tx.Send(i), struct{}{})
		for k := i + 1; k < len(sends); k++ {
			leaf.IsAsleep(t, hands[k])
		}
		leaf.IsWoken(t, hands[i])
		leaf.Ready(t, recvs[i], i)
	}
}

// TestCancel cancels sends and receives before their first poll, while they wait, and after
// they were woken. Those behind them are woken instead, and nothing is lost.
func TestCancel(t *testing.T) {
	tx, rx := MPMC[int](1)
	tx.Send(0).Cancel()
	rx.Recv().Cancel()
	first, second := leaf.NewHand(), leaf.NewHand()
	recv, next := rx.Recv(), rx.Recv()
	leaf.Pending(t, first, recv)
	leaf.Pending(t, second, next)
	leaf.Ready(t, tx.Send(1), struct{}{})
	leaf.IsWoken(t, first)
	recv.Cancel()
	recv.Cancel()
	leaf.IsWoken(t, second)
	leaf.Ready(t, next, 1)
	leaf.MustPanic(t, "achan.Receiver.Recv: polled after completion", func() { recv.Poll(first.Context) })

	leaf.Ready(t, tx.Send(2), struct{}{})
	send, behind := tx.Send(3), tx.Send(4)
	leaf.Pending(t, first, send)
	leaf.Pending(t, second, behind)
	leaf.Ready(t, rx.Recv(), 2)
	leaf.IsWoken(t, first)
	send.Cancel()
	send.Cancel()
	leaf.IsWoken(t, second)
	leaf.Ready(t, behind, struct{}{})
	leaf.Ready(t, rx.Recv(), 4)
	leaf.MustPanic(t, "achan.Sender.Send: polled after completion", func() { send.Poll(first.Context) })

	// A message offered to a receiver that is canceled stays if nobody else waits.
	recv = rx.Recv()
	leaf.Pending(t, first, recv)
	leaf.Ready(t, tx.Send(5), struct{}{})
	recv.Cancel()
	v, err := rx.TryRecv()
	leaf.Want(t, v, err, 5, nil)
}

// TestSendersClosed checks that messages outlive their senders, and that whoever waits is told
// the end.
func TestSendersClosed(t *testing.T) {
	tx, rx := MPMC[int](2)
	other := tx.Clone()
	leaf.Ready(t, tx.Send(1), struct{}{})
	leaf.Ready(t, tx.Send(2), struct{}{})
	h := leaf.NewHand()
	waits := tx.Send(3)
	leaf.Pending(t, h, waits)
	tx.Close()
	tx.Close()
	leaf.IsAsleep(t, h) // there is another sender
	leaf.Fails(t, tx.Send(4), ErrClosed)
	if err := tx.TrySend(4); err != ErrClosed {
		t.Error(err)
	}
	leaf.MustPanic(t, "achan: Clone of a closed Sender", func() { tx.Clone() })
	other.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, waits, ErrClosed)
	leaf.Ready(t, rx.Recv(), 1)
	leaf.Ready(t, rx.Recv(), 2)
	leaf.Fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
}

// TestLastMessage closes the senders while several receivers wait for one message: one gets
// it, and then the others are told the end.
func TestLastMessage(t *testing.T) {
	tx, rx := MPMC[int](2)
	a, b, c := leaf.NewHand(), leaf.NewHand(), leaf.NewHand()
	first, second, third := rx.Recv(), rx.Recv(), rx.Recv()
	leaf.Pending(t, a, first)
	leaf.Pending(t, b, second)
	leaf.Ready(t, tx.Send(1), struct{}{})
	tx.Close()
	leaf.IsAsleep(t, b)
	leaf.Pending(t, c, third)
	leaf.Ready(t, first, 1)
	leaf.IsWoken(t, b)
	leaf.IsWoken(t, c)
	leaf.Fails(t, second, ErrClosed)
	leaf.Fails(t, third, ErrClosed)
}

// TestReceiversClosed checks that senders are told that nobody receives, and that messages
// are let go of.
func TestReceiversClosed(t *testing.T) {
	tx, rx := MPMC[*int](1)
	other := rx.Clone()
	leaf.Ready(t, tx.Send(new(int)), struct{}{})
	h, r := leaf.NewHand(), leaf.NewHand()
	waits := tx.Send(nil)
	leaf.Pending(t, h, waits)
	rx.Close()
	rx.Close()
	leaf.IsAsleep(t, h)
	leaf.Fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	leaf.Want[*int](t, nil, err, nil, ErrClosed)
	leaf.MustPanic(t, "achan: Clone of a closed SharedReceiver", func() { rx.Clone() })
	other.Close()
	leaf.IsWoken(t, h)
	leaf.Fails(t, waits, ErrClosed)
	leaf.Fails(t, tx.Send(nil), ErrClosed)
	if tx.Len() != 0 || rx.Len() != 0 {
		t.Error("messages are kept that nobody can receive")
	}

	tx, rx = MPMC[*int](1)
	recv := rx.Recv()
	leaf.Pending(t, r, recv)
	rx.Close()
	leaf.IsWoken(t, r)
	leaf.Fails(t, recv, ErrClosed)
}

// TestPolledBy checks that a future that waits is woken where it was polled last.
func TestPolledBy(t *testing.T) {
	tx, rx := MPSC[int](1)
	old, now := leaf.NewHand(), leaf.NewHand()
	recv := rx.Recv()
	leaf.Pending(t, old, recv)
	leaf.Pending(t, now, recv)
	leaf.Ready(t, tx.Send(1), struct{}{})
	leaf.IsAsleep(t, old)
	leaf.IsWoken(t, now)
	leaf.Ready(t, recv, 1)

	leaf.Ready(t, tx.Send(1), struct{}{})
	send := tx.Send(2)
	leaf.Pending(t, old, send)
	leaf.Pending(t, now, send)
	leaf.Ready(t, rx.Recv(), 1)
	leaf.IsAsleep(t, old)
	leaf.IsWoken(t, now)
}

func TestStopQueue(t *testing.T) {
	r := leaf.Runtime(t)
	tx, rx := MPSC[int](1)
	for _, err := range []error{leaf.Stopped(t, r, rx.Recv()), leaf.StoppedEarly(t, rx.Recv())} {
		leaf.Want(t, 0, err, 0, rt.ErrStopped)
	}
	leaf.Ready(t, tx.Send(1), struct{}{})
	for _, err := range []error{leaf.Stopped(t, r, tx.Send(2)), leaf.StoppedEarly(t, tx.Send(2)), leaf.StoppedEarly(t, rx.Recv())} {
		leaf.Want(t, 0, err, 0, rt.ErrStopped)
	}
	leaf.Ready(t, rx.Recv(), 1)
	_, err := rx.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
}

// TestBudget checks that a task that never has to wait lets others run.
func TestBudget(t *testing.T) {
	r := leaf.Runtime(t)
	tx, rx := MPSC[int](Unbounded)
	if n := leaf.InOnePoll(t, r, func() rt.Future[struct{}] { return tx.Send(1) }); n < 16 || n > 1000 {
		t.Errorf("%d sends in one poll", n)
	}
	sent := tx.Len()
	for range 1000 {
		tx.TrySend(1)
	}
	if n := leaf.InOnePoll(t, r, func() rt.Future[int] { return rx.Recv() }); n < 16 || n > 1000 || rx.Len() != sent+1000-n {
		t.Errorf("%d receives in one poll; %d of %d are left", n, rx.Len(), sent+1000)
	}
}

// TestInPlace checks that futures that are kept by value cost no allocation, and how large they
// are.
func TestInPlace(t *testing.T) {
	tx, rx := MPSC[int](1)
	cx := rt.NewContext(rt.Waker{})
	frame := new(struct {
		send SendFuture[int]
		recv RecvFuture[int]
	})
	allocs := testing.AllocsPerRun(100, func() {
		frame.recv = *rx.Recv()
		frame.recv.Poll(cx)
		frame.send = *tx.Send(1)
		frame.send.Poll(cx)
		frame.recv.Poll(cx)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	waker := unsafe.Sizeof(rt.Waker{})
	if n := unsafe.Sizeof(frame.recv); n > 32+waker {
		t.Errorf("a receive takes %d bytes", n)
	}
}

// TestAcross sends from a task of one runtime to one of another, and to plain code.
func TestAcross(t *testing.T) {
	r1, r2 := leaf.Runtime(t), leaf.Runtime(t)
	there, back := 0, 0
	tx, rx := MPSC[int](1)
	tx2, rx2 := MPSC[int](0)
	forward := rt.SpawnOn(r1, rt.FromFunc(forwardPoll(rx, tx2, &there)))
	for i := range 100 {
		if err := tx.Send(i).Await(); err != nil {
			t.Fatal(err)
		}
		v, err := rt.Run(r2, rx2.Recv())
		leaf.Want(t, v, err, i, nil)
		back++
	}
	tx.Close()
	if _, err := forward.Await(); err != ErrClosed || there != 100 {
		t.Error(there, err)
	}
}

// forwardPoll receives from one channel and sends to another.
func forwardPoll(rx *Receiver[int], tx *Sender[int], n *int) func(*rt.Context) rt.Poll[int] {
	var recv *RecvFuture[int]
	var send *SendFuture[int]
	return func(cx *rt.Context) rt.Poll[int] {
		for {
			if send == nil {
				if recv == nil {
					recv = rx.Recv()
				}
				p := recv.Poll(cx)
				if !p.Ready || p.Err != nil {
					return p
				}
				*n++
				recv, send = nil, tx.Send(p.Value)
			}
			p := send.Poll(cx)
			if !p.Ready || p.Err != nil {
				return rt.Poll[int]{Err: p.Err, Ready: p.Ready}
			}
			send = nil
		}
	}
}
