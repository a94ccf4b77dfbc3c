package rt

import "math/rand/v2"

// pollBudget is how many operations of leaf futures one poll may complete before it has to
// let others run. It is large enough for the detour through the queue to be lost in the
// cost of the operations themselves.
const pollBudget = 128

// A Context comes with every poll. It carries what a future may need from whoever polls it:
// the waker, the runtime and the operation budget. It is valid during that poll only, and
// belongs to the goroutine that polls.
type Context struct {
	waker     Waker
	rt        *Runtime  // nil until somebody asks: then Default()
	task      *header   // the task that is polled, or nil
	driver    *driver   // what polls the task, or nil
	home      *cleanups // what cancels have left to do, if there is no task; nil until needed
	budget    int32     // operations left in this poll
	unlimited bool      // the budget does not count: contexts made by NewContext
	random    *chance   // nil until somebody asks
	locals    *local    // the innermost value of a TaskLocal, nil if there is none
	// stopping: the task was asked to stop, and its body is being polled, not a deferred call.
	stopping bool
}

// NewContext returns a context for polling by hand, as executors and tests do. It may serve
// any number of polls, one after another. Its runtime is [Default], made when a future first
// needs it, and its budget is without end.
func NewContext(w Waker) *Context {
	return &Context{waker: w, unlimited: true, home: new(cleanups)}
}

// With returns a context like cx with another waker, for futures that poll others and want to
// know which of them was woken. It is valid as long as cx is, and has what is left of the
// budget.
func (cx *Context) With(w Waker) *Context {
	cx.cleanups() // known to both
	inner := *cx
	inner.waker = w
	return &inner
}

// Waker returns the waker that a future has to keep if it returns [Pending].
func (cx *Context) Waker() Waker { return cx.waker }

// Runtime returns the runtime that polls. Leaf futures ask for it at their first poll, and
// stay with it.
func (cx *Context) Runtime() *Runtime {
	if cx.rt == nil {
		cx.rt = Default()
	}
	return cx.rt
}

// Stopped returns an error if the task that is being polled was asked to stop, see
// [(*Task).Stop], otherwise nil. A leaf future that may have to wait for ever asks at each
// poll, before it tries its operation, and fails with the error, or one that wraps it, after
// it has taken back what it has registered; that counts as an operation, see Spend. While a deferred call is being awaited the
// answer is nil, so that it can do its work.
func (cx *Context) Stopped() error {
	if cx.stopping {
		return ErrStopped
	}
	return nil
}

// undisturbed polls a deferred call, which knows nothing of a stop.
func (cx *Context) undisturbed(f deferredFuture) (ready bool) {
	if !cx.stopping {
		return f.poll(cx)
	}
	cx.stopping = false
	defer func() { cx.stopping = true }()
	return f.poll(cx)
}

// Spend takes one operation out of the budget of this poll. Leaf futures call it when they
// could complete at once. False means that the budget is used up: the waker has been called
// already, and the future must return [Pending] without having done the operation. So a task
// that never finds a reason to wait still lets the others run.
func (cx *Context) Spend() bool {
	if cx.budget > 0 {
		cx.budget--
		return true
	}
	return cx.spendMore()
}

// spendMore is what is seldom needed of Spend, which is short enough to be inlined as long as this
// is not.
//
//go:noinline
func (cx *Context) spendMore() bool {
	if !cx.unlimited {
		cx.Wake(cx.waker)
	}
	return cx.unlimited
}

// CanSpend reports whether Spend would be true. Leaf futures that find out and complete in one
// step, under a lock perhaps, ask first, and call Spend when they have completed. If it is
// false they call Spend at once, which wakes, and return [Pending].
func (cx *Context) CanSpend() bool { return cx.budget > 0 || cx.unlimited }

// spend is Spend without the wake, for callers who hold a lock that waking must not see.
func (cx *Context) spend() bool {
	if cx.budget > 0 {
		cx.budget--
		return true
	}
	return cx.unlimited
}

// Wake wakes w, as w.Wake() does, from inside a poll. What it wakes is most often polled by
// the same worker, which need not be told from outside then. Leaf futures that wake others in
// their polls use it; they must not hold a lock that w's owner may want.
func (cx *Context) Wake(w Waker) {
	d := cx.driver
	if d == nil || w.target == nil || w.target.kind != wakeTask {
		w.Wake()
		return
	}
	switch h := w.target.task(); {
	case h == cx.task && d.task == h:
		// The task wakes itself: it gives way. Nobody has to be told, only its worker, when the
		// poll has ended.
		d.yielded = true
	case h.rt != cx.rt:
		h.wake()
	case h.state.wake():
		d.schedule(h)
	}
}

// Random returns a random number, for leaf futures that have to make a fair choice. Whoever
// polls says where it comes from, so that a run can be repeated.
func (cx *Context) Random() uint64 {
	if cx.random == nil {
		cx.random = newChance(rand.Uint64(), rand.Uint64())
	}
	return cx.random.source.Uint64()
}

// A chance is where random choices come from.
type chance struct {
	source rand.PCG
	// coins are random bits that were not used yet, below the highest bit that is set.
	coins uint64
}

func newChance(seed1, seed2 uint64) *chance {
	return &chance{source: *rand.NewPCG(seed1, seed2), coins: 1}
}

// coin returns 0 or 1 at random. A random number is good for 63 of them.
func (cx *Context) coin() int {
	c := cx.random
	if c == nil || c.coins == 1 {
		c = cx.mint()
	}
	coin := c.coins & 1
	c.coins >>= 1
	return int(coin)
}

// mint gets new coins.
func (cx *Context) mint() *chance {
	coins := cx.Random() | 1<<63
	cx.random.coins = coins
	return cx.random
}

// reactor returns the reactor of the worker that polls. Whoever polls on another goroutine uses
// that of the first worker.
func (cx *Context) reactor() *reactor {
	if cx.driver != nil {
		return cx.driver.worker.io
	}
	return cx.Runtime().crew.workers[0].io
}

// begin readies cx for the next poll.
func (cx *Context) begin() { cx.budget = pollBudget }
