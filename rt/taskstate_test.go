package rt

import (
	"testing"

	checker "github.com/asyncgen/asyncgen/rt/internal/model"
)

// The model: a task, one canceler, one who asks it to stop, two wakers, a monitor, and two workers that take tasks
// from one queue. Each transition of the state word is atomic, so a run is a sequence of
// these steps, and the search below goes through all of them.
type model struct {
	s      state
	queued uint8 // how often the task is in a queue
	// polling says for each worker what it does with the task.
	workers [2]modelWorker
	wakes   uint8 // wakes that are still to come
	cancels uint8
	retakes uint8
	// owed is set by a wake and cleared when a poll begins: a poll is due.
	owed bool
	// asked is set by the cancel.
	asked bool
	stops uint8
	// told is set when a poll began after the stop.
	stopped, told bool
	// leaves is set if a cancel leaves something to poll; acted counts the cancels of the future.
	leaves bool
	acted  uint8
	polls  uint8 // polls that may still end pending
	ended  uint8 // how often the task was finished
	late   bool  // the future was touched after the end, or by two at once
	lost   [2]bool
}

// modelWorker is where a worker stands.
type modelWorker uint8

const (
	modelIdle      modelWorker = iota
	modelPolling               // between begin and suspend or finish
	modelCanceled              // is about to cancel the future: between suspend or begin and unwind
	modelUnwinding             // cancels the future: between unwind and finish, or another poll
	modelRetired               // lost its queue
)

// Next returns all states that one step leads to.
func (m model) Next() (all []model) {
	if m.wakes > 0 {
		n := m
		n.wakes--
		n.owed = n.s&done == 0
		var push bool
		if n.s, push = m.s.woken(); push {
			n.queued++
		}
		all = append(all, n)
	}
	if m.cancels > 0 {
		n := m
		n.cancels--
		n.asked = true
		var push bool
		if n.s, push = m.s.cancelAsked(); push {
			n.queued++
		}
		all = append(all, n)
	}
	if m.stops > 0 {
		n := m
		n.stops--
		n.stopped = m.s&done == 0
		var push bool
		if n.s, push = m.s.stopAsked(); push {
			n.queued++
		}
		all = append(all, n)
	}
	if m.retakes > 0 && m.s.retakeable(m.s) {
		n := m
		n.retakes--
		n.s |= retaken
		for i, w := range n.workers {
			if w == modelPolling || w == modelCanceled || w == modelUnwinding {
				n.lost[i] = true
			}
		}
		all = append(all, n)
	}
	for i := range m.workers {
		all = append(all, m.nextOf(i)...)
	}
	return all
}

// nextOf returns the states that a step of worker i leads to.
func (m model) nextOf(i int) (all []model) {
	n := m
	switch m.workers[i] {
	case modelIdle:
		if m.queued == 0 {
			return nil
		}
		n.queued--
		n.owed = false
		n.told = m.s&stopping != 0
		n.late = m.s&(done|running) != 0 || m.s&scheduled == 0
		n.s = m.s.begunBy(uint16(i)) & (workerOne - 1) // the count does not matter here
		n.workers[i] = modelPolling
		if n.s.cancelDue() {
			n.workers[i] = modelCanceled
			n.acted++
		}
		return append(all, n)
	case modelPolling:
		if m.polls > 0 { // pending
			all = append(all, m.suspendedBy(i, false))
			yielded := m.suspendedBy(i, true)
			yielded.owed = yielded.owed || !m.s.cancelDue() // otherwise a cancel comes, and not this poll
			all = append(all, yielded)
		}
		return append(all, m.finishedBy(i)) // ready
	case modelCanceled:
		n.s |= unwinding
		n.workers[i] = modelUnwinding
		return append(all, n)
	case modelUnwinding:
		if m.leaves {
			n.workers[i] = modelPolling
			all = append(all, n)
		}
		return append(all, m.finishedBy(i))
	}
	return nil
}

// suspendedBy returns m after a poll by worker i was pending.
func (m model) suspendedBy(i int, yield bool) model {
	n := m
	n.polls--
	var then after
	n.s, then = m.s.suspended(yield)
	n.workers[i] = modelIdle
	switch then {
	case afterCancel:
		n.workers[i] = modelCanceled
		n.acted++
		return n
	case afterPush:
		n.queued++
	}
	n.leave(i, m.s)
	return n
}

// finishedBy returns m after worker i has finished the task.
func (m model) finishedBy(i int) model {
	n := m
	n.s = m.s.finished()
	n.workers[i] = modelIdle
	n.ended++
	n.leave(i, m.s)
	return n
}

// leave has worker i find out whether it was retaken: by the state that it left.
func (m *model) leave(i int, old state) {
	if old&retaken != 0 {
		m.workers[i] = modelRetired
		m.late = m.late || !m.lost[i]
		m.lost[i] = false
	}
	m.late = m.late || m.lost[i]
}

// Check returns what is wrong with m, which is final if nothing more can happen.
func (m model) Check(final bool) string {
	busy := 0
	for _, w := range m.workers {
		if w == modelPolling || w == modelCanceled || w == modelUnwinding {
			busy++
		}
	}
	switch {
	case m.queued > 1:
		return "queued twice"
	case busy > 1:
		return "stepped by two workers at once"
	case m.late:
		return "stepped when it must not be, or a worker misjudged whether it was retaken"
	case m.ended > 1:
		return "finished twice"
	case (m.ended > 0) != (m.s&done != 0):
		return "done is wrong"
	case (busy > 0) != (m.s&running != 0):
		return "running is wrong"
	case m.s&done != 0 && m.s&(scheduled|running|retaken) != 0:
		return "done does not exclude the others"
	case m.queued > 0 && m.s&scheduled == 0:
		return "queued without scheduled"
	case m.acted > 1:
		return "the future was canceled twice"
	case final && m.stopped && !m.told && m.ended == 0 && !m.allRetired():
		return "a stop was lost"
	case final && m.owed && m.ended == 0 && !m.allRetired():
		return "a wake was lost"
	case final && m.asked && m.acted == 0 && m.ended == 0 && !m.allRetired():
		return "a cancel was lost"
	}
	return ""
}

func (m model) allRetired() bool {
	return m.workers[0] == modelRetired && m.workers[1] == modelRetired
}

// TestStateModel goes through every order in which wakers, a canceler, a monitor and two
// workers can change the state of a task.
func TestStateModel(t *testing.T) {
	for _, cancels := range []uint8{0, 1, 2} {
		for _, leaves := range []bool{false, true} {
			n := checker.Explore(t, model{s: scheduled, queued: 1, wakes: 3, cancels: cancels, stops: 1, leaves: leaves, retakes: 1, polls: 3})
			t.Logf("%d cancels: %d states", cancels, n)
		}
	}
}

// TestRetakeSamePoll checks that a poll is not mistaken for a later one of the same task.
func TestRetakeSamePoll(t *testing.T) {
	var w stateWord
	w.init()
	seen := w.begin(3)
	w.wake()
	w.suspend(seen, false)
	w.begin(3)
	if w.retake(seen) {
		t.Error("the next poll was retaken")
	}
	if now := w.load(); !w.retake(now) || w.retake(now) {
		t.Error("the running poll can be retaken once")
	}
	if old, _ := w.suspend(seen, false); old&retaken == 0 || w.load()&retaken != 0 {
		t.Error("suspend did not take back retaken")
	}
}
