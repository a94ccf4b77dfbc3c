package lower

import (
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// topLimit is how many bytes a variable may have that stands at the top of Poll, where it
// is zeroed on every poll.
const topLimit = 128

// spill decides where each variable lives: as close to its use as it can.
func spill(m *Machine) {
	for _, v := range m.Vars {
		v.Storage = m.storage(v)
	}
}

// storage is the decision for one variable.
func (m *Machine) storage(v *Var) Storage {
	local := v.unnamed
	switch {
	case len(v.blocks) == 0 && !v.Pinned:
		return Unused
	case v.Kind == Child:
		if local {
			return Boxed
		}
		return Field
	case v.machine:
		return Field
	case len(v.Keeps) > 0 || v.Pinned || v.Kind == Param || v.Kind == Capture:
		switch {
		case local:
			return Boxed
		case v.CellLike():
			return Cell
		}
		return Field
	case len(v.blocks) == 1:
		return Block1
	case local:
		return Boxed
	case v.CellLike():
		return Cell
	case v.Type != nil && typeset.Sizeof(m.Func.Pkg.Sizes, v.Type) > topLimit:
		return Field
	case v.Facts != nil && (v.Facts.Captured || v.Facts.Deferred || v.Facts.Called):
		return Field
	}
	return Top
}

// isLocalType reports whether t mentions a type that is declared inside the function, which
// has no name outside of it.
func isLocalType(t types.Type, fn *parse.Func) bool {
	return Mentions(t, func(n *types.TypeName) bool { return within(fn, n) })
}
