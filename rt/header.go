package rt

import (
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt/internal/runq"
)

// A header is the part of a task that does not depend on the type of its result. It knows
// how the task's state changes and what must happen then.
//
// A server has as many of them as it has connections, most of which wait. So what a task
// seldom has is not here but in its extra.
type header struct {
	wakeTarget // first, so that a pointer to it is one to the header
	// spawned is about when the task was spawned, in ticks since clockBase. Constant.
	spawned uint32
	// polled is about when it was last polled. Only who has set running may look.
	polled uint32
	// link is the task's place in a queue. It is used only by whoever has just moved state to
	// scheduled, so never twice at once.
	link runq.Link[header]
	// body is the task as its future sees it. Only who has set running calls its methods.
	body body
	rt   *Runtime
	// prev and next link the unfinished tasks of a runtime; see taskList.
	prev, next *header
	// waiter is who waits for the result, or nil. There is seldom more than one; the others are in
	// extra.
	waiter atomic.Pointer[wakeTarget]
	// extra is nil until it is needed, and then constant.
	extra atomic.Pointer[extra]
}

// An extra is what few tasks have.
type extra struct {
	name atomic.Pointer[string]
	// kept is the await chain of a panic that waits for a deferred call. It belongs to whoever has
	// set running.
	kept *keptChain
	// home notes what cancels within the task have left to do, once there was a deferred call.
	home cleanups
	mu   sync.Mutex
	more *[]Waker // who waits besides header.waiter; guarded by mu
}

// A body is a task's future, without its type.
type body interface {
	// poll polls the future, keeps the result if there is one, and reports whether there is.
	poll(cx *Context) (ready bool)
	// cancel cancels the future and makes [ErrCanceled] the result. It is false if there is
	// something left to do for the task, in polls.
	cancel() (isDone bool)
	// remains reports whether cancel has left something to do, in case that it did not return.
	remains() bool
	// abandon lets go of the future without touching it and makes err the result.
	abandon(err error)
	// where asks the future where it stands.
	where(w *Where)
	// ended is called once when the task is done, before anybody who waits for it is told.
	ended()
}

// tickShift makes ticks of nanoseconds: 8.4 ms, fine enough for a report, and good for 417 days.
const tickShift = 23

// ticks returns a time of the runtime's clock in ticks.
func ticks(now int64) uint32 { return uint32(now >> tickShift) }

// init readies the header of a new task, which is scheduled.
func (h *header) init(b body, r *Runtime, now int64) {
	h.kind = wakeTask
	h.body = b
	h.rt = r
	h.spawned = ticks(now)
	h.state.init()
}

// wake is what a task's waker does.
func (h *header) wake() {
	if h.state.wake() {
		h.rt.schedule(h)
	}
}

// requestCancel has the task canceled as soon as it is not being polled.
func (h *header) requestCancel() {
	if h.state.cancel() {
		h.rt.schedule(h)
	}
}

// requestStop has the task polled with the news that it is to stop.
func (h *header) requestStop() {
	if h.state.stop() {
		h.rt.schedule(h)
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
	by, now := uint16(0), int64(0)
	if d := cx.driver; d != nil {
		by, now = d.shard, d.time
	} else {
		now = h.rt.now()
	}
	s := h.state.begin(by)
	h.polled = ticks(now)
	cx.stopping = s&stopping != 0
	if !s.cancelDue() {
		if s, then := h.poll(cx, s); then != afterCancel {
			return s
		}
	}
	h.state.unwind()
	if h.body.cancel() {
		return h.finish(h.state.load())
	}
	s2, _ := h.poll(cx, h.state.load())
	return s2
}

// poll polls the future of a running task, whose state was s lately. It says afterCancel if
// the task is still running, and is to be canceled.
func (h *header) poll(cx *Context, s state) (step, after) {
	if h.body.poll(cx) {
		return h.finish(s), afterWait
	}
	old, then := h.state.suspend(s, cx.driver != nil && cx.driver.yielded)
	return step{push: then == afterPush, left: old}, then
}

// abandon ends a task whose step was unwound. Its future is not touched again.
func (h *header) abandon(err error) step {
	h.body.abandon(err)
	return h.finish(h.state.load())
}

// exit ends a task whose step was unwound by runtime.Goexit. If a deferred call of a canceled task
// did that, the task was canceled none the less, and waits for the cleanups that it has left.
func (h *header) exit() step {
	s := h.state.load()
	switch {
	case s&unwinding == 0:
		return h.abandon(ErrGoexit)
	case h.body.remains():
		old, then := h.state.suspend(s, true)
		return step{push: then == afterPush, left: old}
	}
	return h.abandon(ErrCanceled)
}

func (h *header) finish(s state) step {
	return step{done: true, left: h.state.finish(s)}
}

// announce tells the runtime and everybody who waits that the task is done. It is apart
// from step because it runs the code of others, which is not the task's.
func (h *header) announce(cx *Context) {
	h.body.ended()
	// Whoever comes too late to be found here finds the state to be done; see await.
	if w := h.waiter.Load(); w != nil {
		h.waiter.Store(nil)
		cx.Wake(Waker{w})
	}
	if x := h.extra.Load(); x != nil {
		for _, w := range x.takeMore() {
			cx.Wake(w)
		}
	}
}

// await reports whether the task is done. If it is not, w is called when it will be. It
// cannot know whether w replaces the waker of an earlier poll or comes from somebody else who
// waits, so it keeps both: a needless wake is harmless.
func (h *header) await(w Waker) (isDone bool) {
	if h.state.load()&done != 0 {
		return true
	}
	if h.waiter.Load() != w.target && !h.waiter.CompareAndSwap(nil, w.target) {
		h.extras().addMore(w)
	}
	// The task is done before announce looks for those who wait: if it does not see w, this sees
	// that.
	if h.state.load()&done == 0 {
		return false
	}
	h.dropWaiter(w)
	return true
}

// dropWaiter forgets w, which nobody waits with any more.
func (h *header) dropWaiter(w Waker) {
	if h.waiter.CompareAndSwap(w.target, nil) {
		return
	}
	if x := h.extra.Load(); x != nil {
		x.dropMore(w)
	}
}

// label returns what the task was named, or "".
func (h *header) label() string {
	if x := h.extra.Load(); x != nil {
		if name := x.name.Load(); name != nil {
			return *name
		}
	}
	return ""
}

// extras returns what few tasks have.
func (h *header) extras() *extra {
	if x := h.extra.Load(); x != nil {
		return x
	}
	x := &extra{home: cleanups{rt: h.rt}}
	if h.extra.CompareAndSwap(nil, x) {
		return x
	}
	return h.extra.Load()
}

func (x *extra) addMore(w Waker) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.more == nil {
		x.more = new([]Waker)
	}
	for _, known := range *x.more {
		if known == w {
			return
		}
	}
	*x.more = append(*x.more, w)
}

func (x *extra) takeMore() []Waker {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.more == nil {
		return nil
	}
	more := *x.more
	x.more = nil
	return more
}

func (x *extra) dropMore(w Waker) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.more == nil {
		return
	}
	for i, known := range *x.more {
		if known == w {
			*x.more = append((*x.more)[:i], (*x.more)[i+1:]...)
			return
		}
	}
}
