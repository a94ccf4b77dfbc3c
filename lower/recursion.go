package lower

import (
	"go/types"
)

// breakCycles puts the futures that would contain themselves behind pointers: those of
// calls that lie on a cycle of the call graph. Only functions of one package can form
// one, since packages do not import each other in circles.
func breakCycles(ms []*Machine) {
	byFunc := map[*types.Func]*Machine{}
	for _, m := range ms {
		byFunc[m.Func.Obj] = m
	}
	for _, m := range ms {
		m.eachStart(func(in *Machine, a *Await) {
			callee := byFunc[a.Call.Callee]
			if callee == nil || !a.Call.Fresh || !reaches(callee, m, byFunc, map[*Machine]bool{}) {
				return
			}
			a.Child.Type = a.Call.Future
		})
	}
}

// reaches reports whether the frame of from contains that of to by value.
func reaches(from, to *Machine, byFunc map[*types.Func]*Machine, seen map[*Machine]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	found := false
	from.eachStart(func(_ *Machine, a *Await) {
		if callee := byFunc[a.Call.Callee]; callee != nil && a.Call.Fresh && !found {
			found = reaches(callee, to, byFunc, seen)
		}
	})
	return found
}

// eachStart visits the futures that m starts, and those that literals in its frame start.
// The machine of another closure is behind a pointer.
func (m *Machine) eachStart(visit func(in *Machine, a *Await)) {
	for _, b := range m.Blocks {
		if b.Await != nil {
			visit(m, b.Await)
			if lit := b.Await.Lit; lit != nil {
				lit.eachStart(visit)
			}
		}
	}
}

// ByValue reports whether the machine keeps the future itself and not a pointer to it.
func (a *Await) ByValue() bool {
	if a.Lit != nil {
		return true
	}
	_, ptr := types.Unalias(a.Child.Type).(*types.Pointer)
	return a.Call.Fresh && !ptr
}
