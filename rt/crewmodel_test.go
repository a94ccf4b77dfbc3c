package rt

import (
	"testing"

	checker "github.com/asyncgen/asyncgen/rt/internal/model"
)

// The model of a crew: a few workers with queues that are numbers, somebody else who queues tasks, and
// tasks that spawn others. The steps are the atomic operations of worker.park, share and crew.summon, and
// what is done with the crew's lock held is one step; so the search goes through every order in which
// workers can find work, come to rest, and be summoned. A worker searches once and not several
// times, and the worker that is summoned may be any that rests, both of which leaves more room for
// mistakes than the code does.
type crewModel struct {
	workers   [crewModelSize]crewModelWorker
	outside   crewModelActor // who queues tasks from outside
	toQueue   uint8          // how many it still will
	toSpawn   uint8          // how many tasks may still be spawned by tasks
	events    uint8          // how many workers are still to be woken for no reason
	global    uint8
	list      uint8 // a bit for each worker that rests
	resting   uint8
	searching int8
	left      uint8 // tasks that have not run
}

// crewModelSize is how many workers there may be; those that take part are not in modelAbsent.
const crewModelSize = 3

// A crewModelActor is who can summon: where it stands in that, and whom it has found.
type crewModelActor struct {
	summons summonStep
	found   uint8
}

type summonStep uint8

const (
	summonNot    summonStep = iota
	summonLoad              // look whether somebody rests
	summonSwap              // become the one whose searcher it is
	summonLock              // take somebody from the list
	summonNotify            // look whether it is parked
	summonWake              // end its wait
)

type crewModelWorker struct {
	crewModelActor
	at        crewModelPlace
	local     uint8
	inbox     uint8
	looked    uint8 // how many of the queues of others were looked at
	parking   uint8
	woken     bool // the wake descriptor is readable
	summoned  bool
	searching bool
}

type crewModelPlace uint8

const (
	modelAbsent     crewModelPlace = iota
	modelPick                      // take a task
	modelShare                     // look whether to summon somebody before the poll
	modelShareQuiet                // of share: nobody may be searching
	modelShareWork                 // of share: it was the last that searched
	modelRun                       // poll the task, which may spawn others
	modelCollect
	modelDraw   // no task: look into the global queue
	modelSearch // begin to search
	modelSteal
	modelGiveUp // end the search
	modelPark   // declare that it is parked
	modelRest   // declare that it rests
	modelLook   // look at all queues once more
	modelSleep
	modelUnpark
	modelRise
)

func (m crewModel) Next() (all []crewModel) {
	all = m.successors()
	for k := range all { // what is not going to be used must not tell states apart
		for i := range all[k].workers {
			w := &all[k].workers[i]
			if w.at != modelShareWork && w.at != modelSteal && w.at != modelLook {
				w.looked = 0
			}
			w.forget()
		}
		all[k].outside.forget()
	}
	return all
}

// forget is what becomes of found when it is not needed any more.
func (a *crewModelActor) forget() {
	if a.summons != summonNotify && a.summons != summonWake {
		a.found = 0
	}
}

func (m crewModel) successors() (all []crewModel) {
	if m.toQueue > 0 && m.outside.summons == summonNot {
		n := m
		n.toQueue--
		n.global++
		n.outside.summons = summonLoad
		all = append(all, n)
	}
	all = append(all, m.summon(func(n *crewModel) *crewModelActor { return &n.outside })...)
	for i := range m.workers {
		if m.workers[i].summons != summonNot {
			all = append(all, m.summon(func(n *crewModel) *crewModelActor { return &n.workers[i].crewModelActor })...)
			continue
		}
		all = append(all, m.step(i)...)
		if w := m.workers[i]; m.events > 0 && w.at == modelSleep && !w.woken {
			n := m
			n.events--
			n.workers[i].woken = true
			all = append(all, n)
		}
	}
	return all
}

// summon returns the states after a step of crew.summon by an actor.
func (m crewModel) summon(by func(*crewModel) *crewModelActor) (all []crewModel) {
	n := m
	a := by(&n)
	switch a.summons {
	case summonNot:
		return nil
	case summonLoad:
		a.summons = summonSwap
		if m.resting == 0 {
			a.summons = summonNot
		}
	case summonSwap:
		a.summons = summonNot
		if m.searching == 0 {
			n.searching = 1
			a.summons = summonLock
		}
	case summonLock:
		if m.list == 0 {
			a.summons = summonNot
			n.searching--
			break
		}
		for i := range m.workers {
			if m.list&(1<<i) == 0 {
				continue
			}
			n := m
			n.list &^= 1 << i
			n.resting--
			n.workers[i].summoned = true
			a := by(&n)
			a.summons, a.found = summonNotify, uint8(i)
			all = append(all, n)
		}
		return all
	case summonNotify:
		a.summons = summonNot
		if w := &n.workers[a.found]; w.parking == uint8(parked) {
			w.parking = uint8(notified)
			a.summons = summonWake
		}
	case summonWake:
		a.summons = summonNot
		n.workers[a.found].woken = true
	}
	return append(all, n)
}

// step returns the states after a step of worker i.
func (m crewModel) step(i int) (all []crewModel) {
	n := m
	w := &n.workers[i]
	switch w.at {
	case modelAbsent:
		return nil
	case modelPick:
		w.at = modelDraw
		if w.local > 0 {
			w.local--
			w.at = modelShare
		}
	case modelShare:
		w.at = modelRun
		switch {
		case w.searching:
			w.searching = false
			if n.searching--; n.searching == 0 {
				w.at, w.looked = modelShareWork, 0
			}
		case n.resting > 0:
			w.at = modelShareQuiet
		}
	case modelShareQuiet:
		w.at = modelRun
		if n.searching == 0 && w.local > 0 {
			w.summons = summonLoad
		}
	case modelShareWork:
		if done, work := n.look(i); work {
			w.at, w.summons = modelRun, summonLoad
		} else if done {
			w.at = modelRun
		}
	case modelRun:
		w.at = modelCollect
		n.left--
		for spawned := range min(m.toSpawn, 2) + 1 {
			o := n
			o.toSpawn -= spawned
			o.left += spawned
			o.workers[i].inbox += spawned
			all = append(all, o)
		}
		return all
	case modelCollect:
		w.local += w.inbox
		w.inbox = 0
		w.at = modelPick
	case modelDraw:
		w.at = modelSearch
		if n.draw(w) {
			w.at = modelPick
		}
	case modelSearch:
		if !w.searching {
			w.searching = true
			n.searching++
		}
		w.at, w.looked = modelSteal, 0
		if n.draw(w) {
			w.at = modelPick
		}
	case modelSteal:
		from := &n.workers[w.looked]
		if int(w.looked) != i && from.local > 0 {
			half := from.local - from.local/2
			from.local -= half
			w.local += half
			w.at = modelPick
		} else if w.looked++; w.looked == crewModelSize {
			w.at = modelGiveUp
		}
	case modelGiveUp:
		w.searching = false
		n.searching--
		w.at = modelPark
	case modelPark:
		w.parking = uint8(parked)
		w.at = modelRest
	case modelRest:
		n.list |= 1 << i
		n.resting++
		w.at, w.looked = modelLook, 0
	case modelLook:
		if done, work := n.look(i); work {
			w.at = modelUnpark
		} else if done {
			w.at = modelSleep
		}
	case modelSleep:
		if !w.woken {
			return nil
		}
		w.woken = false
		w.at = modelUnpark
	case modelUnpark:
		w.parking = uint8(awake)
		w.at = modelRise
	case modelRise:
		if w.summoned {
			w.summoned, w.searching = false, true
		} else {
			n.list &^= 1 << i
			n.resting--
		}
		w.at = modelPick
	}
	return append(all, n)
}

// draw takes worker w's share of the global queue.
func (m *crewModel) draw(w *crewModelWorker) bool {
	share := min(m.global, m.global/m.size()+1)
	m.global -= share
	w.local += share
	return share > 0
}

// size is how many workers take part.
func (m *crewModel) size() (n uint8) {
	for _, w := range m.workers {
		if w.at != modelAbsent {
			n++
		}
	}
	return n
}

// look is the next step of crew.work by worker i: the global queue first, then one queue after the other.
func (m *crewModel) look(i int) (done, work bool) {
	w := &m.workers[i]
	if w.looked == 0 {
		work = m.global > 0
	} else {
		work = m.workers[w.looked-1].local > 0
	}
	w.looked++
	return w.looked > crewModelSize, work
}

// Check returns what is wrong with m. A state in which nothing more can happen is one where all workers
// sleep: then nothing may be left to do.
func (m crewModel) Check(final bool) string {
	switch {
	case m.searching < 0:
		return "fewer than none search"
	case m.left > 100:
		return "more tasks have run than there were"
	case final && m.left > 0:
		return "all workers sleep, and a task is left"
	case final && m.searching != 0:
		return "a worker is counted as searching for ever, and nobody will be summoned any more"
	case final && m.resting != m.size():
		return "a worker sleeps that cannot be summoned"
	}
	return ""
}

// TestCrewModel goes through every order of the steps of workers that come to rest and of those who
// have work for them.
func TestCrewModel(t *testing.T) {
	for _, c := range []struct {
		workers, queued, spawned, events uint8
		asleep                           bool // at the beginning
	}{
		{workers: 2, queued: 2},
		{workers: 2, queued: 1, spawned: 2},
		{workers: 2, queued: 1, spawned: 1, events: 1},
		{workers: 3, queued: 1, spawned: 2, asleep: true},
		{workers: 3, queued: 2, asleep: true},
	} {
		m := crewModel{toQueue: c.queued, toSpawn: c.spawned, events: c.events, left: c.queued}
		for i := range c.workers {
			m.workers[i].at = modelPick
			if c.asleep {
				m.workers[i].at, m.workers[i].parking = modelSleep, uint8(parked)
				m.list |= 1 << i
				m.resting++
			}
		}
		t.Logf("%+v: %d states", c, checker.Explore(t, m))
	}
}
