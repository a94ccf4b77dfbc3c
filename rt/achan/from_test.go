package achan_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// eventually polls until f is ready, which others see to, and checks the result.
func eventually(t testing.TB, f rt.Future[int], v int, wantErr error) {
	t.Helper()
	got, err := rt.Await(f)
	if wantErr != nil {
		got = v
	}
	leaf.Want(t, got, err, v, wantErr)
}

func TestFrom(t *testing.T) {
	leaf.Runtime(t) // checks for leaks
	ch := make(chan int, 10)
	s := From(ch)
	_, err := s.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	ch <- 1
	ch <- 2
	v, err := s.TryRecv()
	leaf.Want(t, v, err, 1, nil)
	leaf.Ready(t, s.Recv(), 2) // without a pump
	recv := s.Recv()
	leaf.Pending(t, leaf.NewHand(), recv)
	leaf.Pending(t, leaf.NewHand(), recv)
	_, err = s.TryRecv()
	leaf.Want(t, 0, err, 0, ErrEmpty)
	ch <- 3
	eventually(t, recv, 3, nil)
	leaf.MustPanic(t, "achan.Source.Recv: polled after completion", func() { recv.Poll(leaf.NewHand().Context) })
	ch <- 4
	close(ch)
	leaf.Ready(t, s.Recv(), 4)
	leaf.Fails(t, s.Recv(), ErrClosed)
	_, err = s.TryRecv()
	leaf.Want(t, 0, err, 0, ErrClosed)
	s.Close()
	s.Close()

	// Closed while somebody waits.
	ch = make(chan int)
	s = From(ch)
	first, second := s.Recv(), s.Recv()
	leaf.Pending(t, leaf.NewHand(), first)
	leaf.Pending(t, leaf.NewHand(), second)
	close(ch)
	eventually(t, first, 0, ErrClosed)
	eventually(t, second, 0, ErrClosed)
}

// TestFromCancel cancels receives before and after they are woken: the messages that were
// brought for them go to the next one.
func TestFromCancel(t *testing.T) {
	r := leaf.Runtime(t)
	ch := make(chan int)
	s := From(ch)
	s.Recv().Cancel()
	woken := make(chan struct{}, 10)
	cx := rt.NewContext(rt.NewWaker(func() { woken <- struct{}{} }))
	recv := s.Recv()
	recv.Poll(cx)
	recv.Cancel()
	recv.Cancel()
	ch <- 1 // the pump is still there
	eventually(t, s.Recv(), 1, nil)

	recv, behind := s.Recv(), s.Recv()
	recv.Poll(cx)
	behind.Poll(leaf.NewHand().Context)
	ch <- 2
	<-woken
	newcomer := s.Recv()
	leaf.Pending(t, leaf.NewHand(), newcomer)
	recv.Cancel()
	eventually(t, behind, 2, nil)
	ch <- 3 // a pump was sent for the newcomer
	eventually(t, newcomer, 3, nil)

	recv = s.Recv()
	recv.Poll(cx)
	ch <- 4
	<-woken
	recv.Cancel()
	v, err := s.TryRecv()
	leaf.Want(t, v, err, 4, nil)
	leaf.Want(t, 0, leaf.Stopped(t, r, s.Recv()), 0, rt.ErrStopped)
	leaf.Want(t, 0, leaf.StoppedEarly(t, s.Recv()), 0, rt.ErrStopped)
	s.Close()
}

// TestFromOrder has three receives wait: they are served in order, by one pump after another.
func TestFromOrder(t *testing.T) {
	leaf.Runtime(t)
	ch := make(chan int)
	s := From(ch)
	var recvs [3]*SourceFuture[int]
	for i := range recvs {
		recvs[i] = s.Recv()
		leaf.Pending(t, leaf.NewHand(), recvs[i])
	}
	go func() {
		for i := range recvs {
			ch <- i
		}
	}()
	for i, recv := range recvs {
		eventually(t, recv, i, nil)
	}
}

// TestFromClose closes a source while receives wait, one of which was woken.
func TestFromClose(t *testing.T) {
	leaf.Runtime(t)
	ch := make(chan int)
	s := From(ch)
	woken := make(chan struct{}, 10)
	cx := rt.NewContext(rt.NewWaker(func() { woken <- struct{}{} }))
	first, second, third := s.Recv(), s.Recv(), s.Recv()
	first.Poll(cx)
	second.Poll(cx)
	third.Poll(cx)
	ch <- 1
	<-woken
	s.Close()
	leaf.Fails(t, first, ErrClosed)
	third.Cancel()
	leaf.Fails(t, second, ErrClosed)
	leaf.Fails(t, s.Recv(), ErrClosed)
	v, err := s.Recv().Await()
	leaf.Want(t, v, err, 0, ErrClosed)

	s = From(ch)
	first = s.Recv()
	first.Poll(cx)
	s.Close() // and the pump with it
	first.Cancel()
}
