package alock

import (
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/waitlist"
)

// A sem counts what is taken of something of which there is a limited number: one for a
// mutex, as many as there can be readers for a lock of readers and writers. Those who want
// more than is left queue up, and are served in order: as long as there is a queue, newcomers
// go to its end even if they would fit. So a writer, which takes everything, is not starved by
// readers that come and go.
//
// All is in one word while nobody waits, and taking and giving back are one atomic operation
// each. The first who has to wait sets queued, under mu. From then on everybody else finds
// queued set and needs mu, so that who holds it is the only one to change the word, until the
// queue is empty and queued is cleared again.
//
// The limit is an argument, so that the zero sem of a zero mutex is ready to use.
type sem struct {
	word  atomic.Uint64 // a semWord
	mu    sync.Mutex    // guards queue
	queue waitlist.List // Tag is how much the waiter wants; a grant is already counted as taken
}

// A semWord is the state of a sem:
//
//	bit 0     queued: somebody waits, or who holds mu is about to find out that nobody does
//	bit 1     closed: nothing more is given out. Never cleared
//	bits 2-31 how much is taken
//	bits 32…  what was taken is added here too. A lock never subtracts it, and has a turn, a
//	          number that tells who holds it from all others. A semaphore does, and knows
//	          how much can be given back
type semWord uint64

const (
	queued   semWord = 1
	closed   semWord = 2
	takenOne semWord = 1 << 2
	turnOne  semWord = 1 << 32
	maxTaken         = 1<<30 - 1
)

func (s semWord) taken() uint32 { return uint32(s) >> 2 }
func (s semWord) turn() uint32  { return uint32(s >> 32) }

// take is the difference that taking n makes.
func take(n uint32) semWord { return semWord(n) * (takenOne + turnOne) }

// unlock is the difference that giving n back to a lock makes.
func unlock(n uint32) semWord { return semWord(n) * takenOne }

// fits reports whether n more can be taken. It does not look at queued.
func (s semWord) fits(n, limit uint32) bool { return s.taken()+n <= limit }

// has reports whether back, a take or an unlock, can be subtracted.
func (s semWord) has(back semWord) bool {
	return s.taken() >= back.taken() && s.turn() >= back.turn()
}

func (s *sem) load() semWord { return semWord(s.word.Load()) }

func (s *sem) swap(old, next semWord) bool {
	return s.word.CompareAndSwap(uint64(old), uint64(next))
}

// try takes n if nobody waits and they are there. The turn tells this taking from others.
func (s *sem) try(n, limit uint32) (turn uint32, ok bool) {
	for {
		old := s.load()
		if old&(queued|closed) != 0 || !old.fits(n, limit) {
			return 0, false
		}
		if next := old + take(n); s.swap(old, next) {
			return next.turn(), true
		}
	}
}

// quickLock takes the only one of a mutex, if nobody has it and nobody waits.
func (s *sem) quickLock() (turn uint32, ok bool) {
	old := s.load()
	next := old + take(1)
	return next.turn(), uint32(old) == 0 && s.swap(old, next)
}

// quickUnlock gives it back, if it was taken in the turn of h and nobody waits.
func (s *sem) quickUnlock(h hold) bool {
	old := s.load()
	return uint32(old) == uint32(takenOne) && old.turn()&markBits == h.mark() && s.swap(old, old-takenOne)
}

// An outcome is what a poll of somebody who wants to take has come to.
type outcome uint8

const (
	waiting  outcome = iota // not yet
	acquired                // taken
	refused                 // closed
)

// acquire polls for w, who wants n, with a context that can spend. The turn is that of the
// taking if n is the whole limit; otherwise others may have taken since.
func (s *sem) acquire(cx *rt.Context, w *waitlist.Waiter, n, limit uint32) (turn uint32, how outcome) {
	if w.Listed() {
		return s.resume(cx, w)
	}
	turn, ok := s.try(n, limit)
	if ok {
		cx.Spend()
		return turn, acquired
	}
	return s.enter(cx, w, n, limit)
}

// enter is acquire for who did not get it at once.
func (s *sem) enter(cx *rt.Context, w *waitlist.Waiter, n, limit uint32) (turn uint32, how outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		old := s.load()
		switch {
		case old&closed != 0:
			cx.Spend()
			return 0, refused
		case old&queued == 0 && old.fits(n, limit):
			if next := old + take(n); s.swap(old, next) {
				cx.Spend()
				return next.turn(), acquired
			}
		case s.swap(old, old|queued):
			w.Tag = n
			s.queue.Add(w, cx.Waker())
			return 0, waiting
		}
	}
}

// resume is acquire for who waits already.
func (s *sem) resume(cx *rt.Context, w *waitlist.Waiter) (turn uint32, how outcome) {
	s.mu.Lock()
	if w.Waits() {
		w.Renew(cx.Waker())
		s.mu.Unlock()
		return 0, waiting
	}
	how = refused
	if w.Granted() {
		how = acquired
	}
	w.Clear()
	turn = s.load().turn()
	s.mu.Unlock()
	cx.Spend()
	return turn, how
}

// leave takes back that w waits. What it was granted passes on. cx is nil outside of polls.
func (s *sem) leave(cx *rt.Context, w *waitlist.Waiter, limit uint32) {
	if !w.Listed() {
		return
	}
	s.mu.Lock()
	switch {
	case w.Waits():
		s.queue.Remove(w) // who is behind may want less
	case w.Granted():
		// Without asking whether so much is taken, as give would: it is, but a turn may have run over
		// with it.
		s.word.Add(-uint64(take(w.Tag)))
	}
	w.Clear()
	s.pass(cx, limit)
}

// release subtracts back, a take or an unlock, and reports whether so much was taken. cx is nil outside of
// polls.
func (s *sem) release(cx *rt.Context, back semWord, limit uint32) bool {
	for {
		old := s.load()
		if !old.has(back) {
			return false
		}
		if old&queued != 0 {
			break
		}
		if s.swap(old, old-back) {
			return true
		}
	}
	s.mu.Lock()
	ok := s.give(back)
	s.pass(cx, limit)
	return ok
}

// give is release without granting what is given back to others.
func (s *sem) give(back semWord) bool {
	for {
		old := s.load()
		if !old.has(back) {
			return false
		}
		if s.swap(old, old-back) {
			return true
		}
	}
}

// pass grants to those in the queue what they want, as far as it is there. It is called with
// mu held and releases it.
func (s *sem) pass(cx *rt.Context, limit uint32) {
	var few [4]rt.Waker
	wake := few[:0]
	next := s.load()
	if next&queued != 0 {
		for w := s.queue.First(); w != nil && next.fits(w.Tag, limit); w = s.queue.First() {
			next = next + take(w.Tag)
			wake = append(wake, s.queue.Grant())
		}
		if s.queue.Empty() {
			next &^= queued
		}
		s.word.Store(uint64(next)) // nobody else has changed it, as queued was set
	}
	s.mu.Unlock()
	call(cx, wake)
}

// close refuses everybody who waits, and whoever comes later.
func (s *sem) close() {
	s.mu.Lock()
	for {
		old := s.load()
		if s.swap(old, old&^queued|closed) {
			break
		}
	}
	wake := s.queue.Drop(nil)
	s.mu.Unlock()
	call(nil, wake)
}

// call calls wakers, from inside a poll unless cx is nil.
func call(cx *rt.Context, wakers []rt.Waker) {
	for _, k := range wakers {
		callOne(cx, k)
	}
}

// callOne calls a waker, from inside a poll unless cx is nil.
func callOne(cx *rt.Context, k rt.Waker) {
	if cx != nil {
		cx.Wake(k)
	} else {
		k.Wake()
	}
}
