package achan_test

import (
	"testing"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
)

func TestBounded(t *testing.T) {
	tx, rx := MPSC[int](2)
	if _, err := rx.TryRecv(); err != ErrEmpty {
		t.Error(err)
	}
	if err := tx.TrySend(1); err != nil {
		t.Error(err)
	}
	ready(t, tx.Send(2), struct{}{})
	if err := tx.TrySend(3); err != ErrFull || tx.Len() != 2 || rx.Len() != 2 {
		t.Error(err, tx.Len(), rx.Len())
	}
	h := newHand()
	send := tx.Send(3)
	pending(t, h, send)
	ready(t, rx.Recv(), 1)
	isWoken(t, h)
	if err := tx.TrySend(4); err != ErrFull {
		t.Error("the room that a sender was woken for went to somebody else:", err)
	}
	ready(t, send, struct{}{})
	v, err := rx.TryRecv()
	want(t, v, err, 2, nil)
	ready(t, rx.Recv(), 3)
	recv := rx.Recv()
	pending(t, h, recv)
	ready(t, tx.Send(4), struct{}{})
	isWoken(t, h)
	_, err = rx.TryRecv()
	want(t, 0, err, 0, ErrEmpty)
	ready(t, recv, 4)
}

func TestUnbounded(t *testing.T) {
	tx, rx := MPSC[int](Unbounded)
	for i := range 1000 {
		ready(t, tx.Send(i), struct{}{})
	}
	for i := range 1000 {
		ready(t, rx.Recv(), i)
	}
	mustPanic(t, "achan: negative capacity", func() { MPSC[int](-2) })
}

// TestRendezvous checks that a send waits for somebody to receive, and that a message stays
// if that one is canceled.
func TestRendezvous(t *testing.T) {
	tx, rx := MPMC[int](0)
	if err := tx.TrySend(0); err != ErrFull {
		t.Error(err)
	}
	s, r := newHand(), newHand()
	send := tx.Send(1)
	pending(t, s, send)
	_, err := rx.TryRecv()
	want(t, 0, err, 0, ErrEmpty)
	recv := rx.Recv()
	pending(t, r, recv)
	isWoken(t, s)
	ready(t, send, struct{}{})
	isWoken(t, r)
	ready(t, recv, 1)

	recv = rx.Recv()
	pending(t, r, recv)
	ready(t, tx.Send(2), struct{}{})
	recv.Cancel()
	if err := tx.TrySend(3); err != ErrFull {
		t.Error(err)
	}
	v, err := rx.TryRecv()
	want(t, v, err, 2, nil)

	// The receiver that the sender was woken for goes away.
	send = tx.Send(3)
	pending(t, s, send)
	recv = rx.Recv()
	pending(t, r, recv)
	isWoken(t, s)
	recv.Cancel()
	pending(t, s, send)
	recv = rx.Recv()
	pending(t, r, recv)
	isWoken(t, s)
	ready(t, send, struct{}{})
	ready(t, recv, 3)
}

// TestOrder has several senders and receivers wait: all are served in the order in which they
// began to.
func TestOrder(t *testing.T) {
	tx, rx := MPMC[int](1)
	ready(t, tx.Send(0), struct{}{})
	var hands [3]*hand
	var sends [3]*SendFuture[int]
	for i := range sends {
		hands[i], sends[i] = newHand(), tx.Send(i+1)
		pending(t, hands[i], sends[i])
	}
	for i := range sends {
		ready(t, rx.Recv(), i)
		for k := i + 1; k < len(sends); k++ {
			isAsleep(t, hands[k])
		}
		isWoken(t, hands[i])
		ready(t, sends[i], struct{}{})
	}
	ready(t, rx.Recv(), 3)
	var recvs [3]*RecvFuture[int]
	for i := range recvs {
		hands[i], recvs[i] = newHand(), rx.Recv()
		pending(t, hands[i], recvs[i])
	}
	for i := range recvs {
		ready(t, tx.Send(i), struct{}{})
		for k := i + 1; k < len(sends); k++ {
			isAsleep(t, hands[k])
		}
		isWoken(t, hands[i])
		ready(t, recvs[i], i)
	}
}

// TestCancel cancels sends and receives before their first poll, while they wait, and after
// they were woken. Those behind them are woken instead, and nothing is lost.
func TestCancel(t *testing.T) {
	tx, rx := MPMC[int](1)
	tx.Send(0).Cancel()
	rx.Recv().Cancel()
	first, second := newHand(), newHand()
	recv, next := rx.Recv(), rx.Recv()
	pending(t, first, recv)
	pending(t, second, next)
	ready(t, tx.Send(1), struct{}{})
	isWoken(t, first)
	recv.Cancel()
	recv.Cancel()
	isWoken(t, second)
	ready(t, next, 1)
	mustPanic(t, "achan.Receiver.Recv: polled after completion", func() { recv.Poll(first.cx) })

	ready(t, tx.Send(2), struct{}{})
	send, behind := tx.Send(3), tx.Send(4)
	pending(t, first, send)
	pending(t, second, behind)
	ready(t, rx.Recv(), 2)
	isWoken(t, first)
	send.Cancel()
	send.Cancel()
	isWoken(t, second)
	ready(t, behind, struct{}{})
	ready(t, rx.Recv(), 4)
	mustPanic(t, "achan.Sender.Send: polled after completion", func() { send.Poll(first.cx) })

	// A message offered to a receiver that is canceled stays if nobody else waits.
	recv = rx.Recv()
	pending(t, first, recv)
	ready(t, tx.Send(5), struct{}{})
	recv.Cancel()
	v, err := rx.TryRecv()
	want(t, v, err, 5, nil)
}

// TestSendersClosed checks that messages outlive their senders, and that whoever waits is told
// the end.
func TestSendersClosed(t *testing.T) {
	tx, rx := MPMC[int](2)
	other := tx.Clone()
	ready(t, tx.Send(1), struct{}{})
	ready(t, tx.Send(2), struct{}{})
	h := newHand()
	waits := tx.Send(3)
	pending(t, h, waits)
	tx.Close()
	tx.Close()
	isAsleep(t, h) // there is another sender
	fails(t, tx.Send(4), ErrClosed)
	if err := tx.TrySend(4); err != ErrClosed {
		t.Error(err)
	}
	mustPanic(t, "achan: Clone of a closed Sender", func() { tx.Clone() })
	other.Close()
	isWoken(t, h)
	fails(t, waits, ErrClosed)
	ready(t, rx.Recv(), 1)
	ready(t, rx.Recv(), 2)
	fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	want(t, 0, err, 0, ErrClosed)
}

// TestLastMessage closes the senders while several receivers wait for one message: one gets
// it, and then the others are told the end.
func TestLastMessage(t *testing.T) {
	tx, rx := MPMC[int](2)
	a, b, c := newHand(), newHand(), newHand()
	first, second, third := rx.Recv(), rx.Recv(), rx.Recv()
	pending(t, a, first)
	pending(t, b, second)
	ready(t, tx.Send(1), struct{}{})
	tx.Close()
	isAsleep(t, b)
	pending(t, c, third)
	ready(t, first, 1)
	isWoken(t, b)
	isWoken(t, c)
	fails(t, second, ErrClosed)
	fails(t, third, ErrClosed)
}

// TestReceiversClosed checks that senders are told that nobody receives, and that messages
// are let go of.
func TestReceiversClosed(t *testing.T) {
	tx, rx := MPMC[*int](1)
	other := rx.Clone()
	ready(t, tx.Send(new(int)), struct{}{})
	h, r := newHand(), newHand()
	waits := tx.Send(nil)
	pending(t, h, waits)
	rx.Close()
	rx.Close()
	isAsleep(t, h)
	fails(t, rx.Recv(), ErrClosed)
	_, err := rx.TryRecv()
	want[*int](t, nil, err, nil, ErrClosed)
	mustPanic(t, "achan: Clone of a closed SharedReceiver", func() { rx.Clone() })
	other.Close()
	isWoken(t, h)
	fails(t, waits, ErrClosed)
	fails(t, tx.Send(nil), ErrClosed)
	if tx.Len() != 0 || rx.Len() != 0 {
		t.Error("messages are kept that nobody can receive")
	}

	tx, rx = MPMC[*int](1)
	recv := rx.Recv()
	pending(t, r, recv)
	rx.Close()
	isWoken(t, r)
	fails(t, recv, ErrClosed)
}

// TestPolledBy checks that a future that waits is woken where it was polled last.
func TestPolledBy(t *testing.T) {
	tx, rx := MPSC[int](1)
	old, now := newHand(), newHand()
	recv := rx.Recv()
	pending(t, old, recv)
	pending(t, now, recv)
	ready(t, tx.Send(1), struct{}{})
	isAsleep(t, old)
	isWoken(t, now)
	ready(t, recv, 1)

	ready(t, tx.Send(1), struct{}{})
	send := tx.Send(2)
	pending(t, old, send)
	pending(t, now, send)
	ready(t, rx.Recv(), 1)
	isAsleep(t, old)
	isWoken(t, now)
}

func TestStopQueue(t *testing.T) {
	r := newRuntime(t)
	tx, rx := MPSC[int](1)
	for _, err := range []error{stopped(t, r, rx.Recv()), stoppedEarly(t, rx.Recv())} {
		want(t, 0, err, 0, rt.ErrStopped)
	}
	ready(t, tx.Send(1), struct{}{})
	for _, err := range []error{stopped(t, r, tx.Send(2)), stoppedEarly(t, tx.Send(2)), stoppedEarly(t, rx.Recv())} {
		want(t, 0, err, 0, rt.ErrStopped)
	}
	ready(t, rx.Recv(), 1)
	_, err := rx.TryRecv()
	want(t, 0, err, 0, ErrEmpty)
}

// TestBudget checks that a task that never has to wait lets others run.
func TestBudget(t *testing.T) {
	r := newRuntime(t)
	tx, rx := MPSC[int](Unbounded)
	if n := inOnePoll(t, r, func() rt.Future[struct{}] { return tx.Send(1) }); n < 16 || n > 1000 {
		t.Errorf("%d sends in one poll", n)
	}
	sent := tx.Len()
	for range 1000 {
		tx.TrySend(1)
	}
	if n := inOnePoll(t, r, func() rt.Future[int] { return rx.Recv() }); n < 16 || n > 1000 || rx.Len() != sent+1000-n {
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
	r1, r2 := newRuntime(t), newRuntime(t)
	there, back := 0, 0
	tx, rx := MPSC[int](1)
	tx2, rx2 := MPSC[int](0)
	forward := rt.SpawnOn(r1, rt.FromFunc(forwardPoll(rx, tx2, &there)))
	for i := range 100 {
		if err := tx.Send(i).Await(); err != nil {
			t.Fatal(err)
		}
		v, err := rt.Run(r2, rx2.Recv())
		want(t, v, err, i, nil)
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
