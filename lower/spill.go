package lower

import (
	"go/types"

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
	case v.Kind == Child:
		if local {
			return Boxed
		}
		return Field
	case len(v.blocks) == 0 && !v.Pinned:
		return Unused
	case len(v.Keeps) > 0 || v.Pinned || v.Kind == Param:
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
	case v.Type != nil && m.Func.Pkg.Sizes.Sizeof(v.Type) > topLimit:
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

// Mentions reports whether any named type that t is written with satisfies is.
func Mentions(t types.Type, is func(*types.TypeName) bool) bool {
	switch t := t.(type) {
	case *types.Alias:
		if is(t.Obj()) {
			return true
		}
		for a := range t.TypeArgs().Types() {
			if Mentions(a, is) {
				return true
			}
		}
	case *types.Named:
		if is(t.Obj()) {
			return true
		}
		for a := range t.TypeArgs().Types() {
			if Mentions(a, is) {
				return true
			}
		}
	case *types.Pointer:
		return Mentions(t.Elem(), is)
	case *types.Slice:
		return Mentions(t.Elem(), is)
	case *types.Array:
		return Mentions(t.Elem(), is)
	case *types.Chan:
		return Mentions(t.Elem(), is)
	case *types.Map:
		return Mentions(t.Key(), is) || Mentions(t.Elem(), is)
	case *types.Signature:
		return Mentions(t.Params(), is) || Mentions(t.Results(), is)
	case *types.Tuple:
		for v := range t.Variables() {
			if Mentions(v.Type(), is) {
				return true
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if Mentions(f.Type(), is) {
				return true
			}
		}
	case *types.Interface:
		for f := range t.ExplicitMethods() {
			if Mentions(f.Type(), is) {
				return true
			}
		}
		for e := range t.EmbeddedTypes() {
			if Mentions(e, is) {
				return true
			}
		}
	}
	return false
}
