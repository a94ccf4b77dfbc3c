package inside

import (
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

// An Executor runs many futures on one goroutine. It has a queue of the tasks that should be
// polled, and that is all that it knows: a task that waits is in nobody's list, but held by the
// waker that its future has left somewhere.
type Executor struct {
	mu    sync.Mutex
	more  sync.Cond // the queue has a task, or none are left
	queue []*task
	live  int
}

// NewExecutor makes an Executor without tasks.
func NewExecutor() *Executor {
	ex := new(Executor)
	ex.more.L = &ex.mu
	return ex
}

// A task is a future with what its waker does: it puts the task into the queue.
type task struct {
	ex     *Executor
	future rt.Future[struct{}] // nil when it has ended
	cx     *rt.Context
	queued atomic.Bool // it is in the queue, so that a wake has nothing to do
}

// Spawn adds a future, which is polled for the first time in Run.
func (ex *Executor) Spawn(f rt.Future[struct{}]) {
	t := &task{ex: ex, future: f}
	t.cx = rt.NewContext(rt.NewWaker(t.schedule))
	ex.mu.Lock()
	ex.live++
	ex.mu.Unlock()
	t.schedule()
}

// schedule puts the task into the queue, once. Any thread may call it, at any time.
func (t *task) schedule() {
	if t.queued.Swap(true) {
		return
	}
	t.ex.mu.Lock()
	t.ex.queue = append(t.ex.queue, t)
	t.ex.mu.Unlock()
	t.ex.more.Signal()
}

// Run polls tasks until all have ended. It sleeps while none is in the queue.
func (ex *Executor) Run() {
	for t := ex.next(); t != nil; t = ex.next() {
		// Before the poll, not after it: a wake that comes meanwhile must queue the task again.
		t.queued.Store(false)
		if t.future == nil {
			continue // somebody woke it although it has ended, which is allowed
		}
		if t.future.Poll(t.cx).Ready {
			t.future = nil
			ex.mu.Lock()
			ex.live--
			ex.mu.Unlock()
		}
	}
}

// next takes the first task out of the queue; nil if no task is left that could get there.
func (ex *Executor) next() *task {
	ex.mu.Lock()
	defer ex.mu.Unlock()
	for len(ex.queue) == 0 && ex.live > 0 {
		ex.more.Wait()
	}
	if ex.live == 0 {
		return nil
	}
	t := ex.queue[0]
	ex.queue = ex.queue[1:]
	return t
}
