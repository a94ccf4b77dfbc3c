package alock

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A Barrier holds tasks up until a certain number of them have come, and then lets all of
// them go on. After that it can be used again. Make it with [NewBarrier].
type Barrier struct {
	mu      sync.Mutex // guards what follows
	missing int        // how many have still to come; at least one
	size    int        // constant
	waiters waitlist.List
}

// NewBarrier returns a barrier for n at a time, at least one.
func NewBarrier(n int) *Barrier {
	if n < 1 {
		panic("alock: a barrier for nobody")
	}
	return &Barrier{missing: n, size: n}
}

// Wait returns a future that is ready when as many have come as the barrier is for. It is true
// for one of them, the leader: the one who came last. It fails with [rt.ErrStopped] if the task
// was asked to stop. Who is canceled or stopped before the barrier opens has not come, and
// somebody else has to come instead; afterwards it makes no difference to the others.
//
//async:new
func (b *Barrier) Wait() *BarrierFuture { return &BarrierFuture{barrier: b} }

// A BarrierFuture is the future of [Barrier.Wait].
type BarrierFuture struct {
	rt.Pin
	barrier *Barrier // nil when it is done
	wait    waitlist.Waiter
}

// Poll is ready when the barrier has opened.
func (f *BarrierFuture) Poll(cx *rt.Context) rt.Poll[bool] {
	b := f.barrier
	if b == nil {
		panic(rt.Completed("alock.Barrier.Wait"))
	}
	if err := cx.Stopped(); err != nil || !cx.CanSpend() {
		if !cx.Spend() {
			return rt.Pending[bool]()
		}
		f.Cancel()
		return rt.Fail[bool](err)
	}
	var few [4]rt.Waker
	wake := few[:0]
	leader, ready := false, false
	b.mu.Lock()
	switch {
	case f.wait.Waits():
		f.wait.Renew(cx.Waker())
	case f.wait.Listed():
		ready = true
	case b.missing > 1:
		b.missing--
		b.waiters.Add(&f.wait, cx.Waker())
	default:
		leader, ready = true, true
		b.missing = b.size
		wake = b.waiters.Drop(wake)
	}
	b.mu.Unlock()
	call(cx, wake)
	if !ready {
		return rt.Pending[bool]()
	}
	cx.Spend()
	f.barrier = nil
	return rt.Ready(leader)
}

// Where names what the future waits for.
func (f *BarrierFuture) Where(w *rt.Where) { w.Operation("alock.Barrier.Wait") }

// Cancel gives up waiting.
func (f *BarrierFuture) Cancel() {
	b := f.barrier
	if b == nil {
		return
	}
	f.barrier = nil
	b.mu.Lock()
	defer b.mu.Unlock()
	if f.wait.Waits() {
		b.waiters.Remove(&f.wait)
		b.missing++
	}
}

// Await waits for the barrier to open and reports whether the caller is the leader.
func (f *BarrierFuture) Await() (leader bool, err error) {
	p := rt.Block(f, (*BarrierFuture).Poll)
	return p.Value, p.Err
}
