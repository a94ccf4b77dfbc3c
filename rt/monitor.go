package rt

import (
	"sync/atomic"
	"time"
)

// A monitor watches the workers, so that code that blocks the goroutine inside a poll stops one
// task and not all. Every now and then it asks each driver to look at timers and descriptors, which
// the driver does before its next poll; when it finds the request still there the next time, the driver
// has been in one poll since. Then the monitor gives the worker to a stand-in, a new driver. The old
// one finds out by the retaken bit in the state of its task, as soon as the poll ends, and retires.
//
// To leave the bit the monitor must know the task. As long as nothing blocks nobody tells it, because
// to publish each task would cost a tenth of an empty poll; so it goes through the list of tasks for
// one that this worker runs. Code that blocks seldom does so once, and the list may be long. Therefore
// the worker is watched for some time from then on: the driver publishes each task, and the monitor
// looks whether it sees the same poll twice. The bit and the count of polls travel in a word that the
// driver has to change anyway.
//
// And the monitor itself sleeps for as long as all workers are parked: not at once, since to be woken
// again costs who wakes it more than the event that has unparked the worker, but when they were parked
// for idleLooks looks.
type monitor struct {
	workers []*worker
	last    []sighting // of each worker
	rises   uint32     // of all workers, when the monitor looked last
	// asleep is set by the monitor before it waits for resume, and taken back by whichever
	// of the two ends the wait.
	asleep  atomic.Bool
	resumed chan struct{}
	quit    chan struct{} // closed by stop
	ended   chan struct{} // closed by the monitor
}

// sighting is what the monitor saw of a worker, and knows about it.
type sighting struct {
	asked bool // it was awake, and due was set
	// Of a worker that is watched: a task and a state of it, and how many looks ago a poll was last
	// found to block.
	task  *header
	state state
	quiet int
}

// watchFor is for how many looks a worker is watched after a poll has blocked.
const watchFor = 100

func (m *monitor) start(workers []*worker) {
	m.workers = workers
	m.last = make([]sighting, len(workers))
	m.resumed = make(chan struct{}, 1)
	m.quit = make(chan struct{})
	m.ended = make(chan struct{})
	go m.watch()
}

// stop ends the monitor and waits for it.
func (m *monitor) stop() {
	close(m.quit)
	<-m.ended
}

// resume is called by a driver that has just stopped being parked.
func (m *monitor) resume() {
	if m.asleep.Load() && m.asleep.CompareAndSwap(true, false) {
		m.resumed <- struct{}{}
	}
}

// watch is the monitor's goroutine. It looks again after longPoll, but sooner after it had to
// step in: code that blocks seldom does so in one task only, and those behind would each add
// the whole delay.
func (m *monitor) watch() {
	defer close(m.ended)
	const soonest = longPoll / 10
	const idleLooks = 2
	pause, idle := longPoll, 0
	tick := time.NewTimer(pause)
	defer tick.Stop()
	for {
		if m.allParked() && !m.risen() {
			idle++
		} else {
			idle = 0
		}
		if idle == idleLooks {
			clear(m.last)
			if !m.sleep() {
				return
			}
			idle = 0
		}
		tick.Reset(pause)
		select {
		case <-m.quit:
			return
		case <-tick.C:
		}
		steppedIn := false
		for i, w := range m.workers {
			stuck := false
			m.last[i], stuck = w.look(m.last[i])
			steppedIn = steppedIn || stuck
		}
		if steppedIn {
			pause = soonest
		} else {
			pause = min(2*pause, longPoll)
		}
	}
}

func (m *monitor) allParked() bool {
	for _, w := range m.workers {
		if w.parking.Load() != parked {
			return false
		}
	}
	return true
}

// risen reports whether a worker was unparked since the last call.
func (m *monitor) risen() bool {
	var rises uint32
	for _, w := range m.workers {
		rises += w.rises.Load()
	}
	again := rises != m.rises
	m.rises = rises
	return again
}

// sleep waits until a worker is not parked. It reports false if the monitor is to stop.
func (m *monitor) sleep() bool {
	m.asleep.Store(true)
	// A driver that has unparked before it could see asleep is seen here.
	if !m.allParked() && m.asleep.CompareAndSwap(true, false) {
		return true
	}
	select {
	case <-m.resumed:
		return true
	case <-m.quit:
		return false
	}
}

// look compares the worker with what was seen the last time. If it is in the same poll it
// gets a stand-in, otherwise it is reminded of its timers and descriptors. Whether anything
// is queued or due does not matter: only the driver could tell, and a stand-in that finds
// nothing to do parks, ready for what comes.
func (w *worker) look(last sighting) (seen sighting, steppedIn bool) {
	if w.parking.Load() == parked {
		return sighting{}, false
	}
	if w.watched.Load() {
		seen, steppedIn = w.lookAtTask(last)
	} else {
		steppedIn = last.asked && w.due.Load() && w.retakeAny()
	}
	if steppedIn {
		w.watched.Store(true)
		w.patience.Store(0)
		go newDriver(w).drive()
		return sighting{}, true
	}
	w.due.Store(true)
	w.patience.Store(0)
	seen.asked = true
	return seen, false
}

// lookAtTask retakes the worker, which is watched, from a poll that was seen the last time.
func (w *worker) lookAtTask(last sighting) (seen sighting, retook bool) {
	if seen.quiet = last.quiet + 1; seen.quiet > watchFor {
		w.watched.Store(false)
	}
	h := w.running.Load()
	if h == nil {
		return seen, false
	}
	seen.task, seen.state = h, h.state.load()
	same := h == last.task && seen.state.worker() == w.index && seen.state.retakeable(last.state)
	return seen, same && h.state.retake(seen.state)
}

// retakeAny retakes the worker from the poll that it is in. The driver may have come out of the one that
// made the monitor suspicious, and go on with another; then it is replaced for a short poll,
// which does no harm.
func (w *worker) retakeAny() bool {
	var s state
	h := w.rt.tasks.find(w.index, func(h *header) bool {
		s = h.state.load()
		return s.worker() == w.index && s.retakeable(s)
	})
	return h != nil && h.state.retake(s)
}
