package rt

import (
	"runtime"
	"sync"
)

// A driverSet knows which goroutines drive the workers of a runtime, those included that have lost
// theirs and are still in the poll that they lost it for. It is asked only by [Runtime.Shutdown],
// which would wait for ever for a task that waits for it.
//
// Go does not tell a goroutine who it is, but for the first line of its stack trace, whose form
// has been the same since Go 1. It is read once for each driver, of which there are few.
type driverSet struct {
	mu  sync.Mutex
	ids map[uint64]struct{} // guarded by mu
}

// enter notes the calling goroutine until leave is called, by whomever.
func (s *driverSet) enter() (leave func()) {
	id := goroutineID()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[uint64]struct{}{}
	}
	s.ids[id] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.ids, id)
	}
}

// calling reports whether the calling goroutine is one of them.
func (s *driverSet) calling() bool {
	id := goroutineID()
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.ids[id]
	return ok
}

// goroutineID returns the number of the calling goroutine, which no other has ever had.
func goroutineID() (id uint64) {
	var buf [64]byte
	n := runtime.Stack(buf[:], false) // "goroutine 7 [running]:"
	for _, c := range buf[len("goroutine "):n] {
		if c < '0' || c > '9' {
			break
		}
		id = 10*id + uint64(c-'0')
	}
	return id
}
