package rttest

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/sim"
)

// A Trace is what has happened in a run: its polls, in order.
type Trace []Step

// A Step is a poll of a task.
type Step struct {
	Task    int           // 0 is that of the function under test; the others in the order of their first wake
	Name    string        // of the task, or ""
	Time    time.Duration // since the run has begun, on its clock
	Outcome string        // "pending", "yielded", "ended", "panicked" or "exited"
}

var outcomes = map[sim.Outcome]string{
	sim.Pending:  "pending",
	sim.Yielded:  "yielded",
	sim.Ended:    "ended",
	sim.Panicked: "panicked",
	sim.Exited:   "exited",
}

// Hash returns a number that is the same for equal traces, and most probably another one for
// others.
func (t Trace) Hash() uint64 {
	h := fnv.New64a()
	for _, s := range t {
		fmt.Fprintf(h, "%v\n", s)
	}
	return h.Sum64()
}

// String returns a line for each step.
func (t Trace) String() string {
	var b strings.Builder
	for _, s := range t {
		fmt.Fprintf(&b, "%v\n", s)
	}
	return b.String()
}

// String returns the step as in "1.5s task 3 (reader): pending".
func (s Step) String() string {
	name := ""
	if s.Name != "" {
		name = " (" + s.Name + ")"
	}
	return fmt.Sprintf("%v task %d%s: %s", s.Time, s.Task, name, s.Outcome)
}
