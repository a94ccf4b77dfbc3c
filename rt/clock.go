package rt

import (
	"math"
	"time"
)

// clockBase is the origin of all times inside the package, which are nanoseconds since then.
// Of the system's clock only the monotonic reading counts, so that nobody who sets the time of
// day makes timers late.
var clockBase = time.Now()

// now reads the system's clock. It is for what concerns the process rather than the program: how
// long a worker has not let others run.
func now() int64 { return int64(time.Since(clockBase)) }

// now reads the clock of the runtime, which all timers go by.
func (r *Runtime) now() int64 {
	if r.sim != nil {
		return r.sim.clock.Load()
	}
	return now()
}

// Now returns the time on the clock of [Default]. In an annotated function it is that of the
// runtime that polls, which differs in tests with a simulated clock.
func Now() time.Time { return Default().Now() }

// Now returns the time on the runtime's clock, which is the system's unless a test has made
// another.
func (r *Runtime) Now() time.Time {
	if r.sim != nil {
		return wallBase.Add(time.Duration(r.now())).UTC()
	}
	return time.Now()
}

// wallBase is clockBase as a time of day.
var wallBase = clockBase.Round(0)

// sinceBase returns how long t is after clockBase, at most the ends of time; wall says that it
// is a time of day, without a monotonic reading, as one is that was parsed.
func sinceBase(t time.Time) (span time.Duration, wall bool) {
	return t.Sub(clockBase), t == t.Round(0)
}

// instant turns what sinceBase has said of a time into one of the runtime's clock. A time of day
// is as far away as it is at the moment, whatever has been done to the system's clock since
// the process started.
func (r *Runtime) instant(span time.Duration, wall bool) int64 {
	if !wall {
		return int64(span)
	}
	steps := r.Now().Round(0).Sub(wallBase) - time.Duration(r.now()) // of who has set the clock
	return later(int64(span), -steps)
}

// later returns the time d after t, at most the ends of time.
func later(t int64, d time.Duration) int64 {
	sum := t + int64(d)
	switch {
	case d > 0 && sum < t:
		return math.MaxInt64
	case d < 0 && sum > t:
		return math.MinInt64
	}
	return sum
}
