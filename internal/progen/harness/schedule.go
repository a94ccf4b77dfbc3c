package harness

import "runtime"

// A schedule says how often the n-th await of a run pends. The zero schedule never does.
type schedule struct {
	seed uint64 // not 0: each await pends one to three times
	only int    // not 0: the await of this number pends once, those after it as seed says
}

// pends gives the number of polls that the n-th await of the run answers with pending.
func (s schedule) pends(n int) int {
	switch {
	case n == s.only:
		return 1
	case n < s.only || s.seed == 0:
		return 0
	}
	return 1 + int(mix(s.seed+uint64(n))%3)
}

// mix spreads the bits of x (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// nextAwait counts an await that begins and tells how often it pends. Nobody cancels a task,
// so the awaits in one have numbers of their own, which no schedule singles out.
func (s *state) nextAwait() int {
	if s.inTask > 0 {
		s.taskAwaits++
		return schedule{seed: s.schedule.seed}.pends(s.taskAwaits)
	}
	s.awaits++
	if s.awaits == s.schedule.only {
		s.reached, s.blocks = true, blocks()
	}
	return s.schedule.pends(s.awaits)
}

// blocks reports whether a leaf that is polled blocks its goroutine if it pends: it is in a deferred call
// that runtime.Goexit has begun.
func blocks() bool {
	pcs := make([]uintptr, 1024)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.Goexit" {
			return true
		}
		if !more {
			return false
		}
	}
}
