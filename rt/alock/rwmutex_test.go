package alock_test

import (
	"testing"

	. "github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

const (
	misuseRead  = "alock: the ReadGuard does not hold the lock: it was unlocked before"
	misuseWrite = "alock: the WriteGuard does not hold the lock: it was unlocked or downgraded before"
)

func TestRWMutex(t *testing.T) {
	m := NewRWMutex("a")
	r1, r2 := get(t, m.RLock()), get(t, m.RLock())
	if *r1.Value() != "a" {
		t.Error(*r1.Value())
	}
	if _, ok := m.TryLock(); ok {
		t.Error("written while it is read")
	}
	h := leaf.NewHand()
	lock := m.Lock()
	leaf.Pending(t, h, lock)
	r1.Unlock()
	leaf.IsAsleep(t, h)
	if _, ok := m.TryRLock(); ok {
		t.Error("a reader overtakes a writer")
	}
	r2.Unlock()
	leaf.IsWoken(t, h)
	w := get(t, lock)
	*w.Value() = "b"
	if _, ok := m.TryRLock(); ok {
		t.Error("read while it is written")
	}
	leaf.MustPanic(t, misuseRead, r1.Unlock)
	w.Unlock()
	leaf.MustPanic(t, misuseWrite, w.Unlock)
	leaf.MustPanic(t, misuseWrite, func() { w.Value() })
	leaf.MustPanic(t, misuseRead, r1.Unlock)
	r, ok := m.TryRLock()
	if !ok || *r.Value() != "b" {
		t.Error("not open")
	}
	leaf.MustPanic(t, misuseWrite, func() { w.Downgrade() })
	r.Unlock()

	var zero RWMutex[int]
	w0, ok := zero.TryLock()
	if !ok {
		t.Error("a zero RWMutex is locked")
	}
	w0.Unlock()
}

// TestRWMutexOrder has readers and writers wait in turn. Readers that stand together get the
// lock together.
func TestRWMutexOrder(t *testing.T) {
	var m RWMutex[int]
	w := get(t, m.Lock())
	hands := [5]*leaf.Hand{leaf.NewHand(), leaf.NewHand(), leaf.NewHand(), leaf.NewHand(), leaf.NewHand()}
	r0, r1 := m.RLock(), m.RLock()
	w2 := m.Lock()
	r3, r4 := m.RLock(), m.RLock()
	leaf.Pending(t, hands[0], r0)
	leaf.Pending(t, hands[1], r1)
	leaf.Pending(t, hands[2], w2)
	leaf.Pending(t, hands[3], r3)
	leaf.Pending(t, hands[4], r4)
	w.Unlock()
	leaf.IsWoken(t, hands[0])
	leaf.IsWoken(t, hands[1])
	leaf.IsAsleep(t, hands[3])
	g0 := get(t, r0)
	r1.Cancel()
	leaf.IsAsleep(t, hands[2])
	g0.Unlock()
	leaf.IsWoken(t, hands[2])
	w = get(t, w2)
	leaf.IsAsleep(t, hands[3])
	g := w.Downgrade()
	leaf.IsWoken(t, hands[3])
	leaf.IsWoken(t, hands[4])
	if _, ok := m.TryLock(); ok {
		t.Error("written while it is read")
	}
	leaf.MustPanic(t, misuseWrite, w.Unlock)
	g.Unlock()
	get(t, r3).Unlock()
	get(t, r4).Unlock()
}

// TestRWMutexCancel cancels a writer that readers wait behind.
func TestRWMutexCancel(t *testing.T) {
	var m RWMutex[int]
	r := get(t, m.RLock())
	h, h2 := leaf.NewHand(), leaf.NewHand()
	w, behind := m.Lock(), m.RLock()
	leaf.Pending(t, h, w)
	leaf.Pending(t, h2, behind)
	w.Cancel()
	leaf.IsWoken(t, h2)
	get(t, behind).Unlock()

	w = m.Lock()
	leaf.Pending(t, h, w)
	r.Unlock()
	leaf.IsWoken(t, h)
	behind = m.RLock()
	leaf.Pending(t, h2, behind)
	w.Cancel()
	leaf.IsWoken(t, h2)
	get(t, behind).Unlock()
	leaf.MustPanic(t, "alock.RWMutex.Lock: polled after completion", func() { w.Poll(h.Context) })
	leaf.MustPanic(t, "alock.RWMutex.RLock: polled after completion", func() { behind.Poll(h.Context) })
	m.Lock().Cancel()
	m.RLock().Cancel()
}

func TestStopRWMutex(t *testing.T) {
	r := leaf.Runtime(t)
	var m RWMutex[int]
	g := get(t, m.Lock())
	errStopped(t, leaf.Stopped(t, r, m.Lock()))
	errStopped(t, leaf.Stopped(t, r, m.RLock()))
	g.Unlock()
	errStopped(t, leaf.StoppedEarly(t, m.Lock()))
	errStopped(t, leaf.StoppedEarly(t, m.RLock()))
	w, err := m.Lock().Await()
	if err != nil {
		t.Error(err)
	}
	w.Unlock()
	read, err := m.RLock().Await()
	if err != nil {
		t.Error(err)
	}
	read.Unlock()
}

// TestRWMutexCancelTurns cancels a writer that the lock was kept for, after each number of
// writers: the turns that tell them from each other run over after four.
func TestRWMutexCancelTurns(t *testing.T) {
	h := leaf.NewHand()
	for before := range 10 {
		var m RWMutex[int]
		for range before {
			g, ok := m.TryLock()
			if !ok {
				t.Fatal("cannot lock")
			}
			g.Unlock()
		}
		g, _ := m.TryLock()
		next := m.Lock()
		leaf.Pending(t, h, next)
		g.Unlock()
		next.Cancel()
		if g, ok := m.TryLock(); !ok {
			t.Errorf("the lock is lost with the writer that was canceled after %d others", before+1)
		} else {
			g.Unlock()
		}
	}
}
