package rttest

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/asyncgen/asyncgen/rt/internal/sim"
)

// A policy makes the choices of one run, all of them from its seed.
//
// Half of the seeds poll whichever queued task they draw. That finds what goes wrong in many
// orders, but seldom what needs one task to be late all the time, while others make many
// steps. The other half give each task a priority and always poll the one that has most, and
// at a few points of the run that task drops behind all others. An error that needs d such
// points has a good chance of being found, independently of how long the run is otherwise:
// Burckhardt, Kothari, Musuvathi and Nagarakatte, A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs, 2010.
//
// A task also gives way only where an operation has to wait or the budget of a poll is used
// up. So three quarters of the seeds have small budgets now and then, as if the operation
// had to wait.
type policy struct {
	random  *rand.Rand
	tight   bool // some budgets are small
	ranked  bool // by priorities
	drops   []int
	highest map[int]uint64 // priorities, by task
	lowest  uint64         // the next one that is below all others
	polls   int

	trace Trace
}

// largeBudget is what polls have outside of simulations.
const largeBudget = 128

func newPolicy(seed uint64) *policy {
	// The stream is not that of Context.Random, which has the same seed.
	p := &policy{random: rand.New(rand.NewPCG(seed, 1)), lowest: math.MaxUint64 / 2}
	p.tight = p.random.IntN(4) > 0
	if p.ranked = p.random.IntN(2) == 0; p.ranked {
		p.highest = map[int]uint64{}
		// How long the run will be is not known. Short ones are as likely as long ones.
		length := 8 << p.random.IntN(10)
		for range p.random.IntN(4) {
			p.drops = append(p.drops, p.random.IntN(length))
		}
	}
	return p
}

func (p *policy) Pick(ready []int) int {
	if !p.ranked {
		return p.random.IntN(len(ready))
	}
	for _, task := range ready {
		if _, known := p.highest[task]; !known {
			p.highest[task] = math.MaxUint64/2 + p.random.Uint64N(math.MaxUint64/2)
		}
	}
	if slices.Contains(p.drops, p.polls) {
		p.drop(ready[p.first(ready)])
	}
	return p.first(ready)
}

// first returns the index of the task with the highest priority.
func (p *policy) first(ready []int) int {
	best := 0
	for i, task := range ready {
		if p.highest[task] > p.highest[ready[best]] {
			best = i
		}
	}
	return best
}

// drop puts a task behind all others.
func (p *policy) drop(task int) {
	p.lowest--
	p.highest[task] = p.lowest
}

func (p *policy) Budget() int32 {
	if p.tight && p.random.IntN(3) == 0 {
		return 1 + p.random.Int32N(3)
	}
	return largeBudget
}

func (p *policy) Polled(e sim.Event) {
	p.polls++
	p.trace = append(p.trace, Step{e.Task, e.Name, e.Time, outcomes[e.Outcome]})
	if p.ranked && e.Outcome == sim.Yielded {
		// It asks for others to go first, who might never be polled otherwise.
		p.drop(e.Task)
	}
}
