package lower

import (
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// assignSlots gives the variables of the frame their fields. Two of one type whose lives do
// not overlap share one: the graph of what is live together is coloured greedily, in
// order of declaration, which gives the fewest fields where lives nest as scopes do.
func assignSlots(m *Machine) {
	clash := m.interference()
	for _, v := range m.Vars {
		if v.Storage != Field && v.Storage != Cell && v.Storage != Boxed {
			continue
		}
		for _, s := range m.Slots {
			if s.admits(v, clash) {
				v.Slot = s
				s.Vars = append(s.Vars, v)
				break
			}
		}
		if v.Slot == nil {
			v.Slot = &Slot{Index: len(m.Slots), Vars: []*Var{v}}
			m.Slots = append(m.Slots, v.Slot)
		}
	}
}

// admits reports whether v can join the variables of s.
func (s *Slot) admits(v *Var, clash map[[2]int]bool) bool {
	for _, o := range s.Vars {
		if o.Pinned || v.Pinned || o.Storage != v.Storage || o.Kind == Param || o.Kind == Capture || !sameType(o, v) {
			return false
		}
		if (o.Kind == Child) != (v.Kind == Child) || o.spare != v.spare {
			return false
		}
		if clash[pair(o, v)] {
			return false
		}
	}
	return true
}

func sameType(a, b *Var) bool {
	switch {
	case a.Lit != nil || b.Lit != nil:
		return a.Lit == b.Lit
	case a.Runtime != b.Runtime || len(a.TypeArgs) != len(b.TypeArgs):
		return false
	case a.Runtime != "":
		for i := range a.TypeArgs {
			if !types.Identical(a.TypeArgs[i], b.TypeArgs[i]) {
				return false
			}
		}
		return true
	}
	return types.Identical(a.Type, b.Type)
}

func pair(a, b *Var) [2]int {
	return [2]int{min(a.index, b.index), max(a.index, b.index)}
}

// interference finds the pairs of variables that are live together: whatever is live where
// the other one is written. What a step reads clashes with what it writes as well, since
// a cell is made before the operands are evaluated.
func (m *Machine) interference() map[[2]int]bool {
	clash := map[[2]int]bool{}
	in := m.liveness()
	for _, b := range m.Blocks {
		m.backward(b, in, func(r refs, live varSet) {
			for _, d := range r.defs {
				for i, l := range live {
					if l {
						clash[pair(d, m.Vars[i])] = true
					}
				}
				for _, u := range append(r.uses, r.defs...) {
					clash[pair(d, u)] = true
				}
			}
		})
	}
	return clash
}

// clearPointers finds for every state the fields that may still hold a pointer of a variable
// that is dead there, so that a task that waits for long keeps no garbage alive.
func clearPointers(m *Machine) {
	set := map[*Block]map[*Slot]bool{} // slots that may be filled at the start of a block
	for _, b := range m.Blocks {
		set[b] = map[*Slot]bool{}
	}
	for _, v := range m.Vars {
		if (v.Kind == Param || v.Kind == Capture) && v.Slot != nil {
			set[m.Blocks[0]][v.Slot] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, b := range m.Blocks {
			filled := m.filledAfter(b, set[b])
			for _, s := range b.Succs(m) {
				for slot := range filled {
					if !set[s][slot] {
						set[s][slot], changed = true, true
					}
				}
			}
		}
	}
	for _, st := range m.suspensions() {
		kept := map[*Slot]bool{}
		if st.Block.Await != nil && st.Block.Await.Child != nil {
			kept[st.Block.Await.Child.Slot] = true
		}
		for _, v := range st.Keeps {
			kept[v.Slot] = true
		}
		for _, slot := range m.Slots {
			v := slot.Vars[0]
			if set[st.Block][slot] && !kept[slot] && !v.spare && m.holdsPointer(v) {
				st.Clear = append(st.Clear, v)
			}
		}
	}
}

// filledAfter is what may be filled when b ends, given what may be when it starts. A
// suspension clears what it does not keep, but a future that is ready at once does not.
func (m *Machine) filledAfter(b *Block, start map[*Slot]bool) map[*Slot]bool {
	out := map[*Slot]bool{}
	for s := range start {
		out[s] = true
	}
	m.backward(b, nil, func(r refs, _ varSet) {
		for _, d := range r.defs {
			if d.Slot != nil {
				out[d.Slot] = true
			}
		}
	})
	return out
}

// holdsPointer reports whether a field of v keeps something on the heap alive. The fields of
// machines that are generated in the same run are not known yet.
func (m *Machine) holdsPointer(v *Var) bool {
	if v.Storage != Field || v.Runtime != "" || v.Lit != nil || v.machine {
		return true
	}
	if n, ok := types.Unalias(v.Type).(*types.Named); ok && v.Kind == Child && n.Obj().Pkg() == m.Func.Pkg.Types {
		return true
	}
	return hasPointer(v.Type)
}

func hasPointer(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return typeset.Any(t, hasPointer)
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() == types.String || t.Kind() == types.UnsafePointer
	case *types.Array:
		return t.Len() > 0 && hasPointer(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if hasPointer(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}
