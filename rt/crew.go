package rt

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/runq"
)

// A crew is the workers of a runtime, and how they find out about work that one has too much
// of and another too little.
//
// A worker without tasks searches: it takes from the queue that all share, steals from the others,
// and looks at their descriptors. If it finds nothing it rests. Work that appears while some
// rest and nobody searches has one of them summoned, one only: it begins by searching, and when
// it has found something and there is more, it summons the next. So many tasks wake as many
// workers as can help, one after the other, and few tasks wake few.
//
// A task that is the only one to run next wakes nobody: who has woken it is about to wait, and it
// would be stolen only to be woken on another processor. Work for others is what is left in
// the queue when a worker takes the next task.
//
// That nothing is overlooked follows from the order in which each side writes and looks. Who has
// work queues it and then looks whether somebody searches or rests. A worker that finds nothing says
// that it does not search, says that it rests, and then looks at all queues once more. Whoever is
// second sees the other. And a searcher that stops because it has found something looks too, for
// what others have left to it.
type crew struct {
	workers []*worker
	drivers driverSet // of all of them
	// global has the tasks that others than tasks have woken, and what did not fit into the queues
	// of the workers. A worker that is alone does not use it.
	global runq.Global[header]

	// searching is how many workers search, or were summoned to. It is raised from zero by
	// summon, which has one searcher at most.
	searching atomic.Int32
	// resting is the length of rest.
	resting atomic.Int32
	mu      sync.Mutex // guards what follows, and the workers' summoned
	list    []*worker  // those that rest, and were not summoned
	summons uint64     // how often somebody was summoned: each costs a switch of threads

	// keeper is the worker that sleeps until the first timer is due; others sleep without end. It
	// is nil if no worker sleeps, or the keeper has been woken by something else and is awake. A
	// worker that is awake looks at the timers, and becomes the keeper when it rests again.
	keeper atomic.Pointer[worker]
}

// alone reports whether there is only one worker.
func (c *crew) alone() bool { return len(c.workers) == 1 }

// queue takes a task that was woken or spawned by somebody who is not polled by a worker.
func (c *crew) queue(h *header) {
	if c.alone() {
		w := c.workers[0]
		w.inbox.Push(h)
		w.notify()
		return
	}
	c.global.Push(h)
	c.summon()
}

// sooner is called when there is a timer that is due before the keeper is going to wake up.
func (c *crew) sooner() {
	if w := c.keeper.Load(); w != nil {
		w.notify()
	}
}

// summon has a worker that rests search, unless one does.
func (c *crew) summon() {
	if c.resting.Load() == 0 || !c.searching.CompareAndSwap(0, 1) {
		return
	}
	c.mu.Lock()
	n := len(c.list)
	if n == 0 {
		// Nobody rests any more. Who is going to comes after this, and then looks at the queues; who has
		// queued something and was turned away by our search came before.
		c.searching.Add(-1)
		c.mu.Unlock()
		return
	}
	w := c.list[n-1]
	c.list = c.list[:n-1]
	c.resting.Store(int32(n - 1))
	w.summoned = true
	c.summons++
	c.mu.Unlock()
	w.notify()
}

// rest enters w into the list of those that rest, and returns how long it may sleep. It has
// declared that it is parked. If work says afterwards that there is some, it must not sleep.
func (c *crew) rest(w *worker) time.Duration {
	if !c.alone() {
		w.local.Sweep()
		c.mu.Lock()
		c.list = append(c.list, w)
		c.resting.Store(int32(len(c.list)))
		c.mu.Unlock()
	}
	if c.keeper.CompareAndSwap(nil, w) {
		return w.rt.timers.arm()
	}
	return -1
}

// rise takes a worker that is awake again out of the list. If it was summoned it searches.
func (c *crew) rise(w *worker) {
	if c.keeper.Load() == w {
		c.keeper.Store(nil)
	}
	if c.alone() {
		return
	}
	c.mu.Lock()
	if w.summoned {
		w.summoned, w.searching = false, true
	} else {
		for i, other := range c.list {
			if other == w {
				c.list = append(c.list[:i], c.list[i+1:]...)
				break
			}
		}
		c.resting.Store(int32(len(c.list)))
	}
	c.mu.Unlock()
}

// work reports whether there is a task that a worker could take which has none.
func (c *crew) work() bool {
	if c.alone() {
		return false
	}
	if c.global.Len() > 0 {
		return true
	}
	for _, w := range c.workers {
		if w.local.Len() > 0 {
			return true
		}
	}
	return false
}

// beginSearch counts w as searching.
func (c *crew) beginSearch(w *worker) {
	if !w.searching {
		w.searching = true
		c.searching.Add(1)
	}
}

// endSearch ends that, and reports whether nobody searches any more.
func (c *crew) endSearch(w *worker) (last bool) {
	if !w.searching {
		return false
	}
	w.searching = false
	return c.searching.Add(-1) == 0
}

// draw moves w's share of the global queue to its own.
func (c *crew) draw(w *worker) {
	if n := c.global.Len(); n > 0 {
		c.global.Take(min(n/len(c.workers)+1, stealMax), w.push)
	}
}

// stealMax is how many tasks a worker takes at once.
const stealMax = 128

// share is called by a worker that is about to poll a task. If it leaves others in its queue,
// somebody may help.
func (w *worker) share() {
	c := &w.rt.crew
	if w.searching {
		if c.endSearch(w) && c.work() {
			c.summon()
		}
		return
	}
	if c.resting.Load() > 0 && c.searching.Load() == 0 && w.local.Len() > 0 {
		c.summon()
	}
}

// searchRounds is how often a searcher asks everybody: a queue may be refilled behind it.
const searchRounds = 2

// search looks for tasks, and reports whether w has some now. It is idle before.
func (w *worker) search() bool {
	c := &w.rt.crew
	c.beginSearch(w)
	for range searchRounds {
		if c.draw(w); !w.idle() {
			return true
		}
		if w.searchOthers((*worker).steal) {
			return true
		}
	}
	return w.searchOthers((*worker).stealWoken) || w.searchOthers((*worker).stealEvents)
}

// searchOthers calls how for the other workers, beginning with any of them, until w has a task.
func (w *worker) searchOthers(how func(w, from *worker)) bool {
	all := w.rt.crew.workers
	start := rand.IntN(len(all))
	for i := range all {
		from := all[(start+i)%len(all)]
		if from == w {
			continue
		}
		if how(w, from); !w.idle() {
			return true
		}
	}
	return false
}

// steal takes half of another worker's queue.
func (w *worker) steal(from *worker) { w.slot = w.local.Steal(from.local) }

// stealWoken takes what was woken by the task that another worker polls. It is the last thing to
// take: the worker would most likely come to it at once.
func (w *worker) stealWoken(from *worker) {
	w.empty(&from.inbox)
}

// stealEvents looks at the descriptors of another worker, which may be busy with a long poll.
func (w *worker) stealEvents(from *worker) {
	if from.io.watches() {
		// If the poller is broken its owner is going to find out.
		_, _ = from.io.wait(0, w)
	}
}
