package rt

import "errors"

// A Stream begins the machine of a stream, a generator that awaits. Its Next and Stop are
// futures, but not of their own: they are the stream, seen in another way, so that to ask for
// an element allocates nothing. What was asked for is noted here.
//
// Users of a stream need the methods Next, Stop and Cancel of its machine alone. All others
// are there for generated code. As for any future, one owner calls them, one at a time.
type Stream struct {
	Gen
	asked    bool // Next was called, and its future is not ready
	pending  bool // that future was polled
	stopping bool // the future of Stop was polled
}

// ErrEnd is the error of the future of a stream's Next when there are no more elements. Its
// Await returns false then, and [Await] the error.
var ErrEnd = errors.New("rt: no more elements in the stream")

// End returns the Poll of a stream that has no more elements.
func End[T any]() Poll[T] { return Fail[T](ErrEnd) }

// A Pair is an element of a stream with two values.
type Pair[K, V any] struct {
	Key   K
	Value V
}

// Ask is a call of Next.
func (s *Stream) Ask() { s.asked = true }

// Asked panics if the future of Next is polled although it was ready.
func (s *Stream) Asked(name string) {
	if !s.asked {
		panic(Completed(name))
	}
}

// Answer notes what a poll of the future of Next has come to.
func (s *Stream) Answer(ready bool) { s.asked, s.pending = !ready, !ready }

// Withdraw is a cancel of the future of Next. It reports whether the stream has to be
// canceled, because it waits for the sake of that future.
func (s *Stream) Withdraw() (waits bool) {
	waits = s.pending
	s.asked, s.pending = false, false
	return waits
}

// BeginStop is a poll of the future of Stop.
func (s *Stream) BeginStop() {
	if !s.stopping {
		s.stopping = true
		s.Leave()
	}
}
