package rt

import (
	"sync/atomic"
	"time"
)

// A monitor watches the workers, so that code that blocks the goroutine inside a poll stops one
// task and not all. Every now and then it looks at the tasks that are being stepped; when it
// sees the same poll as the last time, it gives the worker to a stand-in, a new driver. The
// old one finds out by the retaken bit in the state of its task, as soon as the poll ends,
// and retires.
//
// The driver pays nothing for being watched but to publish its task: the bit and the count
// of polls travel in a word that it has to change anyway. And the monitor itself sleeps for
// as long as all workers are parked: not at once, since to be woken again costs who wakes it more
// than the event that has unparked the worker, but when they were parked for idleLooks looks.
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

// sighting is what the monitor saw of a worker: a task and a state of it.
type sighting struct {
	task  *header
	state state
}

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
	h := w.running.Load()
	if h == nil {
		return sighting{}, false
	}
	seen = sighting{h, h.state.load()}
	if h == last.task && seen.state.worker() == w.index && seen.state.retakeable(last.state) && h.state.retake(seen.state) {
		go newDriver(w).drive()
		return sighting{}, true
	}
	w.due.Store(true)
	return seen, false
}
