package lower

import (
	"go/types"
)

// breakCycles puts the machines that would contain themselves behind pointers: those of
// calls that lie on a cycle of the call graph. Only functions of one package can form
// one, since packages do not import each other in circles.
func breakCycles(ms []*Machine) {
	byFunc := map[*types.Func]*Machine{}
	for _, m := range ms {
		byFunc[m.Func.Obj] = m
	}
	for _, m := range ms {
		m.eachChild(func(c child) {
			callee := byFunc[c.callee]
			if callee != nil && reaches(callee, m, byFunc, map[*Machine]bool{}) {
				c.v.Type = c.pointer
			}
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
	from.eachChild(func(c child) {
		if callee := byFunc[c.callee]; callee != nil && !found {
			found = reaches(callee, to, byFunc, seen)
		}
	})
	return found
}

// A child is a machine that another one makes and keeps in its frame.
type child struct {
	v       *Var
	callee  *types.Func
	pointer types.Type // what v would be behind a pointer
}

// eachChild visits the machines in the frame of m, and those that literals in its frame have
// in theirs. The machine of a closure is behind a pointer.
func (m *Machine) eachChild(visit func(child)) {
	for _, b := range m.Blocks {
		for _, it := range b.Items {
			if o, ok := it.(*Open); ok {
				visit(child{o.Iter, o.Loop.Callee, o.Loop.Iter})
			}
		}
		if b.Await == nil {
			continue
		}
		if a := b.Await; a.Call.Fresh && a.Call.Callee != nil {
			visit(child{a.Child, a.Call.Callee, a.Call.Future})
		}
		if lit := b.Await.Lit; lit != nil {
			lit.eachChild(visit)
		}
	}
}

// ByValue reports whether the machine keeps the future itself and not a pointer to it.
func (a *Await) ByValue() bool {
	if a.Lit != nil {
		return true
	}
	ptr, ok := types.Unalias(a.Call.Future).(*types.Pointer)
	return ok && a.Call.Fresh && types.Identical(a.Child.Type, ptr.Elem())
}
