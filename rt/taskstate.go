package rt

import "sync/atomic"

// A state is what the executor knows of a task, in one word, so that wakers, cancelers and
// the worker that polls agree on it without a lock.
//
//	                  wake (1), cancel (2)
//	       ┌────── idle ──────────────────▶ scheduled ◀──────┐
//	       │        ▲                           │            │
//	 spawn │        │ suspend (4)               │ begin (3)  │ suspend (4),
//	  (0)  │        │                           ▼            │ woken meanwhile
//	       └────▶   └─────────────────────── running ────────┘
//	   scheduled                                │
//	                                            │ finish (5): ready, canceled or panicked
//	                                            ▼
//	                                          done
//
//	(0) a new task is scheduled, by its constructor.
//	(1) a wake schedules an idle task. On a running one it sets scheduled beside running;
//	    suspend will find it. On a scheduled one it changes nothing.
//	(2) a cancel is a wake that also sets canceled; on a running task it sets only that. A
//	    stop is a wake that also sets stopping.
//	(3) the worker that took the task out of its queue polls it, or cancels its future if
//	    canceled is set and unwinding is not.
//	(4) the poll was pending. If canceled is set the task stays running, and the worker goes
//	    on to cancel the future, once; if scheduled is set, or if the task gives way (see
//	    [Yield]), which is a wake that the worker makes for it, it must be queued again. The
//	    worker sets unwinding before it cancels the future, which may leave something to do: then
//	    it goes on polling what the task has in the place of the future.
//	(5) nothing leaves done.
//
// Who moves a task to scheduled without running has to queue it: so it is in one queue at
// most, once, and as only the worker that took it out begins a poll, polls never overlap.
// Every wake is a read-modify-write, also where it changes nothing, so that what the waker
// wrote before is visible to the poll that it asked for.
type state uint32

const (
	// scheduled: the task is in a queue, or will be as soon as the running poll ends. Set by
	// spawn, wake and cancel; cleared by begin.
	scheduled state = 1 << iota
	// running: a worker is polling or canceling the future. Set by begin, cleared by suspend
	// and finish. While it is set nobody else touches the future.
	running
	// done: the result is stored and will not change. Set by finish, never cleared; excludes
	// scheduled and running.
	done
	// canceled: the future is to be canceled instead of polled. Set by cancel, never cleared.
	canceled
	// detached: nobody will ask for the result, so a panic has to end the process. Set by
	// detach, never cleared.
	detached
	// retaken: the monitor found that the running poll lasts too long and has given the
	// worker's queue to a stand-in. Set by retake on a running task, cleared by suspend and
	// finish, which tell the goroutine that polled.
	retaken
	// stopping: the task was asked to end by itself. Set by stop, never cleared; the polls that
	// begin from then on tell the future.
	stopping
	// unwinding: the future is being canceled, or was, and what it left is polled. Set by unwind
	// on a running task, never cleared; canceled then asks for nothing more.
	unwinding

	// workerOne counts workers in the next bits: which one runs the task or was the last to do so.
	// Set by begin. It keeps the monitor from taking the poll of one worker for that of
	// another, which was the last to poll the task before.
	workerOne  state = 1 << 8
	workerBits       = 12
	workerMask       = (1<<workerBits - 1) * workerOne
	// pollOne counts polls in the upper bits of the word, modulo 2^12. It lets the monitor
	// tell a poll from the next one of the same task, at no cost. If it is mistaken, a worker is
	// lost for a poll that is short, which does no harm.
	pollOne = workerOne << workerBits
)

// The transitions. Each takes the present state and returns the next one with what the
// caller has to do about it; the methods of stateWord make them atomic.

// woken is transition 1. If push is true the caller must queue the task.
func (s state) woken() (next state, push bool) {
	if s&done != 0 {
		return s, false
	}
	return s | scheduled, s&(scheduled|running) == 0
}

// cancelAsked is transition 2. If push is true the caller must queue the task.
func (s state) cancelAsked() (next state, push bool) {
	switch {
	case s&done != 0:
		return s, false
	case s&running != 0:
		return s | canceled, false
	}
	return s | canceled | scheduled, s&scheduled == 0
}

// stopAsked is transition 2 as well.
func (s state) stopAsked() (next state, push bool) {
	if s&(done|stopping) != 0 {
		return s, false
	}
	next, push = s.woken()
	return next | stopping, push
}

// cancelDue reports whether a running task has to be canceled.
func (s state) cancelDue() bool { return s&(canceled|unwinding) == canceled }

// begunBy is transition 3, by a worker.
func (s state) begunBy(worker uint16) state {
	return s&^(scheduled|workerMask) + pollOne | running | state(worker)*workerOne
}

// worker returns which worker runs the task, or was the last to do so.
func (s state) worker() int { return int(s & workerMask / workerOne) }

// An after says what the end of a pending poll leads to.
type after uint8

const (
	afterWait   after = iota // nothing: the task waits for a wake
	afterPush                // the task was woken during the poll: queue it
	afterCancel              // the task was canceled during the poll, and is still running: cancel its future
)

// suspended is transition 4. With yield the task asks to be polled again.
func (s state) suspended(yield bool) (next state, then after) {
	switch {
	case s.cancelDue():
		return s, afterCancel
	case yield || s&scheduled != 0:
		return s&^(running|retaken) | scheduled, afterPush
	}
	return s &^ (running | retaken), afterWait
}

// finished is transition 5.
func (s state) finished() state { return s&^(running|scheduled|retaken) | done }

// retakeable reports whether s is in the same poll as seen, an earlier state of the task,
// and was not retaken yet.
func (s state) retakeable(seen state) bool {
	return s&(running|retaken) == running && seen&running != 0 && s/pollOne == seen/pollOne
}

// stateWord is a state that several goroutines change. It is no atomic.Uint32 so that init, before
// anybody else knows the task, is a plain store.
type stateWord struct{ bits uint32 }

// init makes transition 0.
func (w *stateWord) init() { w.bits = uint32(scheduled) }

func (w *stateWord) load() state { return state(atomic.LoadUint32(&w.bits)) }

func (w *stateWord) swap(old, next state) bool {
	return atomic.CompareAndSwapUint32(&w.bits, uint32(old), uint32(next))
}

// wake makes transition 1.
func (w *stateWord) wake() (push bool) {
	for {
		old := w.load()
		next, push := old.woken()
		if w.swap(old, next) {
			return push
		}
	}
}

// cancel makes transition 2.
func (w *stateWord) cancel() (push bool) {
	for {
		old := w.load()
		next, push := old.cancelAsked()
		if w.swap(old, next) {
			return push
		}
	}
}

// stop makes transition 2 for a stop.
func (w *stateWord) stop() (push bool) {
	for {
		old := w.load()
		next, push := old.stopAsked()
		if w.swap(old, next) {
			return push
		}
	}
}

// unwind sets unwinding.
func (w *stateWord) unwind() { atomic.OrUint32(&w.bits, uint32(unwinding)) }

// begin makes transition 3 and returns the new state.
func (w *stateWord) begin(worker uint16) state {
	for {
		old := w.load()
		if next := old.begunBy(worker); w.swap(old, next) {
			return next
		}
	}
}

// suspend makes transition 4; old is the state that it left. It is most often still the one
// that the poll began in, which the caller knows: seen.
func (w *stateWord) suspend(seen state, yield bool) (old state, then after) {
	for old = seen; ; old = w.load() {
		next, then := old.suspended(yield)
		if w.swap(old, next) {
			return old, then
		}
	}
}

// finish makes transition 5 and returns the state that it left; seen is as in suspend.
func (w *stateWord) finish(seen state) (old state) {
	for old = seen; ; old = w.load() {
		if w.swap(old, old.finished()) {
			return old
		}
	}
}

// detach sets detached and returns the state before.
func (w *stateWord) detach() (old state) {
	return state(atomic.OrUint32(&w.bits, uint32(detached)))
}

// retake sets retaken if the poll that seen was loaded in is still going on.
func (w *stateWord) retake(seen state) bool {
	for {
		old := w.load()
		if !old.retakeable(seen) {
			return false
		}
		if w.swap(old, old|retaken) {
			return true
		}
	}
}
