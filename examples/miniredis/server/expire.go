package server

import (
	"math"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/store"
	"github.com/asyncgen/asyncgen/rt"
)

// never is a time that does not come.
const never = math.MaxInt64

// expireBatch is how many keys are removed at a time, before others have their turn.
const expireBatch = 256

// Expire removes keys when they have ended. Nobody would notice if it did not, since commands
// look at the time themselves, but for the memory. It sleeps until the next key ends, or until
// one is to end sooner than that, and it goes on until it is canceled.
//
//async:func
func (s *Server) Expire() error {
	for {
		wait, idle := s.expireSome(rt.Now())
		switch {
		case wait == 0:
			rt.Yield().Await()
		case idle:
			if err := s.sooner.Wait().Await(); err != nil {
				return err
			}
		default:
			r := rt.Select2(rt.Sleep(wait), s.sooner.Wait()).Await()
			if r.A.Err != nil || r.B.Err != nil {
				return nil // the server stops
			}
		}
	}
}

// expireSome removes some of the keys that have ended, and returns how long there is nothing
// more to do; idle if there is nothing at all.
func (s *Server) expireSome(now time.Time) (wait time.Duration, idle bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := now.UnixMilli()
	n := s.store.Expire(ms, expireBatch)
	s.stats.expired += int64(n)
	at, ok := s.store.Next()
	if !ok {
		s.wakeAt = never
		return never, true
	}
	s.wakeAt = at
	if at <= ms {
		return 0, false
	}
	// What is further away than a day is looked at again.
	return time.Duration(min(at-ms, 24*time.Hour.Milliseconds())) * time.Millisecond, false
}

// endAt sets when an entry ends, and tells Expire if that has to look sooner.
func (x *call) endAt(e *store.Entry, at int64) {
	x.db.End(e, at)
	if at < x.srv.wakeAt {
		x.srv.wakeAt = at
		x.srv.sooner.NotifyOne()
	}
}
