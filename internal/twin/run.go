package twin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

// A plan says what happens to the leaves of one run.
type plan struct {
	name     string
	pends    func() int // how often the next leaf pends before it is ready
	spurious bool       // the driver also polls while nothing was woken
	cancelAt int        // the leaf, counted from 1, at which the run ends; 0 for none
}

func always(n int) func() int { return func() int { return n } }

// seeded pends 1 to 3 times, by a sequence that the seed fixes.
func seeded(seed uint64) func() int {
	r := rand.New(rand.NewPCG(seed, seed))
	return func() int { return 1 + r.IntN(3) }
}

// A run is what one execution of a program leaves behind, and the plan it follows.
type run struct {
	plan plan

	// driven: the driver wakes waiting leaves, one step after the other. Otherwise a leaf
	// that pends wakes its task at once, as an executor needs it.
	driven bool
	// plain: this is the plain function's run, in which the leaf plan.cancelAt ends the goroutine.
	plain bool

	mu      sync.Mutex // programs may start goroutines; guards what follows
	trace   []string
	started int     // leaves so far
	waiting []*leaf // leaves that pend, in the order of their first poll
	faults  []string
	// cancelling: the driver is inside the machine's Cancel, in which every child must
	// be cancelled before a deferred call runs.
	cancelling bool
	cancelled  bool // the driver has called Cancel
}

// current is the run that leaves and traces belong to. It is never nil: a program outside
// of any comparison runs with leaves that pend once.
var current atomic.Pointer[run]

func init() { current.Store(&run{plan: plan{pends: always(1)}}) }

// oneWorker makes one with a single worker the default runtime, which spawned tasks of the functions run
// on: these share variables without locks and trace what they do, and the order of the tasks is that in which
// they are woken then.
var oneWorker = sync.OnceFunc(func() { rt.SetDefault(rt.New(rt.Options{Name: "default", Workers: 1})) })

// begin makes a new run the current one.
func begin(p plan) *run {
	oneWorker()
	r := &run{plan: p}
	current.Store(r)
	return r
}

func (r *run) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// start counts a leaf and says how often it pends, and whether it is the one at which the
// run is to end.
func (r *run) start() (pends int, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started++
	last = r.started == r.plan.cancelAt
	pends = r.plan.pends()
	if last {
		pends = max(pends, 1)
	}
	return pends, last
}

// wait and unwait keep the set of leaves that pend. If wait is false nobody will wake the
// leaf but itself: there is no driver, or a cancel has left something to do for a task.
func (r *run) wait(l *leaf) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancelled {
		return false
	}
	if !slices.Contains(r.waiting, l) {
		r.waiting = append(r.waiting, l)
	}
	return r.driven
}

func (r *run) unwait(l *leaf) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = slices.DeleteFunc(r.waiting, func(w *leaf) bool { return w == l })
}

// snapshot returns the waiting leaves and whether the leaf at which the run is to end is
// among them.
func (r *run) snapshot() (waiting []*leaf, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last = slices.ContainsFunc(r.waiting, func(l *leaf) bool { return l.last })
	return slices.Clone(r.waiting), last
}

// Log appends its operands, formatted as by [fmt.Sprint] with spaces between all of them,
// to the trace of the current run. It is goroutine-safe.
func Log(args ...any) {
	line := fmt.Sprintln(args...)
	r := current.Load()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trace = append(r.trace, line[:len(line)-1])
	if r.cancelling && len(r.waiting) > 0 {
		r.faults = append(r.faults, "user code runs in Cancel before the awaited child was cancelled: "+line[:len(line)-1])
	}
}

// Tr logs name and returns v: a call whose place in the order of evaluation shows.
func Tr[T any](name string, v T) T {
	Log(name)
	return v
}

// Trace returns a copy of the trace of the current run. It is goroutine-safe.
func Trace() []string {
	r := current.Load()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.trace)
}
