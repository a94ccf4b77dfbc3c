package alock

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// TestSemModel makes all sequences of six steps with four who want 1, 2, 3 and 1 of three, and
// are polled, also with no reason, canceled, or give back what they have. After each step it
// checks that nobody waits who could go on, that they come in order, and that nothing was lost.
func TestSemModel(t *testing.T) {
	const depth = 6
	var path [depth]int
	for {
		w := &semWorld{t: t, sem: NewSemaphore(3)}
		for i := range w.users {
			u := &w.users[i]
			u.future = *w.sem.AcquireMany([]int{1, 2, 3, 1}[i])
			u.cx = rt.NewContext(rt.NewWaker(func() { u.woken = true }))
		}
		for _, step := range path {
			w.step(step)
			w.check()
		}
		w.settle()
		if t.Failed() {
			t.Fatalf("after the steps %v", path)
		}
		at := depth - 1
		for ; at >= 0 && path[at] == 2*len(w.users)-1; at-- {
			path[at] = 0
		}
		if at < 0 {
			return
		}
		path[at]++
	}
}

// A semWorld is a semaphore and those who use it.
type semWorld struct {
	t     *testing.T
	sem   *Semaphore
	users [4]semUser
	queue []*semUser // who waits or was granted something, in order
}

// A semUser acquires once.
type semUser struct {
	future AcquireFuture
	cx     *rt.Context
	woken  bool // since the last poll
	over   bool // the future was ready or canceled
	permit Permit
}

// step has one of the users poll, or cancel or release. What is not possible does nothing.
func (w *semWorld) step(n int) {
	u := &w.users[n/2]
	switch {
	case n%2 == 0 && !u.over:
		w.poll(u)
	case n%2 == 1 && u.over:
		u.permit.Release()
		u.permit = Permit{}
	case n%2 == 1:
		u.future.Cancel()
		u.over = true
		w.leave(u)
	}
}

func (w *semWorld) poll(u *semUser) {
	listed := u.future.wait.Listed()
	u.woken = false
	p := u.future.Poll(u.cx)
	switch {
	case p.Ready:
		if !listed && len(w.queue) > 0 && w.queue[len(w.queue)-1].future.wait.Waits() {
			w.t.Error("somebody comes before those who wait")
		}
		u.over, u.permit = true, p.Value
		w.leave(u)
	case !listed:
		w.queue = append(w.queue, u)
	}
}

func (w *semWorld) leave(u *semUser) {
	for i, other := range w.queue {
		if other == u {
			w.queue = append(w.queue[:i:i], w.queue[i+1:]...)
			return
		}
	}
}

func (w *semWorld) check() {
	taken, waits := 0, false
	for _, u := range w.queue {
		switch {
		case u.future.wait.Granted():
			taken += int(u.future.n)
			if !u.woken {
				w.t.Error("somebody was not woken")
			}
			if waits {
				w.t.Error("somebody was granted what others wait for who came before")
			}
		case !waits:
			waits = true
			if w.sem.Available() >= int(u.future.n) {
				w.t.Error("the first waits though there is enough")
			}
		}
	}
	for i := range w.users {
		taken += w.users[i].permit.Count()
	}
	word := w.sem.sem.load()
	if waits != (word&queued != 0) || waits == w.sem.sem.queue.Empty() {
		w.t.Errorf("somebody waits: %v, but the word is %x", waits, word)
	}
	if n := w.sem.Available(); n+taken != 3 || int(word.turn()) != taken {
		w.t.Errorf("%d are there, %d were taken, the word is %x", n, taken, word)
	}
}

// settle has all who were woken poll, and release, until nobody is left.
func (w *semWorld) settle() {
	for again := true; again; {
		again = false
		for i := range w.users {
			u := &w.users[i]
			if u.woken && !u.over {
				w.poll(u)
				again = true
			}
			if u.permit.Count() > 0 {
				u.permit.Release()
				u.permit = Permit{}
				again = true
			}
			w.check()
		}
	}
	if len(w.queue) > 0 || w.sem.Available() != 3 {
		w.t.Errorf("%d are forgotten, %d of 3 are there", len(w.queue), w.sem.Available())
	}
}
