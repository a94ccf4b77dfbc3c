package inside

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// A signal is what a future shares with a thread that completes it. The thread does not know
// when it will be asked, and the future not when it will be answered, so both sides are under
// a lock: either the thread finds the waker, or the future finds that the signal was given.
type signal struct {
	mu    sync.Mutex
	given bool
	waker rt.Waker // of the last poll that came too early
}

// give is the thread's side.
func (s *signal) give() {
	s.mu.Lock()
	s.given = true
	w := s.waker
	s.waker = rt.Waker{}
	s.mu.Unlock()
	w.Wake() // not under the lock: who is woken may poll at once, and the zero Waker does nothing
}

// poll is the future's side: it reports whether the signal was given, and if not, leaves a
// waker. That of an earlier poll is replaced, since the future may have moved to another task.
func (s *signal) poll(w rt.Waker) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.given {
		s.waker = w
	}
	return s.given
}

// forget makes sure that nobody is woken any more.
func (s *signal) forget() {
	s.mu.Lock()
	s.waker = rt.Waker{}
	s.mu.Unlock()
}
