package rt

// pollBudget is how many operations of leaf futures one poll may complete before it has to
// let others run. It is large enough for the detour through the queue to be lost in the
// cost of the operations themselves.
const pollBudget = 128

// A Context comes with every poll. It carries what a future may need from whoever polls it:
// the waker, the runtime and the operation budget. It is valid during that poll only, and
// belongs to the goroutine that polls.
type Context struct {
	waker     Waker
	rt        *Runtime // nil until somebody asks: then Default()
	budget    int32    // operations left in this poll
	unlimited bool     // the budget does not count: contexts made by NewContext
}

// NewContext returns a context for polling by hand, as executors and tests do. It may serve
// any number of polls, one after another. Its runtime is [Default], made when a future first
// needs it, and its budget is without end.
func NewContext(w Waker) *Context {
	return &Context{waker: w, unlimited: true}
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

// Spend takes one operation out of the budget of this poll. Leaf futures call it when they
// could complete at once. False means that the budget is used up: the waker has been called
// already, and the future must return [Pending] without having done the operation. So a task
// that never finds a reason to wait still lets the others run.
func (cx *Context) Spend() bool {
	if cx.spend() {
		return true
	}
	cx.waker.Wake()
	return false
}

// spend is Spend without the wake, for callers who hold a lock that waking must not see.
func (cx *Context) spend() bool {
	if cx.budget > 0 {
		cx.budget--
		return true
	}
	return cx.unlimited
}

// reactor returns the reactor of the runtime that polls.
func (cx *Context) reactor() *reactor { return cx.Runtime().io }

// begin readies cx for the next poll.
func (cx *Context) begin() { cx.budget = pollBudget }
