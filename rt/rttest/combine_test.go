package rttest_test

import (
	"context"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// A tally makes one future of the results of several, of which only the outcome of the whole counts.
type tally[T any] struct{ rt.Future[T] }

func (f tally[T]) Poll(cx *rt.Context) rt.Poll[struct{}] {
	p := f.Future.Poll(cx)
	return rt.Poll[struct{}]{Err: p.Err, Ready: p.Ready}
}

// checkOver checks what over makes of two gates that open, and in a second round of one that does and
// one that is never opened.
func checkOver[T any](t *testing.T, over func(a, b rt.Future[int]) rt.Future[T], alone bool) {
	rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
		a, b := newGate(none).subject(), newGate(none).subject()
		return rttest.Subject[struct{}]{
			Future:   tally[T]{over(a.Future, b.Future)},
			Complete: func() { a.Complete(); b.Complete() },
		}
	})
	if alone {
		rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
			a, b := newGate(none).subject(), newGate(none).subject()
			return rttest.Subject[struct{}]{Future: tally[T]{over(a.Future, b.Future)}, Complete: b.Complete}
		})
	}
}

// TestCheckCombinators holds the combinators to the contract: they pass on polls, wakers and
// cancels to their children, which do not know whether they are alone.
func TestCheckCombinators(t *testing.T) {
	type future = rt.Future[int]
	t.Run("Select2", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[rt.Select2Result[int, int]] { return rt.Select2(a, b) }, true)
	})
	t.Run("Select2Biased", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[rt.Select2Result[int, int]] { return rt.Select2Biased(a, b) }, true)
	})
	t.Run("Select3", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[rt.Select3Result[int, int, struct{}]] {
			return rt.Select3(a, b, rt.Sleep(time.Hour))
		}, true)
	})
	t.Run("Race", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[int] { return rt.Race(a, b) }, true)
	})
	t.Run("Join2", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[rt.Join2Result[int, int]] { return rt.Join2(a, b) }, false)
	})
	t.Run("Join3", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[rt.Join3Result[int, int, struct{}]] {
			return rt.Join3(a, b, rt.Sleep(time.Millisecond))
		}, false)
	})
	t.Run("JoinAll", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[[]rt.Result[int]] { return rt.JoinAll(a, b) }, false)
	})
	t.Run("TryJoin", func(t *testing.T) {
		checkOver(t, func(a, b future) rt.Future[[]int] { return rt.TryJoin(a, b) }, false)
	})
	t.Run("Timeout", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			s := newGate(none).subject()
			s.Future = rt.Timeout(time.Hour, s.Future)
			return s
		})
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			return rttest.Subject[int]{Future: rt.Timeout(time.Millisecond, newGate(none).subject().Future)}
		})
	})
	t.Run("WithContext", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			s := newGate(none).subject()
			s.Future = rt.WithContext(context.Background(), s.Future)
			return s
		})
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			ctx, cancel := context.WithCancel(context.Background())
			f := rt.WithContext(ctx, newGate(none).subject().Future)
			return rttest.Subject[int]{Future: f, Complete: cancel, Close: cancel}
		})
	})
	t.Run("Tick", func(t *testing.T) {
		rttest.Check(t, func() *rt.TickFuture { return rt.NewInterval(time.Millisecond, rt.Skip).Tick() })
	})
}
