package lower

import "go/types"

// Mentions reports whether any named type that t is written with satisfies is.
func Mentions(t types.Type, is func(*types.TypeName) bool) bool {
	return partOf(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Alias:
			return is(t.Obj())
		case *types.Named:
			return is(t.Obj())
		}
		return false
	})
}

// partOf reports whether t or a type that t is written with satisfies is. What a named type
// consists of does not belong to its notation, its type arguments do.
func partOf(t types.Type, is func(types.Type) bool) bool {
	if t == nil {
		return false
	}
	if is(t) {
		return true
	}
	switch t := t.(type) {
	case *types.Alias:
		return anyPart(t.TypeArgs().Len(), t.TypeArgs().At, is)
	case *types.Named:
		return anyPart(t.TypeArgs().Len(), t.TypeArgs().At, is)
	case *types.Pointer:
		return partOf(t.Elem(), is)
	case *types.Slice:
		return partOf(t.Elem(), is)
	case *types.Array:
		return partOf(t.Elem(), is)
	case *types.Chan:
		return partOf(t.Elem(), is)
	case *types.Map:
		return partOf(t.Key(), is) || partOf(t.Elem(), is)
	case *types.Signature:
		return partOf(t.Params(), is) || partOf(t.Results(), is)
	case *types.Tuple:
		return anyPart(t.Len(), func(i int) types.Type { return t.At(i).Type() }, is)
	case *types.Struct:
		return anyPart(t.NumFields(), func(i int) types.Type { return t.Field(i).Type() }, is)
	case *types.Union:
		return anyPart(t.Len(), func(i int) types.Type { return t.Term(i).Type() }, is)
	case *types.Interface:
		return anyPart(t.NumExplicitMethods(), func(i int) types.Type { return t.ExplicitMethod(i).Type() }, is) ||
			anyPart(t.NumEmbeddeds(), t.EmbeddedType, is)
	}
	return false
}

func anyPart(n int, at func(int) types.Type, is func(types.Type) bool) bool {
	for i := range n {
		if partOf(at(i), is) {
			return true
		}
	}
	return false
}
