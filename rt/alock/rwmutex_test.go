package alock_test

import (
	"testing"

	. "github.com/asyncgen/asyncgen/rt/alock"
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
	h := newHand()
	lock := m.Lock()
	pending(t, h, lock)
	r1.Unlock()
	isAsleep(t, h)
	if _, ok := m.TryRLock(); ok {
		t.Error("a reader overtakes a writer")
	}
	r2.Unlock()
	isWoken(t, h)
	w := get(t, lock)
	*w.Value() = "b"
	if _, ok := m.TryRLock(); ok {
		t.Error("read while it is written")
	}
	mustPanic(t, misuseRead, r1.Unlock)
	w.Unlock()
	mustPanic(t, misuseWrite, w.Unlock)
	mustPanic(t, misuseWrite, func() { w.Value() })
	mustPanic(t, misuseRead, r1.Unlock)
	r, ok := m.TryRLock()
	if !ok || *r.Value() != "b" {
		t.Error("not open")
	}
	mustPanic(t, misuseWrite, func() { w.Downgrade() })
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
	hands := [5]*hand{newHand(), newHand(), newHand(), newHand(), newHand()}
	r0, r1 := m.RLock(), m.RLock()
	w2 := m.Lock()
	r3, r4 := m.RLock(), m.RLock()
	pending(t, hands[0], r0)
	pending(t, hands[1], r1)
	pending(t, hands[2], w2)
	pending(t, hands[3], r3)
	pending(t, hands[4], r4)
	w.Unlock()
	isWoken(t, hands[0])
	isWoken(t, hands[1])
	isAsleep(t, hands[3])
	g0 := get(t, r0)
	r1.Cancel()
	isAsleep(t, hands[2])
	g0.Unlock()
	isWoken(t, hands[2])
	w = get(t, w2)
	isAsleep(t, hands[3])
	g := w.Downgrade()
	isWoken(t, hands[3])
	isWoken(t, hands[4])
	if _, ok := m.TryLock(); ok {
		t.Error("written while it is read")
	}
	mustPanic(t, misuseWrite, w.Unlock)
	g.Unlock()
	get(t, r3).Unlock()
	get(t, r4).Unlock()
}

// TestRWMutexCancel cancels a writer that readers wait behind.
func TestRWMutexCancel(t *testing.T) {
	var m RWMutex[int]
	r := get(t, m.RLock())
	h, h2 := newHand(), newHand()
	w, behind := m.Lock(), m.RLock()
	pending(t, h, w)
	pending(t, h2, behind)
	w.Cancel()
	isWoken(t, h2)
	get(t, behind).Unlock()

	w = m.Lock()
	pending(t, h, w)
	r.Unlock()
	isWoken(t, h)
	behind = m.RLock()
	pending(t, h2, behind)
	w.Cancel()
	isWoken(t, h2)
	get(t, behind).Unlock()
	mustPanic(t, "alock.RWMutex.Lock: polled after completion", func() { w.Poll(h.cx) })
	mustPanic(t, "alock.RWMutex.RLock: polled after completion", func() { behind.Poll(h.cx) })
	m.Lock().Cancel()
	m.RLock().Cancel()
}

func TestStopRWMutex(t *testing.T) {
	r := newRuntime(t)
	var m RWMutex[int]
	g := get(t, m.Lock())
	errStopped(t, stopped(t, r, m.Lock()))
	errStopped(t, stopped(t, r, m.RLock()))
	g.Unlock()
	errStopped(t, stoppedEarly(t, m.Lock()))
	errStopped(t, stoppedEarly(t, m.RLock()))
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
	h := newHand()
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
		pending(t, h, next)
		g.Unlock()
		next.Cancel()
		if g, ok := m.TryLock(); !ok {
			t.Errorf("the lock is lost with the writer that was canceled after %d others", before+1)
		} else {
			g.Unlock()
		}
	}
}
