package alock_test

import (
	"context"
	"sync"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

// TestMisuseHarmsNobody gives back what is not held, while others hold the lock and wait for it: a
// panic for the one who does it, and nothing for the others.
func TestMisuseHarmsNobody(t *testing.T) {
	m := NewMutex(0)
	old := get(t, m.Lock())
	old.Unlock()
	holder := get(t, m.Lock())
	h := leaf.NewHand()
	waits := m.Lock()
	leaf.Pending(t, h, waits)
	leaf.MustPanic(t, misuse, old.Unlock)
	leaf.IsAsleep(t, h)
	if *holder.Value() = 1; *holder.Value() != 1 {
		t.Error("the holder has lost the lock")
	}
	holder.Unlock()
	get(t, waits).Unlock()

	rw := NewRWMutex(0)
	w := get(t, rw.Lock())
	r := w.Downgrade()
	reader := rw.RLock()
	g := get(t, reader)
	writer := rw.Lock()
	leaf.Pending(t, h, writer)
	leaf.MustPanic(t, misuseWrite, w.Unlock)
	leaf.MustPanic(t, misuseWrite, func() { w.Downgrade() })
	leaf.MustPanic(t, misuseWrite, func() { w.Value() })
	leaf.IsAsleep(t, h)
	r.Unlock()
	leaf.IsAsleep(t, h)
	g.Unlock()
	w = get(t, writer)
	leaf.MustPanic(t, misuseRead, r.Unlock)
	leaf.MustPanic(t, misuseRead, func() { r.Value() })
	w.Unlock()
	leaf.MustPanic(t, misuseRead, g.Unlock)
	leaf.MustPanic(t, misuseRead, func() { g.Value() })
	leaf.MustPanic(t, misuseRead, ReadGuard[int]{}.Unlock)
	leaf.MustPanic(t, misuseRead, func() { ReadGuard[int]{}.Value() })
	leaf.MustPanic(t, misuseWrite, WriteGuard[int]{}.Unlock)
}

// TestPermitTwice releases and forgets permits twice while others are out, of which the second time must
// take none.
func TestPermitTwice(t *testing.T) {
	s := NewSemaphore(4)
	first, second, third := get(t, s.AcquireMany(2)), get(t, s.Acquire()), get(t, s.Acquire())
	h := leaf.NewHand()
	waits := s.AcquireMany(3)
	leaf.Pending(t, h, waits)
	first.Release()
	for _, again := range []func(){first.Release, first.Forget} {
		leaf.MustPanic(t, misusePermit, again)
		leaf.IsAsleep(t, h)
	}
	second.Release()
	leaf.IsWoken(t, h)
	many := get(t, waits)
	leaf.MustPanic(t, misusePermit, second.Release) // though its ticket may be out again
	leaf.MustPanic(t, misusePermit, first.Release)
	third.Forget()
	leaf.MustPanic(t, misusePermit, third.Forget)
	many.Release()
	if n := s.Available(); n != 3 {
		t.Errorf("%d permits are there", n)
	}
	Permit{}.Release()
	Permit{}.Forget()
}

// TestPermitsBeyondWord has more permits out than a word has bits, released in any order, from several
// goroutines, and twice.
func TestPermitsBeyondWord(t *testing.T) {
	const count = 200
	s := NewSemaphore(count)
	var out []Permit
	for range 10 * count {
		if p, ok := s.TryAcquire(); ok {
			out = append(out, p)
			continue
		}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for k := i; k < len(out); k += 4 {
					out[k].Release()
				}
			})
		}
		all.Wait()
		out = out[:0]
	}
	for i, p := range out {
		p.Release()
		for _, again := range out[:i+1] {
			leaf.MustPanic(t, misusePermit, again.Release)
		}
		if n := s.Available(); n != count-len(out)+i+1 {
			t.Fatalf("%d of %d permits were released, %d are there", i+1, len(out), n)
		}
	}
	p, _ := s.TryAcquire()
	p.Release()
	other, _ := s.TryAcquire()
	leaf.MustPanic(t, misusePermit, p.Release)
	other.Release()
}

// TestReadTwice unlocks a ReadGuard twice while others read, of which the second time must end nobody's
// reading.
func TestReadTwice(t *testing.T) {
	for readers := 1; readers <= 7; readers++ {
		m := NewRWMutex(0)
		w := get(t, m.Lock())
		guards := []ReadGuard[int]{w.Downgrade()} // which the others differ from as well
		for len(guards) < readers {
			guards = append(guards, get(t, m.RLock()))
		}
		h := leaf.NewHand()
		writer := m.Lock()
		leaf.Pending(t, h, writer)
		for i, g := range guards {
			leaf.IsAsleep(t, h)
			g.Unlock()
			for _, again := range guards[:i+1] {
				leaf.MustPanic(t, misuseRead, again.Unlock)
				leaf.MustPanic(t, misuseRead, func() { again.Value() })
			}
			for _, g := range guards[i+1:] {
				g.Value()
			}
		}
		leaf.IsWoken(t, h)
		get(t, writer).Unlock()
	}
}

// TestManyReaders has more readers than can be told apart, from several goroutines: none of those who unlock
// once is taken for one who does so twice.
func TestManyReaders(t *testing.T) {
	m := NewRWMutex(0)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				var guards [5]ReadGuard[int]
				for i := range guards {
					g, ok := m.TryRLock()
					if !ok {
						t.Error("nobody writes")
						return
					}
					guards[i] = g
				}
				for _, g := range guards {
					g.Value()
					g.Unlock()
				}
			}
		})
	}
	all.Wait()
	if _, ok := m.TryLock(); !ok {
		t.Error("somebody reads still")
	}
}

// TestMakersPanic calls what makes locks with numbers that make no sense.
func TestMakersPanic(t *testing.T) {
	const range_ = "alock: number of permits out of range"
	leaf.MustPanic(t, range_, func() { NewSemaphore(-1) })
	leaf.MustPanic(t, range_, func() { NewSemaphore(MaxPermits + 1) })
	s := NewSemaphore(1)
	leaf.MustPanic(t, range_, func() { s.AcquireMany(0).Cancel() })
	leaf.MustPanic(t, range_, func() { s.TryAcquireMany(-1) })
	leaf.MustPanic(t, range_, func() { s.Add(-1) })
	leaf.MustPanic(t, range_, func() { s.Add(MaxPermits) })
	leaf.MustPanic(t, "alock: a barrier for nobody", func() { NewBarrier(0) })
	if n := s.Available(); n != 1 {
		t.Errorf("%d permits are there", n)
	}
	s.Close()
	s.Close()
	leaf.Fails(t, s.Acquire(), ErrClosed)
}

// TestCondGuardTwice waits with a guard that is in use by another wait, which has unlocked it.
func TestCondGuardTwice(t *testing.T) {
	m := NewMutex(0)
	c := NewCond(m)
	g := get(t, m.Lock())
	h := leaf.NewHand()
	first := c.Wait(&g)
	leaf.Pending(t, h, first)
	leaf.MustPanic(t, misuse, func() { c.Wait(&g).Poll(h.Context) })
	c.Signal()
	leaf.IsWoken(t, h)
	leaf.Ready(t, first, struct{}{})
	g.Unlock()
}

// TestAfterShutdown has a runtime end whose tasks wait for locks: these belong to no runtime, so that
// who waits behind them elsewhere does not notice, and nothing is left to those who have gone.
func TestAfterShutdown(t *testing.T) {
	rt.Default()
	r := rt.New(rt.Options{Name: "ends", Workers: 1})
	m := NewMutex(0)
	var n Notify
	sem, barrier := NewSemaphore(1), NewBarrier(2)
	held, permit := get(t, m.Lock()), get(t, sem.Acquire())
	canceled := []interface{ Done() bool }{
		rt.SpawnOn(r, m.Lock()), rt.SpawnOn(r, n.Wait()), rt.SpawnOn(r, sem.Acquire()), rt.SpawnOn(r, barrier.Wait()),
	}
	rt.SpawnOn(r, rt.Yield()).Await() // the one worker has polled all of them before
	h := leaf.NewHand()
	lock, notified, acquired := m.Lock(), n.Wait(), sem.Acquire()
	leaf.Pending(t, h, lock)
	leaf.Pending(t, h, notified)
	leaf.Pending(t, h, acquired)
	if err := r.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, task := range canceled {
		if !task.Done() {
			t.Errorf("task %d goes on", i)
		}
	}
	leaf.IsAsleep(t, h)
	held.Unlock()
	leaf.IsWoken(t, h)
	get(t, lock).Unlock()
	permit.Release()
	get(t, acquired).Release()
	n.NotifyOne()
	leaf.Ready(t, notified, struct{}{})
	passed := barrier.Wait()
	leaf.Pending(t, h, passed) // nobody has come yet
	leaf.Ready(t, barrier.Wait(), true)
	leaf.Ready(t, passed, false)
	// A runtime that has ended still polls for plain code.
	g, err := rt.Run(r, m.Lock())
	if err != nil {
		t.Fatal(err)
	}
	g.Unlock()
}
