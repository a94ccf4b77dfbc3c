package lower

import "slices"

// number gives every await its state. Numbers follow the order of the blocks, after the
// start state 0; the done state has none, it is whatever the generator makes of it.
func number(m *Machine) {
	m.States = nil
	for _, b := range m.Blocks {
		if b.Await != nil {
			b.Await.State = &State{Index: len(m.States) + 1, Block: b}
			m.States = append(m.States, b.Await.State)
		}
	}
	if m.AwaitsExit {
		m.ExitState = &State{Index: len(m.States) + 1, Block: m.ExitBlock}
	}
}

// suspensions lists all states in which the machine can be suspended.
func (m *Machine) suspensions() []*State {
	if m.ExitState == nil {
		return m.States
	}
	return append(m.States[:len(m.States):len(m.States)], m.ExitState)
}

// A varSet is a set of variables by index.
type varSet []bool

func (s varSet) addAll(o varSet) (changed bool) {
	for i, in := range o {
		if in && !s[i] {
			s[i], changed = true, true
		}
	}
	return changed
}

// liveness solves backward liveness and gives the variables that are live at the start of
// every block. At the start of an await's block that is what a suspension must keep: the
// results are not there yet, and a resume goes nowhere but here.
func (m *Machine) liveness() map[*Block]varSet {
	in := map[*Block]varSet{}
	for _, b := range m.Blocks {
		in[b] = make(varSet, len(m.Vars))
	}
	for changed := true; changed; {
		changed = false
		for _, b := range slices.Backward(m.Blocks) {
			live := m.backward(b, in, nil)
			if in[b].addAll(live) {
				changed = true
			}
		}
	}
	return in
}

// backward walks one block from its end to its start. visit, if there is one, sees every
// step with what is live behind it.
func (m *Machine) backward(b *Block, in map[*Block]varSet, visit func(r refs, live varSet)) varSet {
	live := make(varSet, len(m.Vars))
	step := func(r refs) {
		if visit != nil {
			visit(r, live)
		}
		for _, v := range r.defs {
			live[v.index] = false
		}
		for _, v := range r.uses {
			live[v.index] = true
		}
	}
	for _, s := range (&Block{Term: b.Term}).Succs(m) {
		live.addAll(in[s])
	}
	step(m.termRefs(b.Term))
	for _, it := range slices.Backward(b.Items) {
		if s, ok := it.(*Stmt); ok {
			for _, t := range m.jumpsIn(s) {
				live.addAll(in[t])
			}
		}
		step(m.itemRefs(it))
	}
	if b.Await != nil {
		step(m.awaitRefs(b.Await))
	}
	return live
}

// keep finds for every state the variables that live across its suspension.
func keep(m *Machine) {
	in := m.liveness()
	for _, st := range m.suspensions() {
		for i, live := range in[st.Block] {
			v := m.Vars[i]
			if live || v.Pinned {
				st.Keeps = append(st.Keeps, v)
				v.Keeps = append(v.Keeps, st)
			}
		}
	}
	for _, b := range m.Blocks {
		touch := func(r refs) {
			for _, v := range append(r.defs, r.uses...) {
				if v.blocks == nil {
					v.blocks = map[*Block]bool{}
				}
				v.blocks[b] = true
			}
		}
		m.backward(b, in, func(r refs, _ varSet) { touch(r) })
		for i, live := range in[b] {
			// Live from elsewhere: more than this block has to do with it.
			if v := m.Vars[i]; live {
				if v.blocks == nil {
					v.blocks = map[*Block]bool{}
				}
				v.blocks[b] = true
				for _, p := range b.Preds {
					v.blocks[p] = true
				}
			}
		}
	}
}
