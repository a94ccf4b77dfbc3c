package rt

import (
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/sim"
)

func init() { sim.New = newSimulation }

// blockedAfter is how long a poll of a simulation may take, in real time. Polls take
// microseconds: only one that will never end takes so long.
const blockedAfter = 10 * time.Second

// A simulation polls the tasks of a runtime in an order that a policy chooses. It is what
// package rttest runs tests with: one goroutine, its driver, makes one step after another, and
// the clock moves, to the next timer, only when no task is queued. So nothing happens at the
// same time as anything else, and all that could happen in different ways is decided by the
// policy.
//
// That holds as long as everything is woken by the driver. A wake by another goroutine
// comes at a time that nobody has chosen: it is not carried out, but ends the simulation.
type simulation struct {
	rt     *Runtime
	policy sim.Policy
	cx     Context
	clock  atomic.Int64 // as (*Runtime).now returns it; set by the driver

	// What follows belongs to the driver.

	ready    []*header // queued tasks, the oldest first
	numbers  []int     // of the tasks in ready
	number   map[*header]int
	count    int             // of numbers given out
	contexts []*contextWatch // that tasks wait for, see wakeEnded
	task     *header         // being stepped: tells a task that panics or exits from a fault of ours
	lost     []sim.Lost

	// entry is where the code of the driver's outermost function begins; see intruding. It is
	// set before the first step.
	entry atomic.Uintptr
	// steps counts polls, for whoever watches whether the driver goes on.
	steps atomic.Uint64
	// halted gets the reason when the driver halts.
	halted chan sim.Halt

	mu       sync.Mutex
	intruder string // the stack of the first wake from outside; guarded by mu
}

// newSimulation makes a simulated runtime, for package rttest.
func newSimulation(name string, seed uint64, policy sim.Policy) sim.World {
	r := &Runtime{name: name, tasks: newTaskList(1)}
	s := &simulation{rt: r, policy: policy, number: map[*header]int{}}
	s.cx = Context{rt: r, random: newChance(seed, 0)}
	s.clock.Store(int64(sim.Epoch.Sub(clockBase)))
	r.sim = s
	r.timers.init(r.now, func() {}) // nobody sleeps
	return s
}

func (s *simulation) Runtime() any { return s.rt }

func (s *simulation) Elapsed() time.Duration {
	return time.Duration(s.clock.Load() - int64(sim.Epoch.Sub(clockBase)))
}

func (s *simulation) Tasks() int {
	count, _ := s.rt.tasks.names(0)
	return count
}

func (s *simulation) Timers() int {
	s.rt.timers.mu.Lock()
	defer s.rt.timers.mu.Unlock()
	return s.rt.timers.heap.Len()
}

func (s *simulation) Cancel() {
	left, _ := s.rt.tasks.close()
	// In the order in which they were spawned, as the list has the newest first.
	for _, h := range slices.Backward(left) {
		h.requestCancel()
	}
}

func (s *simulation) Intruder() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.intruder
}

func (s *simulation) Lost() (lost []sim.Lost) {
	for _, l := range s.lost {
		if !l.Err.(*PanicError).collected.Load() {
			lost = append(lost, l)
		}
	}
	return lost
}

func (s *simulation) Drive(begin func(), more func() bool) sim.Halt {
	s.halted = make(chan sim.Halt, 1)
	go s.drive(begin, more)
	for steps := s.steps.Load(); ; {
		select {
		case why := <-s.halted:
			return why
		case <-time.After(blockedAfter):
			last := steps
			if steps = s.steps.Load(); steps == last {
				return sim.Blocked
			}
		}
	}
}

// drive is the driver's function. If a task calls runtime.Goexit another goroutine goes on.
func (s *simulation) drive(begin func(), more func() bool) {
	s.entry.Store(entry(nil))
	returned := false
	defer func() {
		if !returned {
			go s.drive(func() {}, more)
		}
	}()
	begin()
	why := sim.Asked
	for more() {
		h := s.next()
		if s.Intruder() != "" {
			why = sim.Foreign
			break
		}
		if h == nil {
			why = sim.Stuck
			break
		}
		s.step(h)
	}
	returned = true
	s.halted <- why
}

// help makes steps until b is woken. It is called by the driver, in a poll that blocks its
// goroutine because it cannot do otherwise: nobody else would make them.
func (s *simulation) help(b *blocker) {
	defer func(task *header, cx Context) { s.task, s.cx = task, cx }(s.task, s.cx)
	for s.wakeEnded(); !b.woken.Load(); s.wakeEnded() {
		switch {
		case len(s.ready) > 0:
			s.step(s.take())
		case !s.pass():
			s.halted <- sim.Stuck
			select {} // for nothing that is on the stack can ever go on
		}
	}
}

// next takes out the task to step next, or returns nil if there is none. When nothing is
// queued time passes.
func (s *simulation) next() *header {
	s.wakeEnded()
	for len(s.ready) == 0 {
		if !s.pass() {
			return nil
		}
	}
	return s.take()
}

// pass lets time pass until the next timer, if there is one.
func (s *simulation) pass() bool {
	s.rt.timers.mu.Lock()
	when, ok := s.rt.timers.heap.Next()
	s.rt.timers.mu.Unlock()
	if ok {
		s.clock.Store(max(when, s.clock.Load()))
		s.rt.timers.fire(s.clock.Load(), Waker.Wake)
	}
	return ok
}

// take takes out a queued task, of which there is one.
func (s *simulation) take() *header {
	i := s.policy.Pick(s.numbers)
	h := s.ready[i]
	s.ready = slices.Delete(s.ready, i, i+1)
	s.numbers = slices.Delete(s.numbers, i, i+1)
	return h
}

// step makes one step of a task.
func (s *simulation) step(h *header) {
	defer func() {
		if s.task != nil {
			s.unwound(recover())
		}
	}()
	s.steps.Add(1)
	s.task = h
	s.cx.waker, s.cx.task = Waker{&h.wakeTarget}, h
	s.cx.begin()
	s.cx.budget = s.policy.Budget()
	s.settle(h, h.step(&s.cx), sim.Ended)
}

// settle does what the outcome of a step asks for; end is how the task has ended if it has.
func (s *simulation) settle(h *header, done step, end sim.Outcome) {
	s.task = nil
	e := sim.Event{Task: s.number[h], Name: h.label(), Time: s.Elapsed()}
	switch {
	case done.done:
		e.Outcome = end
		delete(s.number, h)
	case done.push:
		e.Outcome = sim.Yielded
	}
	s.policy.Polled(e)
	if done.push {
		s.push(h)
	}
	if done.done {
		h.announce(&s.cx)
	}
}

// unwound ends the task whose step was unwound; v is what recover has returned. That nobody
// waits for the task does not end the process, as it would elsewhere, but is reported by Lost.
func (s *simulation) unwound(v any) {
	h := s.task
	if !inFlight(v, 1).panicking {
		s.settle(h, h.exit(), sim.Exited)
		return
	}
	e := newPanicError(h, v)
	e.simulated = true
	s.lost = append(s.lost, sim.Lost{Task: s.number[h], Name: h.label(), Err: e})
	s.settle(h, h.abandon(e), sim.Panicked)
}

// schedule queues a task, unless it is woken from outside.
func (s *simulation) schedule(h *header) {
	if s.intruding() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.intruder == "" {
			s.intruder = string(debug.Stack())
		}
		return
	}
	s.push(h)
}

func (s *simulation) push(h *header) {
	n, ok := s.number[h]
	if !ok {
		n = s.count
		s.count++
		s.number[h] = n
	}
	s.ready = append(s.ready, h)
	s.numbers = append(s.numbers, n)
}

// coroutine is where the code of the outermost function of an iter.Pull begins.
var coroutine = sync.OnceValue(func() (pc uintptr) {
	p := PullSeq0(func(yield func() bool) { pc = entry(nil) })
	p.Next()
	return pc
})

// intruding reports whether the caller is not the driver. Goroutines have no identity that Go
// would tell, but their outermost function can be seen. The body of an iterator that a machine
// pulls runs in a coroutine of the driver's, which is taken for it; so is the driver of
// another simulation.
func (s *simulation) intruding() bool {
	var pcs [128]uintptr
	at := entry(pcs[:])
	return at != s.entry.Load() && at != coroutine()
}

// entry returns where the code of the outermost function of the calling goroutine begins. If
// pcs is too short it takes another.
func entry(pcs []uintptr) uintptr {
	pcs = callers(1, pcs)
	// The last one is in runtime.goexit, which is below every goroutine.
	return runtime.FuncForPC(pcs[max(0, len(pcs)-2)] - 1).Entry()
}
