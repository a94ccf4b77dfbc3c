package rt

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt/internal/runq"
)

// A header is the part of a task that does not depend on the type of its result. It knows
// how the task's state changes and what must happen then, and of the executor only that it
// can be told of two things.
type header struct {
	state stateWord
	// mu guards waiter and more.
	mu sync.Mutex
	// node is the task's place in the inbox of a worker. It is used only by whoever has just
	// moved state to scheduled, so never twice at once.
	node runq.Node[*header]
	// body is the task as its future sees it. Only who has set running calls its methods.
	body body
	exec executor
	// prev and next link the unfinished tasks of a runtime; see taskList.
	prev, next *header
	// home notes what cancels within the task have left to do; nil until there is a deferred
	// call. Only who has set running looks at it.
	home *cleanups
	// cleanup: the task is a cleanup itself, which nothing cancels. Constant.
	cleanup bool
	// waiter and more are the wakers of those who wait for the result. There is seldom more
	// than one, but a handle may be shared.
	waiter Waker
	more   *[]Waker
	name   atomic.Pointer[string]
}

// A body is a task's future, without its type.
type body interface {
	// poll polls the future, keeps the result if there is one, and reports whether there is.
	poll(cx *Context) (ready bool)
	// cancel cancels the future and makes [ErrCanceled] the result. It is false if there is
	// something left to do for the task, in polls.
	cancel() (isDone bool)
	// abandon lets go of the future without touching it and makes err the result.
	abandon(err error)
	// where asks the future where it stands.
	where(w *Where)
}

// An executor is told of what happens to a task.
type executor interface {
	// schedule takes a task that was just moved to scheduled, to be stepped soon. It may be
	// called by any goroutine.
	schedule(*header)
	// forget is called once when the task is done.
	forget(*header)
}

// init readies the header of a new task, which is scheduled.
func (h *header) init(b body, exec executor) {
	h.node.Value = h
	h.body = b
	h.exec = exec
	h.state.bits.Store(uint32(scheduled))
}

// wake is what a task's waker does.
func (h *header) wake() {
	if h.state.wake() {
		h.exec.schedule(h)
	}
}

// requestCancel has the task canceled as soon as it is not being polled.
func (h *header) requestCancel() {
	if h.state.cancel() {
		h.exec.schedule(h)
	}
}

// requestStop has the task polled with the news that it is to stop.
func (h *header) requestStop() {
	if h.state.stop() {
		h.exec.schedule(h)
	}
}

// A step is the outcome of stepping a task: what its worker has to do.
type step struct {
	done bool  // the task has ended: call announce
	push bool  // queue the task again
	left state // what the step ended in: retaken and detached concern the worker
}

// step polls a task that was taken out of a queue, or cancels it if that was asked for. If
// the future panics, so does step; abandon then ends the task.
func (h *header) step(cx *Context) step {
	s := h.state.begin()
	cx.stopping = s&stopping != 0
	if !s.cancelDue() {
		if s, then := h.poll(cx); then != afterCancel {
			return s
		}
	}
	if h.body.cancel() {
		return h.finish()
	}
	h.state.unwind()
	s2, _ := h.poll(cx)
	return s2
}

// poll polls the future of a running task. It says afterCancel if the task is still running,
// and is to be canceled.
func (h *header) poll(cx *Context) (step, after) {
	if h.body.poll(cx) {
		return h.finish(), afterWait
	}
	old, then := h.state.suspend()
	return step{push: then == afterPush, left: old}, then
}

// abandon ends a task whose step was unwound by a panic or by runtime.Goexit. Its future is
// not touched again.
func (h *header) abandon(err error) step {
	h.body.abandon(err)
	return h.finish()
}

func (h *header) finish() step {
	return step{done: true, left: h.state.finish()}
}

// announce tells the executor and everybody who waits that the task is done. It is apart
// from step because it runs the code of others, which is not the task's.
func (h *header) announce() {
	h.exec.forget(h)
	h.mu.Lock()
	waiter, more := h.waiter, h.more
	h.waiter, h.more = Waker{}, nil
	h.mu.Unlock()
	waiter.Wake()
	if more != nil {
		for _, w := range *more {
			w.Wake()
		}
	}
}

// await reports whether the task is done. If it is not, w is called when it will be.
func (h *header) await(w Waker) (isDone bool) {
	if h.state.load()&done != 0 {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	// Done is set before announce takes the lock: either it is seen here, or announce will
	// see the waker.
	if h.state.load()&done != 0 {
		return true
	}
	h.addWaiter(w)
	return false
}

// addWaiter keeps w unless it is there already. It cannot know whether w replaces the waker
// of an earlier poll or comes from somebody else who waits, so it keeps both: a needless
// wake is harmless.
func (h *header) addWaiter(w Waker) {
	switch {
	case h.waiter == Waker{} || h.waiter.Same(w):
		h.waiter = w
		return
	case h.more == nil:
		h.more = new([]Waker)
	}
	for _, known := range *h.more {
		if known.Same(w) {
			return
		}
	}
	*h.more = append(*h.more, w)
}

// dropWaiter forgets w, which nobody waits with any more.
func (h *header) dropWaiter(w Waker) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waiter.Same(w) {
		h.waiter = Waker{}
	}
	if h.more != nil {
		*h.more = slices.DeleteFunc(*h.more, w.Same)
	}
}
