package inside

import "github.com/asyncgen/asyncgen/rt"

// A Both waits for two futures at the same time, on one task. It needs no goroutine and
// allocates nothing, for it has a place for each future and for each result.
//
// Both futures are given the same waker, so a wake does not say whom it is for: both are polled
// that are not ready yet, one of them in vain. That is allowed, and cheap for two. For
// hundreds each child gets a waker of its own, as in rt.JoinAll.
type Both[A, B any, FA rt.Future[A], FB rt.Future[B]] struct {
	rt.Pin
	a       FA
	b       FB
	resultA rt.Poll[A]
	resultB rt.Poll[B]
}

// A Pair is the result of a [Both].
type Pair[A, B any] struct {
	A A
	B B
}

// NewBoth makes a Both of two futures. Its type has theirs, so their methods are called directly.
//
//async:new
func NewBoth[A, B any, FA rt.Future[A], FB rt.Future[B]](a FA, b FB) *Both[A, B, FA, FB] {
	return &Both[A, B, FA, FB]{a: a, b: b}
}

// Poll polls those that are not ready. One that is must not be polled again.
func (f *Both[A, B, FA, FB]) Poll(cx *rt.Context) rt.Poll[Pair[A, B]] {
	if !f.resultA.Ready {
		f.resultA = f.a.Poll(cx)
	}
	if !f.resultB.Ready {
		f.resultB = f.b.Poll(cx)
	}
	switch {
	case !f.resultA.Ready || !f.resultB.Ready:
		return rt.Pending[Pair[A, B]]()
	case f.resultA.Err != nil:
		return rt.Fail[Pair[A, B]](f.resultA.Err)
	case f.resultB.Err != nil:
		return rt.Fail[Pair[A, B]](f.resultB.Err)
	}
	return rt.Ready(Pair[A, B]{f.resultA.Value, f.resultB.Value})
}

// Cancel gives up those that are not ready.
func (f *Both[A, B, FA, FB]) Cancel() {
	if !f.resultA.Ready {
		f.a.Cancel()
	}
	if !f.resultB.Ready {
		f.b.Cancel()
	}
}
