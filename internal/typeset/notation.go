package typeset

import "go/types"

// This file is about the notation of types, of which the rest of the package knows nothing.

// WrittenWith reports whether any named type that t is written with satisfies is.
func WrittenWith(t types.Type, is func(*types.TypeName) bool) bool {
	return PartOf(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Alias:
			return is(t.Obj())
		case *types.Named:
			return is(t.Obj())
		}
		return false
	})
}

// PartOf reports whether t or a type that t is written with satisfies is. What a named type
// consists of does not belong to its notation, its type arguments do.
func PartOf(t types.Type, is func(types.Type) bool) bool {
	if t == nil {
		return false
	}
	if is(t) {
		return true
	}
	for _, part := range Parts(t) {
		if PartOf(part, is) {
			return true
		}
	}
	return false
}

// Parts gives the types that stand in the notation of t, one level deep.
func Parts(t types.Type) (out []types.Type) {
	switch t := t.(type) {
	case *types.Alias:
		for a := range t.TypeArgs().Types() {
			out = append(out, a)
		}
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			out = append(out, a)
		}
	case *types.Pointer:
		return []types.Type{t.Elem()}
	case *types.Slice:
		return []types.Type{t.Elem()}
	case *types.Array:
		return []types.Type{t.Elem()}
	case *types.Chan:
		return []types.Type{t.Elem()}
	case *types.Map:
		return []types.Type{t.Key(), t.Elem()}
	case *types.Signature:
		return []types.Type{t.Params(), t.Results()}
	case *types.Tuple:
		for v := range t.Variables() {
			out = append(out, v.Type())
		}
	case *types.Struct:
		for f := range t.Fields() {
			out = append(out, f.Type())
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			out = append(out, m.Type())
		}
		for e := range t.EmbeddedTypes() {
			out = append(out, e)
		}
	case *types.Union:
		for term := range t.Terms() {
			out = append(out, term.Type())
		}
	}
	return out
}
