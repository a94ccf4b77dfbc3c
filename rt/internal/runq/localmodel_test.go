package runq

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt/internal/model"
)

// The model of a few owners of a Local, each of which pushes, pops, spills and steals from the others, in
// every order of their loads, stores and compare-and-swaps. The queues have room for two elements, so
// that they are full, run over and wrap around at once. Positions are taken modulo 256, and begin just
// before that.
const (
	modelSize   = 2
	modelOwners = 3
)

type localModel struct {
	owners [modelOwners]localOwner
	items  uint8 // elements, numbered from 1
	pushed uint8 // how many of them were pushed
	taken  uint8 // a bit for each that came out
	wrong  bool  // one came out twice
}

type localOwner struct {
	head, tail uint8
	buf        [modelSize]uint8
	// What the owner does, and its registers.
	at      localStep
	absent  bool
	steals  uint8 // how often it still may try to steal
	item    uint8 // to be pushed
	from    uint8 // whom it steals from
	h, t, n uint8
	read    [modelSize]uint8
	copied  uint8
}

type localStep uint8

const (
	localIdle localStep = iota
	localPushHead
	localPushBuf
	localPushTail
	localSpillRead // both loads of a spill; tail is the owner's
	localSpillSwap
	localPopHead
	localPopTail
	localPopBuf
	localPopSwap
	localStealTail
	localStealRead
	localStealSwap
	localStealStore
)

func (m localModel) Next() (all []localModel) {
	for i := range m.owners {
		if m.owners[i].absent {
			continue
		}
		if m.owners[i].at == localIdle {
			all = append(all, m.begin(i)...)
		} else {
			all = append(all, m.step(i))
		}
	}
	return all
}

// begin returns the states in which owner i has begun something.
func (m localModel) begin(i int) (all []localModel) {
	if o := m.owners[i]; o.head != o.tail {
		n := m
		n.owners[i].at = localPopHead
		all = append(all, n)
	} else if o.steals > 0 {
		for from := range m.owners {
			if from == i || m.owners[from].absent {
				continue
			}
			n := m
			w := &n.owners[i]
			w.steals--
			w.from, w.at = uint8(from), localStealTail
			w.h = n.owners[from].head
			all = append(all, n)
		}
	}
	if i == 0 && m.pushed < m.items {
		n := m
		n.pushed++
		n.owners[i].item, n.owners[i].at = n.pushed, localPushHead
		all = append(all, n)
	}
	return all
}

// take notes that an element has come out.
func (m *localModel) take(item uint8) {
	bit := uint8(1) << item
	m.wrong = m.wrong || m.taken&bit != 0 || item == 0
	m.taken |= bit
}

// end has owner o do nothing, and forget what it knew.
func (o *localOwner) end() {
	o.at, o.item, o.from, o.h, o.t, o.n, o.copied = localIdle, 0, 0, 0, 0, 0, 0
	o.read = [modelSize]uint8{}
}

// step returns the state after the next step of owner i.
func (m localModel) step(i int) localModel {
	o := &m.owners[i]
	from := &m.owners[o.from]
	switch o.at {
	case localPushHead:
		o.at = localPushBuf
		if o.tail-o.head >= modelSize {
			o.at = localSpillRead
		}
	case localPushBuf:
		o.buf[o.tail%modelSize] = o.item
		o.at = localPushTail
	case localPushTail:
		o.tail++
		o.end()
	case localSpillRead:
		o.h, o.at = o.head, localSpillSwap
		if o.tail-o.h < modelSize {
			o.at = localPushHead
		}
	case localSpillSwap:
		// The owner alone writes its buffer, so it does not matter when it reads it.
		if o.head == o.h {
			m.take(o.buf[o.h%modelSize])
			o.head++
		}
		o.at = localPushHead
	case localPopHead:
		o.h, o.at = o.head, localPopTail
	case localPopTail:
		if o.at = localPopBuf; o.h == o.tail {
			o.end()
		}
	case localPopBuf:
		o.read[0], o.at = o.buf[o.h%modelSize], localPopSwap
	case localPopSwap:
		if o.head == o.h {
			o.head++
			m.take(o.read[0])
			o.end()
		} else {
			o.at = localPopHead
		}
	case localStealTail:
		o.t = from.tail
		o.n = o.t - o.h
		o.n -= o.n / 2
		switch {
		case o.n == 0:
			o.end()
		case o.n > modelSize/2:
			o.h = from.head // both loads again
		default:
			o.at = localStealRead
		}
	case localStealRead:
		o.buf[(o.tail+o.copied)%modelSize] = from.buf[(o.h+o.copied)%modelSize]
		if o.copied++; o.copied == o.n {
			o.at = localStealSwap
		}
	case localStealSwap:
		if from.head == o.h {
			from.head += o.n
			o.at = localStealStore
		} else {
			o.h, o.t, o.n, o.copied = from.head, 0, 0, 0
			o.at = localStealTail
		}
	case localStealStore:
		o.n--
		m.take(o.buf[(o.tail+o.n)%modelSize])
		o.tail += o.n
		o.end()
	}
	return m
}

func (m localModel) Check(final bool) string {
	switch {
	case m.wrong:
		return "an element came out twice, or none did"
	case final && m.taken != 1<<(m.items+1)-2:
		return "an element was lost"
	}
	for _, o := range m.owners {
		if o.tail-o.head > modelSize {
			return "a queue is longer than it can be"
		}
	}
	return ""
}

// TestLocalModel has one owner push while it and one or two others take.
func TestLocalModel(t *testing.T) {
	for _, c := range []struct {
		owners        int
		items, steals uint8
	}{{2, 5, 3}, {3, 4, 1}} {
		m := localModel{items: c.items}
		for i := range m.owners {
			o := &m.owners[i]
			o.head, o.tail = 254, 254
			o.steals = c.steals
			o.absent = i >= c.owners
		}
		t.Logf("%+v: %d states", c, model.Explore(t, m))
	}
}
