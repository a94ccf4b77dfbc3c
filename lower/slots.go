package lower

import (
	"cmp"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// assignSlots gives the variables of the frame their fields. Two of one type whose lives do
// not overlap share one. A field has the name of its first variable, so parameters, and
// variables that a statement makes of others, keep theirs to themselves at first. Only if
// the frame turns out much larger than any suspension needs do they share, too.
func assignSlots(m *Machine) {
	m.colour(m.interference(false), false)
	if m.roomy() {
		m.colour(m.interference(true), true)
	}
	m.pack()
}

// colour assigns fields in order of declaration, which gives the fewest where lives nest as
// scopes do. Variables clash if they are live together. Tight says that a field of a
// parameter can have another variable later.
func (m *Machine) colour(clash map[[2]int]bool, tight bool) {
	m.Slots = nil
	for _, v := range m.Vars {
		v.Slot = nil
		if v.Storage != Field && v.Storage != Cell && v.Storage != Boxed {
			continue
		}
		for _, s := range m.Slots {
			if s.admits(v, clash, tight) {
				v.Slot = s
				s.Vars = append(s.Vars, v)
				break
			}
		}
		if v.Slot == nil {
			v.Slot = &Slot{Vars: []*Var{v}}
			m.Slots = append(m.Slots, v.Slot)
		}
	}
}

// roomy reports whether the fields take more than a quarter more than the variables of the
// suspension that keeps the most. Futures are not counted: each has to have its place.
func (m *Machine) roomy() bool {
	total := m.wordSize() // the state
	for _, s := range m.Slots {
		total += m.fieldSize(s.Vars[0])
	}
	most := int64(0)
	sum := func(vars []*Var) {
		kept := m.wordSize()
		seen := map[*Slot]bool{}
		for _, v := range vars {
			if v.Slot != nil && !seen[v.Slot] {
				seen[v.Slot] = true
				kept += m.fieldSize(v)
			}
		}
		most = max(most, kept)
	}
	sum(slices.DeleteFunc(slices.Clone(m.Vars), func(v *Var) bool { return !v.given() }))
	for _, st := range m.States {
		sum(st.Keeps)
	}
	return 4*total > 5*most
}

// fieldSize is how many bytes a field for v takes.
func (m *Machine) fieldSize(v *Var) int64 {
	switch {
	case v.Kind == Child || v.machine:
		return 0
	case v.Storage == Boxed:
		return 2 * m.wordSize()
	case v.Storage == Cell || v.Type == nil:
		return m.wordSize()
	}
	return typeset.Sizeof(m.Func.Pkg.Sizes, v.Type)
}

// pack puts the fields that are smaller than a word in front, where they stand beside the
// state, the smallest first: no padding lies between them but what the last of them leaves.
func (m *Machine) pack() {
	align := func(s *Slot) int64 { return m.alignment(s.Vars[0]) }
	slices.SortStableFunc(m.Slots, func(a, b *Slot) int { return cmp.Compare(align(a), align(b)) })
	for i, s := range m.Slots {
		s.Index = i
		s.Small = align(s) < m.wordSize()
	}
}

func (m *Machine) wordSize() int64 { return m.Func.Pkg.Sizes.Sizeof(types.Typ[types.Uintptr]) }

// alignment is that of a field for v: a word where the type is not known yet, since the frame
// of every machine holds something of that alignment.
func (m *Machine) alignment(v *Var) int64 {
	if v.Storage != Field || v.Type == nil || v.Kind == Child || v.machine || typeset.Mentions(v.Type) {
		return m.wordSize()
	}
	return min(m.wordSize(), m.Func.Pkg.Sizes.Alignof(v.Type))
}

// admits reports whether v can join the variables of s.
func (s *Slot) admits(v *Var, clash map[[2]int]bool, tight bool) bool {
	for _, o := range s.Vars {
		if o.Pinned || v.Pinned || o.Storage != v.Storage || !sameType(o, v) && (!tight || v.Storage != Boxed) {
			return false
		}
		if (o.Kind == Child) != (v.Kind == Child) || o.spare != v.spare || o.given() && !tight {
			return false
		}
		if clash[pair(o, v)] {
			return false
		}
	}
	return true
}

// given reports whether v has a value before anything runs.
func (v *Var) given() bool { return v.Kind == Param || v.Kind == Capture }

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
// the other one is written. What a step reads clashes with what it writes as well: a cell
// is made before the operands are evaluated, and a statement does many things. An assignment
// to a field, however, has read everything before it writes, which counts if tight is set. And
// before anything runs parameters have their values, while results are zero.
func (m *Machine) interference(tight bool) map[[2]int]bool {
	clash := map[[2]int]bool{}
	for _, v := range m.Vars {
		for _, o := range m.Vars {
			if v.given() && (o.given() || o.Kind == Result) {
				clash[pair(v, o)] = true
			}
		}
	}
	in := m.liveness()
	for _, b := range m.Blocks {
		m.backward(b, in, func(r refs, live varSet) {
			for _, d := range r.defs {
				for i, l := range live {
					if l {
						clash[pair(d, m.Vars[i])] = true
					}
				}
				for _, u := range r.uses {
					if !tight || !r.assigns || d.Storage != Field || u.Storage != Field {
						clash[pair(d, u)] = true
					}
				}
				for _, u := range r.defs {
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
		if v.given() && v.Slot != nil {
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
		if st == m.ExitState {
			kept = m.abandonable()
		}
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

// abandonable lists where the iterators of loops are if some of them are streams. When a body panics
// they may be needed while the deferred calls of a stream are waited for.
func (m *Machine) abandonable() map[*Slot]bool {
	list, streams := map[*Slot]bool{}, false
	for _, b := range m.Blocks {
		for _, it := range b.Items {
			if l, ok := it.(*BeginLoop); ok {
				list[l.Iter.Slot] = true
				streams = streams || l.Stream
			}
		}
	}
	if !streams {
		clear(list)
	}
	return list
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
