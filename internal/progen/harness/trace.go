package harness

import (
	"fmt"
	"runtime"
	"strings"
)

// fuelAtStart is how many ticks one run may spend. It bounds the length of a trace, and
// is far more than what a typical function uses.
const fuelAtStart = 1200

// run is the state of the run in progress. [capture] replaces it as a whole.
var run state

// state is everything that one run of one function accumulates.
type state struct {
	events []string
	fuel   int
	args   []any // values shown when the run is over, see [KeepArgs]
	result string

	// exhausted is set when fuel ran out.
	exhausted bool

	// exitAt is the number of the await at which the plain function calls
	// runtime.Goexit; 0 if it never does.
	exitAt int
	// exits counts the calls of runtime.Goexit, that one and those of the program.
	exits int
	// awaits counts the awaits of leaf futures that have begun.
	awaits int

	// reached is set when an await pends at which the machine is to be cancelled.
	reached bool
	// blocks is set with it if that await blocks the goroutine.
	blocks bool

	// tasks says that something was spawned, and inTask how many bodies of tasks are under
	// way, one in another. Awaits in tasks are counted apart.
	tasks      bool
	inTask     int
	taskAwaits int

	schedule schedule
	// spurious is set while the runner polls without having been woken.
	spurious bool
	// open counts the leaf futures that have been polled and are neither done nor cancelled.
	open int
}

// event appends to the trace.
func event(format string, args ...any) {
	run.events = append(run.events, fmt.Sprintf(format, args...))
}

// Tick spends one unit of fuel, and ends the goroutine when none is left.
func Tick() {
	run.fuel--
	if run.fuel < 0 {
		run.exhausted = true
		runtime.Goexit()
	}
}

// T records that name was reached, with the values as they are now.
func T(name string, vals ...any) {
	run.spend()
	text := name
	for _, v := range vals {
		text += " " + Show(v)
	}
	run.events = append(run.events, text)
}

// V is a call that can be seen: it records name and v, and yields v.
func V[T any](name string, v T) T {
	run.spend()
	event("%s=%s", name, Show(v))
	return v
}

// Nop does nothing. It is what go statements call, so that the evaluation of their
// operands is tested and no two goroutines write the trace.
func Nop(...any) {}

// Exit ends the goroutine, as t.FailNow does.
func Exit(name string) {
	run.exits++
	event("%s exits", name)
	runtime.Goexit()
}

// Recover calls recover and records what it gave: directly deferred it recovers, called
// by a deferred function it does not.
func Recover(name string) {
	event("%s recovered %s", name, showPanic(recover()))
}

// A Catcher has methods that recover when a defer statement calls them directly.
type Catcher struct{ Name string }

// Catch recovers, through a value receiver.
func (c Catcher) Catch() { event("%s caught %s", c.Name, showPanic(recover())) }

// CatchPtr recovers, through a pointer receiver, and fails on a nil one before it does.
func (c *Catcher) CatchPtr(n int) {
	name := c.Name
	event("%s caught %s %d", name, showPanic(recover()), n)
}

// Panicked records a value that a deferred literal recovered.
func Panicked(name string, v any) { event("%s got %s", name, showPanic(v)) }

// Source gives a closed channel that holds vals, so that receiving never waits.
func Source(vals ...int) <-chan int {
	c := make(chan int, len(vals))
	for _, v := range vals {
		c <- v
	}
	close(c)
	return c
}

// Sink gives a channel with room for whatever a run can send.
func Sink() chan int { return make(chan int, 2*fuelAtStart) }

// Holding gives a channel that holds v.
func Holding[T any](v T) chan T {
	c := make(chan T, 1)
	c <- v
	return c
}

// Closed gives a channel on which a send panics.
func Closed() chan int {
	c := make(chan int)
	close(c)
	return c
}

// spend is a cheaper Tick for events: it ends runs that trace without looping.
func (s *state) spend() {
	if len(s.events) > 4*fuelAtStart {
		s.exhausted = true
		runtime.Goexit()
	}
}

// showPanic is the text of a recovered value, with a mark on runtime errors.
func showPanic(v any) string {
	if v == nil {
		return "nothing"
	}
	if err, ok := v.(runtime.Error); ok {
		return "runtime error " + message(err)
	}
	return Show(v)
}

// message is the text of an error. The two forms of a program are compiled as two packages, whose
// paths some texts contain.
func message(err error) string {
	return strings.NewReplacer("/oracle/", "/", "/twin/", "/").Replace(err.Error())
}
