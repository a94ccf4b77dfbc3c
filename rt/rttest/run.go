package rttest

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/internal/sim"
)

const (
	// maxPolls is when a run is taken to be one that never ends.
	maxPolls = 1_000_000
	// lastSteps is how much of the trace of a failed run is shown.
	lastSteps = 20
	// seedVariable is the environment variable that has Seeds run one seed only.
	seedVariable = "RTTEST_SEED"
)

// Run polls the future that f returns, and the tasks that are spawned by it, in an order that
// depends on seed, until it is ready. So does everything else that could go one way or the
// other in a runtime; the same seed gives the same run. Time is virtual: it begins at the
// start of the year 2000, stands still while any task can go on, and jumps to the next timer
// otherwise. [rt.Blocking] calls its function at once, in the poll.
//
// The test fails if it is made to fail in the run, if the future ends with an error or panics,
// if a task panics that nobody waits for, and if the future never ends: because all tasks wait
// for each other, where Run says for what, or because they go on without end. When the future
// is ready the tasks that are left are canceled. Then the test also fails if one of them does
// not end, or if timers are left.
//
// Nothing must come from outside: there are no descriptors, and a task must not be woken by
// another goroutine, which would come at a random time. The test fails if a task is that waits.
//
// Run returns the polls that it has made. Failures are reported by t.Errorf, with the seed.
// Any number of runs may be under way at once.
func Run[F rt.Future[T], T any](t testing.TB, seed uint64, f func() F) Trace {
	t.Helper()
	trace, _ := run(t, seed, f)
	return trace
}

// Seeds calls [Run] with the seeds 1 to n, until one fails. If the environment variable
// RTTEST_SEED is set, it runs that seed only.
func Seeds[F rt.Future[T], T any](t testing.TB, n int, f func() F) {
	t.Helper()
	if text := os.Getenv(seedVariable); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("rttest: %s=%s is not a seed", seedVariable, text)
		}
		run(t, seed, f)
		return
	}
	for seed := range uint64(n) {
		if _, ok := run(t, seed+1, f); !ok {
			return
		}
	}
}

// run is Run; it also reports whether the seed has not made the test fail.
func run[F rt.Future[T], T any](t testing.TB, seed uint64, f func() F) (_ Trace, ok bool) {
	t.Helper()
	policy := newPolicy(seed)
	world := sim.New(t.Name(), seed, policy)
	r := world.Runtime().(*rt.Runtime)
	failedBefore := t.Failed()
	var root *rt.Task[T]
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }

	why := world.Drive(func() {
		root = rt.SpawnOn(r, rt.Future[T](&starter[T]{start: func() rt.Future[T] { return f() }}))
		root.SetName("test")
	}, func() bool {
		return !root.Done() && len(policy.trace) < maxPolls && (failedBefore || !t.Failed())
	})
	switch {
	case why == sim.Blocked:
		fault("a poll blocks its goroutine:\n%s", stacks())
	case why == sim.Stuck:
		fault("deadlock: no task can go on\n%s", dump(r))
	case root.Done():
		outcome(t, root, fault)
	case len(policy.trace) >= maxPolls:
		fault("there is no end after %d polls\n%s", maxPolls, dump(r))
	}
	if why != sim.Blocked {
		tearDown(world, r, policy, fault)
	}
	if why := world.Intruder(); why != "" {
		fault("a task was woken by a goroutine that is not part of the run:\n%s", why)
	}
	for _, lost := range world.Lost() {
		fault("task %d (%s) panicked, and nobody waits for it: %s", lost.Task, lost.Name, explain(lost.Err))
	}

	ok = len(faults) == 0 && (failedBefore || !t.Failed())
	if !ok {
		report(t, seed, faults, policy.trace)
	}
	return policy.trace, ok
}

// outcome reports how the function under test has ended if it is not to end like that.
func outcome[T any](t testing.TB, root *rt.Task[T], fault func(string, ...any)) {
	_, err := root.Await()
	if err != nil && !(err == rt.ErrGoexit && (t.Failed() || t.Skipped())) {
		fault("%s", explain(err))
	}
}

// tearDown ends what the run has left.
func tearDown(world sim.World, r *rt.Runtime, policy *policy, fault func(string, ...any)) {
	limit := len(policy.trace) + maxPolls
	world.Drive(world.Cancel, func() bool { return world.Tasks() > 0 && len(policy.trace) < limit })
	if n := world.Tasks(); n > 0 {
		fault("%d tasks do not end although they are canceled\n%s", n, dump(r))
	}
	if n := world.Timers(); n > 0 {
		fault("%d timers are left", n)
	}
}

// report says what is wrong, and how to see it again.
func report(t testing.TB, seed uint64, faults []string, trace Trace) {
	t.Helper()
	last := trace[max(0, len(trace)-lastSteps):]
	t.Errorf("rttest: failed with seed %d (to repeat: %s=%d go test -run '^%s$')\n%s\nthe last of %d polls:\n%v",
		seed, seedVariable, seed, strings.ReplaceAll(t.Name(), "/", "$/^"), strings.Join(faults, "\n"), len(trace), last)
}

// explain returns the text of an error; that of a panic with its stack and await chain.
func explain(err error) string { return fmt.Sprintf("%+v", err) }

func dump(r *rt.Runtime) string {
	var b strings.Builder
	r.Dump(&b)
	return b.String()
}

// A starter is a future that makes another at its first poll, so that what happens meanwhile
// is part of the run.
type starter[T any] struct {
	rt.Pin
	start  func() rt.Future[T] // nil once it was polled or canceled
	future rt.Future[T]
}

func (s *starter[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if start := s.start; start != nil {
		s.start = nil
		s.future = start()
	}
	return s.future.Poll(cx)
}

func (s *starter[T]) Cancel() {
	s.start = nil
	if s.future != nil {
		s.future.Cancel()
	}
}

func (s *starter[T]) Where(w *rt.Where) {
	if l, ok := s.future.(interface{ Where(*rt.Where) }); ok {
		l.Where(w)
	}
}

// stacks returns those of all goroutines.
func stacks() string {
	buf := make([]byte, 1<<16)
	return string(buf[:runtime.Stack(buf, true)])
}
