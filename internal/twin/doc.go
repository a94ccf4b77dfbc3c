// Package twin is what tests of generated code link against. It holds a plain function
// and its async twin to the one sentence that defines the compiler: for every input both
// do the same, in the same order.
//
// # Leaves
//
// A test program awaits leaf futures of this package: [Later] (a value), [Fails] (a value
// and an error), [Err] (an error), [Tick] (nothing), [Two] (several values), [Do]
// (something happens during the await). In plain code, their Await does its effect and
// returns. Polled by a machine, a leaf pends first, as often as the plan of the
// current run says, and is then woken by the driver.
//
// A leaf also polices the contract of futures: that it is not moved after its first poll,
// not polled after it was done, polled with a waker that reaches the driver's latest one,
// and cancelled rather than dropped. What it finds are the faults of the run.
//
// # Observations
//
// [Log] and [Tr] write to the trace of the current run. The trace, the results, the text
// of a panic and whether the goroutine was ended by [runtime.Goexit] together are the
// [Outcome] of a run.
//
// # Comparison
//
// [Check] runs the plain function once and its twin under many plans: every leaf ready at
// once; every leaf pending once, with spurious polls in between and a new waker for each;
// one to three times from a seed; through the twin's Await on the default runtime. All
// outcomes have to be the plain one's.
//
// Then it cancels. Cancelling a machine means [runtime.Goexit] at the await where it
// stands, so the plain function can say what has to happen: it runs again, and its n-th
// leaf calls Goexit instead of returning. The twin runs until its n-th leaf pends, is
// cancelled there, and must have the same trace. That shows at once that deferred
// calls run, once, in order, with a nil recover; the set of waiting leaves, which must be
// empty afterwards, shows that nothing is left behind.
//
// There is one run at a time in a process: the trace and the plan are
// package-level state, since leaves can be reached from anywhere in a program.
package twin
