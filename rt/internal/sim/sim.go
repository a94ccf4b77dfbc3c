// Package sim is the contract between package rt, which can have its tasks polled in an order
// that somebody else chooses, and package rttest, which chooses.
//
// A simulated runtime has no workers, no reactor and no clock: one goroutine polls its tasks,
// and time passes only when none of them can go on. All that is left to chance is asked of a
// [Policy], so that the same answers give the same run.
package sim

import "time"

// Epoch is when simulated time begins. It is the same in every run, since programs print and
// compare times.
var Epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// A Policy decides what a scheduler may decide as it likes. It is asked by one goroutine at a
// time.
type Policy interface {
	// Pick chooses which task is polled next: it returns an index into ready, the numbers of
	// the tasks that wait for it, in the order in which they were queued. There is at least
	// one. Tasks are numbered from 0 in the order in which they were first queued.
	Pick(ready []int) int
	// Budget returns how many operations the next poll may complete, at least one.
	Budget() int32
	// Polled tells what a poll has come to.
	Polled(Event)
}

// An Event is a poll.
type Event struct {
	Task    int           // number
	Name    string        // of the task, or ""
	Time    time.Duration // since Epoch
	Outcome Outcome
}

// An Outcome is what a poll has come to.
type Outcome uint8

const (
	Pending  Outcome = iota // the task waits for a wake
	Yielded                 // it was woken during the poll, and is queued again
	Ended                   // it has returned or was canceled
	Panicked                // it has ended with a panic
	Exited                  // it has ended with runtime.Goexit
)

// A Halt is why a simulation has halted.
type Halt uint8

const (
	Asked   Halt = iota // the caller wanted no more polls
	Stuck               // nothing is queued and no timer is set: nothing will ever happen
	Blocked             // a poll has blocked its goroutine and does not return
	Foreign             // a task was woken from outside of the simulation
)

// A World is a simulated runtime.
type World interface {
	// Runtime returns the runtime, a *rt.Runtime.
	Runtime() any
	// Drive polls tasks, on a goroutine of its own, until more is false, which is asked before
	// each poll, or nothing can go on. That goroutine calls begin first: what is done to tasks
	// has to be done there.
	Drive(begin func(), more func() bool) Halt
	// Cancel lets no more tasks in, and cancels those that have not ended.
	Cancel()
	// Tasks returns the number of tasks that have not ended.
	Tasks() int
	// Timers returns the number of timers that are set.
	Timers() int
	// Elapsed returns the time since Epoch.
	Elapsed() time.Duration
	// Intruder returns the stack of the goroutine that has woken a task from outside, or "".
	Intruder() string
	// Lost returns the panics that nobody was told of, and makes the caller responsible: the
	// process does not end because of them.
	Lost() []Lost
}

// A Lost is a panic that nobody was told of.
type Lost struct {
	Task int
	Name string
	Err  error // a *rt.PanicError
}

// New makes a runtime; package rt provides it. Whatever leaf operations choose by chance they
// choose by seed.
var New func(name string, seed uint64, policy Policy) World
