package achan_test

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// TestContract holds every future of this package to the contract of rt.Future, when it is ready at once
// and when it has to wait.
func TestContract(t *testing.T) {
	t.Run("Send", func(t *testing.T) {
		for _, capacity := range []int{0, 1, achan.Unbounded} {
			rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
				tx, rx := achan.MPMC[int](capacity)
				other := rx.Clone()
				s := rttest.Subject[struct{}]{Future: tx.Send(1), Close: func() { rx.Close(); other.Close(); tx.Close() }}
				switch capacity {
				case 0: // nobody ever comes to receive, until nobody can
					s.Complete = func() { rx.Close(); other.Close() }
				case 1:
					tx.TrySend(0)
					s.Complete = func() { rx.TryRecv() }
				}
				return s
			})
		}
	})
	t.Run("Recv", func(t *testing.T) {
		for _, capacity := range []int{0, 1, achan.Unbounded} {
			rttest.CheckSubject(t, func() rttest.Subject[int] {
				tx, rx := achan.MPSC[int](capacity)
				complete := func() { tx.TrySend(1) }
				if capacity == 0 {
					complete = tx.Close // a message could be sent only while the receive waits
				}
				return rttest.Subject[int]{Future: rx.Recv(), Complete: complete, Close: rx.Close}
			})
		}
		rttest.Check(t, func() *achan.RecvFuture[int] {
			tx, rx := achan.MPSC[int](1)
			tx.TrySend(1)
			return rx.Recv()
		})
	})
	t.Run("Oneshot", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			tx, rx := achan.Oneshot[int]()
			return rttest.Subject[int]{Future: rx.Recv(), Complete: func() { tx.Send(1) }}
		})
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			tx, rx := achan.Oneshot[int]()
			return rttest.Subject[int]{Future: rx.Recv(), Complete: tx.Close}
		})
	})
	t.Run("Broadcast", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			tx, rx := achan.Broadcast[int](2)
			return rttest.Subject[int]{Future: rx.Recv(), Complete: func() { tx.Send(1) }, Close: rx.Close}
		})
		rttest.Check(t, func() *achan.BroadcastFuture[int] {
			tx, rx := achan.Broadcast[int](1)
			tx.Send(1)
			tx.Send(2)
			return rx.Recv() // fails with a LagError
		})
	})
	t.Run("Watch", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			tx, rx := achan.Watch(0)
			rx.TryRecv()
			return rttest.Subject[int]{Future: rx.Recv(), Complete: func() { tx.Send(1) }, Close: rx.Close}
		})
	})
	t.Run("From", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			ch := make(chan int, 1)
			s := achan.From(ch)
			return rttest.Subject[int]{Future: s.Recv(), Complete: func() { ch <- 1 }, Close: s.Close}
		})
	})
}
