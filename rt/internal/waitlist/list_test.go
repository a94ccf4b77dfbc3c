package waitlist

import (
	"slices"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// TestModel makes all sequences of five steps with three waiters and compares the list with a
// slice.
func TestModel(t *testing.T) {
	const depth, steps = 5, 11
	var path [depth]int
	for {
		m := &model{t: t}
		for _, step := range path {
			m.step(step)
			m.check()
			if t.Failed() {
				t.Fatalf("after the steps %v", path)
			}
		}
		at := depth - 1
		for ; at >= 0 && path[at] == steps-1; at-- {
			path[at] = 0
		}
		if at < 0 {
			return
		}
		path[at]++
	}
}

// A model is a list beside what is expected of it.
type model struct {
	t       *testing.T
	list    List
	waiters [3]Waiter
	woken   [3]int
	order   []int   // who should be in the list
	granted [3]bool // who should have a claim
	want    [3]int  // how often who should have been woken
}

func (m *model) waker(i int) rt.Waker { return rt.NewWaker(func() { m.woken[i]++ }) }

// step makes one of eleven steps, if it is allowed at this point.
func (m *model) step(n int) {
	i := n % 3
	w := &m.waiters[i]
	at := slices.Index(m.order, i)
	switch {
	case n == 9:
		if m.list.Empty() {
			return
		}
		first := m.order[0]
		m.list.Grant().Wake()
		m.granted[first] = true
		m.want[first]++
		m.order = m.order[1:]
	case n == 10:
		for _, k := range m.list.Drop(nil) {
			k.Wake()
		}
		for _, i := range m.order {
			m.want[i]++
		}
		m.order = nil
	case n < 3 && !w.Listed():
		m.list.Add(w, m.waker(i))
		m.order = append(m.order, i)
	case n < 3 && at >= 0:
		w.Renew(m.waker(i))
	case n < 6 && at >= 0:
		m.list.Remove(w)
		m.order = slices.Delete(m.order, at, at+1)
	case n < 6:
		w.Clear()
		m.granted[i] = false
	case n < 9 && m.granted[i]:
		m.list.Return(w, m.waker(i))
		m.granted[i] = false
		m.order = slices.Insert(m.order, 0, i)
	}
}

func (m *model) check() {
	var order []int
	if first := m.list.First(); first != nil {
		for w := first; ; w = w.next {
			if w.next.prev != w {
				m.t.Error("the links do not agree")
			}
			order = append(order, slices.IndexFunc(m.waiters[:], func(o Waiter) bool { return o.next == w.next }))
			if w.next == first {
				break
			}
		}
	}
	if !slices.Equal(order, m.order) || m.list.Empty() != (len(m.order) == 0) {
		m.t.Errorf("the list is %v, not %v", order, m.order)
	}
	for i := range m.waiters {
		w := &m.waiters[i]
		if w.Waits() != slices.Contains(m.order, i) || w.Granted() != m.granted[i] {
			m.t.Errorf("waiter %d: waits %v, granted %v", i, w.Waits(), w.Granted())
		}
		if m.woken[i] != m.want[i] {
			m.t.Errorf("waiter %d was woken %d times, not %d", i, m.woken[i], m.want[i])
		}
		if !w.Waits() && (w.waker != rt.Waker{}) {
			m.t.Errorf("waiter %d keeps its waker", i)
		}
	}
}

// TestWait has a waiter wait, be dropped, wait again, and leave.
func TestWait(t *testing.T) {
	var l List
	var a, b Waiter
	woken := 0
	k := rt.NewWaker(func() { woken++ })
	l.Wait(&a, rt.Waker{})
	l.Wait(&b, k)
	l.Wait(&a, k)
	if l.First() != &a {
		t.Error("who waits again loses its place")
	}
	for _, k := range l.Drop(nil) {
		k.Wake()
	}
	l.Leave(&b)
	l.Wait(&a, k)
	if woken != 2 || !a.Waits() || b.Listed() {
		t.Error(woken, a.Waits(), b.Listed())
	}
	l.Leave(&a)
	if !l.Empty() || a.Listed() {
		t.Error("who left is still there")
	}
}
