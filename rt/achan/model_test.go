package achan

import (
	"fmt"
	"slices"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// A maze runs a test once for each sequence of choices that it can make.
type maze struct {
	path    []int // the choices, as far as they are fixed
	options []int // how many there were to choose from
	at      int
}

// choose returns a number below n.
func (m *maze) choose(n int) int {
	if m.at == len(m.path) {
		m.path, m.options = append(m.path, 0), append(m.options, n)
	}
	m.at++
	return m.path[m.at-1]
}

// next goes on to the next sequence, if there is one.
func (m *maze) next() bool {
	m.at = 0
	for n := len(m.path) - 1; n >= 0; n-- {
		if m.path[n]++; m.path[n] < m.options[n] {
			return true
		}
		m.path, m.options = m.path[:n], m.options[:n]
	}
	return false
}

// TestChannelModel makes all sequences of a few steps with two senders and two receivers, each of
// which is polled, also with no reason, or canceled, while handles are closed. After each step it
// checks what the type channel promises, and in the end that nobody waits who should not,
// that no message was lost or received twice, and that they came in order.
func TestChannelModel(t *testing.T) {
	const depth = 6
	for _, capacity := range []int{Unbounded, 0, 1, 2} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			m := &maze{}
			for {
				w := newChannelWorld(t, capacity)
				for range depth {
					w.step(m)
					w.check()
				}
				w.settle()
				if t.Failed() {
					t.Fatalf("after the steps %v", w.log)
				}
				if !m.next() {
					return
				}
			}
		})
	}
}

// A channelWorld is a channel and those who use it.
type channelWorld struct {
	t        *testing.T
	log      []move
	tx       *Sender[int]
	rx       *SharedReceiver[int]
	senders  [2]party[SendFuture[int]]
	receiver [2]party[RecvFuture[int]]
	sent     []int // in order
	received []int // in order
	dropped  bool  // receivers are closed
}

// A party is somebody who sends or receives once.
type party[F any] struct {
	future *F
	cx     *rt.Context
	polled bool
	woken  bool // since the last poll
	over   bool // it was ready or canceled
}

func (p *party[F]) begin(f *F) {
	p.future = f
	p.cx = rt.NewContext(rt.NewWaker(func() { p.woken = true }))
}

func newChannelWorld(t *testing.T, capacity int) *channelWorld {
	w := &channelWorld{t: t}
	w.tx, w.rx = MPMC[int](capacity)
	for i := range w.senders {
		w.senders[i].begin(w.tx.Send(i + 1))
	}
	for i := range w.receiver {
		w.receiver[i].begin(w.rx.Recv())
	}
	return w
}

// A move is a step that somebody makes.
type move struct {
	what string
	who  int
}

// moves appends the moves that are possible.
func (w *channelWorld) moves(list []move) []move {
	for i := range w.senders {
		if p := &w.senders[i]; !p.over {
			if list = append(list, move{"send", i}); p.polled {
				list = append(list, move{"cancel send", i})
			}
		}
	}
	for i := range w.receiver {
		if p := &w.receiver[i]; !p.over {
			if list = append(list, move{"receive", i}); p.polled {
				list = append(list, move{"cancel receive", i})
			}
		}
	}
	list = append(list, move{what: "try"})
	if !w.tx.closed.Load() {
		list = append(list, move{what: "close senders"})
	}
	if !w.rx.closed.Load() {
		list = append(list, move{what: "close receivers"})
	}
	return list
}

// step makes one of the moves.
func (w *channelWorld) step(m *maze) {
	var few [12]move
	moves := w.moves(few[:0])
	do := moves[m.choose(len(moves))]
	w.log = append(w.log, do)
	switch do.what {
	case "send":
		w.send(do.who)
	case "cancel send":
		w.senders[do.who].future.Cancel()
		w.senders[do.who].over = true
	case "receive":
		w.receive(do.who)
	case "cancel receive":
		w.receiver[do.who].future.Cancel()
		w.receiver[do.who].over = true
	case "try":
		if v, err := w.rx.TryRecv(); err == nil {
			w.received = append(w.received, v)
		}
	case "close senders":
		w.tx.Close()
	case "close receivers":
		w.rx.Close()
		w.dropped = true
	}
}

func (w *channelWorld) send(i int) {
	p := &w.senders[i]
	p.polled, p.woken = true, false
	if r := p.future.Poll(p.cx); r.Ready {
		p.over = true
		if r.Err == nil {
			w.sent = append(w.sent, i+1)
		}
	}
}

func (w *channelWorld) receive(i int) {
	p := &w.receiver[i]
	p.polled, p.woken = true, false
	if r := p.future.Poll(p.cx); r.Ready {
		p.over = true
		if r.Err == nil {
			w.received = append(w.received, r.Value)
		}
	}
}

// check compares what the channel says of itself with what those who use it know.
func (w *channelWorld) check() {
	c := w.tx.channel
	if c.txs == 0 || c.rxs == 0 {
		if !c.senders.Empty() || c.drained() && !c.receivers.Empty() {
			w.t.Error("somebody waits for a closed channel")
		}
	} else if !c.senders.Empty() && c.room() {
		w.t.Error("a sender waits though there is room")
	}
	if !c.receivers.Empty() && c.queue.count > c.offered {
		w.t.Error("a receiver waits though there is a message")
	}
	offered, promised := 0, 0
	for i := range w.receiver {
		if p := &w.receiver[i]; p.future.wait.Granted() {
			offered++
			if !p.woken {
				w.t.Error("a receiver was not woken")
			}
		}
	}
	for i := range w.senders {
		if p := &w.senders[i]; p.future.wait.Granted() {
			promised++
			if !p.woken {
				w.t.Error("a sender was not woken")
			}
		}
	}
	if !w.dropped && (c.offered != offered || c.promised != promised) {
		w.t.Errorf("%d offered, not %d; %d promised, not %d", c.offered, offered, c.promised, promised)
	}
	if !slices.Equal(w.received, w.sent[:len(w.received)]) {
		w.t.Errorf("sent %v, received %v", w.sent, w.received)
	}
	if !w.dropped && len(w.sent) != len(w.received)+c.queue.count {
		w.t.Errorf("sent %v, received %v, and %d are left", w.sent, w.received, c.queue.count)
	}
	limit := c.limit
	if c.rendezvous {
		limit = 2 // as many as there are receivers
	}
	if c.queue.count > limit {
		w.t.Errorf("%d messages in a channel for %d", c.queue.count, limit)
	}
}

// settle polls all who were woken, until nobody is. Then nobody waits for what is there.
func (w *channelWorld) settle() {
	for again := true; again; {
		again = false
		for i := range w.senders {
			if p := &w.senders[i]; p.woken && !p.over {
				w.send(i)
				again = true
			}
		}
		for i := range w.receiver {
			if p := &w.receiver[i]; p.woken && !p.over {
				w.receive(i)
				again = true
			}
		}
		w.check()
	}
	c := w.tx.channel
	sending, receiving := !c.senders.Empty(), !c.receivers.Empty()
	if receiving && (c.queue.count > 0 || sending) || sending && c.room() {
		w.t.Errorf("somebody waits for what is there: %v %v %d", sending, receiving, c.queue.count)
	}
	for i := range w.senders {
		if p := &w.senders[i]; p.polled && !p.over && (c.txs == 0 || c.rxs == 0) {
			w.t.Error("a sender is not told the end")
		}
	}
	for i := range w.receiver {
		if p := &w.receiver[i]; p.polled && !p.over && c.drained() {
			w.t.Error("a receiver is not told the end")
		}
	}
}
