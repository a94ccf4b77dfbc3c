package alock_test

import (
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// A noLeader does not say who the leader is, which is a matter of who comes last.
type noLeader struct{ *alock.BarrierFuture }

func (f noLeader) Poll(cx *rt.Context) rt.Poll[struct{}] {
	p := f.BarrierFuture.Poll(cx)
	return rt.Poll[struct{}]{Err: p.Err, Ready: p.Ready}
}

// TestContract holds every future of this package to the contract of rt.Future, when it is ready at once
// and when it has to wait.
func TestContract(t *testing.T) {
	t.Run("Mutex", func(t *testing.T) {
		rttest.Check(t, func() *alock.LockFuture[int] { return new(alock.Mutex[int]).Lock() })
		rttest.CheckSubject(t, func() rttest.Subject[alock.Guard[int]] {
			m := new(alock.Mutex[int])
			g, _ := m.TryLock()
			return rttest.Subject[alock.Guard[int]]{Future: m.Lock(), Complete: g.Unlock}
		})
	})
	t.Run("RWMutex", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[alock.ReadGuard[int]] {
			m := new(alock.RWMutex[int])
			g, _ := m.TryLock()
			return rttest.Subject[alock.ReadGuard[int]]{Future: m.RLock(), Complete: g.Unlock}
		})
		rttest.CheckSubject(t, func() rttest.Subject[alock.WriteGuard[int]] {
			m := new(alock.RWMutex[int])
			g, _ := m.TryRLock()
			return rttest.Subject[alock.WriteGuard[int]]{Future: m.Lock(), Complete: g.Unlock}
		})
	})
	t.Run("Semaphore", func(t *testing.T) {
		rttest.Check(t, func() *alock.AcquireFuture { return alock.NewSemaphore(1).Acquire() })
		rttest.CheckSubject(t, func() rttest.Subject[alock.Permit] {
			s := alock.NewSemaphore(1)
			return rttest.Subject[alock.Permit]{Future: s.AcquireMany(3), Complete: func() { s.Add(2) }}
		})
		rttest.CheckSubject(t, func() rttest.Subject[alock.Permit] {
			s := alock.NewSemaphore(0)
			return rttest.Subject[alock.Permit]{Future: s.Acquire(), Complete: s.Close}
		})
	})
	t.Run("Notify", func(t *testing.T) {
		for _, all := range []bool{false, true} {
			rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
				n := new(alock.Notify)
				s := rttest.Subject[struct{}]{Future: n.Wait(), Complete: n.NotifyOne}
				if all {
					// Completed before the first poll there would be nobody to be told.
					s.Complete = func() { n.NotifyAll(); n.NotifyOne() }
				}
				return s
			})
		}
	})
	t.Run("Cond", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
			m := new(alock.Mutex[int])
			c := alock.NewCond(m)
			g, _ := m.TryLock()
			stop := make(chan struct{})
			return rttest.Subject[struct{}]{Future: c.Wait(&g), Complete: func() {
				// A signal before the wait is lost, as it should be, so it is given until the end.
				go func() {
					for {
						c.Broadcast()
						select {
						case <-stop:
							return
						case <-time.After(time.Millisecond):
						}
					}
				}()
			}, Close: func() { close(stop) }}
		})
	})
	t.Run("Barrier", func(t *testing.T) {
		rttest.Check(t, func() *alock.BarrierFuture { return alock.NewBarrier(1).Wait() })
		rttest.CheckSubject(t, func() rttest.Subject[struct{}] {
			b := alock.NewBarrier(2)
			other := b.Wait()
			return rttest.Subject[struct{}]{
				Future:   noLeader{b.Wait()},
				Complete: func() { other.Poll(rt.NewContext(rt.Waker{})) },
				Close:    other.Cancel,
			}
		})
	})
	t.Run("OnceCell", func(t *testing.T) {
		rttest.Check(t, func() *alock.OnceFuture[int] {
			return new(alock.OnceCell[int]).GetOrInit(rt.Value(1))
		})
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			c := new(alock.OnceCell[int])
			first := new(alock.Notify)
			maker := c.GetOrInit(rt.FromFunc(func(cx *rt.Context) rt.Poll[int] {
				if first == nil {
					return rt.Ready(1)
				}
				return rt.Pending[int]()
			}))
			maker.Poll(rt.NewContext(rt.Waker{}))
			return rttest.Subject[int]{Future: c.GetOrInit(rt.Value(2)), Complete: func() {
				first = nil
				maker.Poll(rt.NewContext(rt.Waker{}))
			}, Close: maker.Cancel}
		})
	})
}
