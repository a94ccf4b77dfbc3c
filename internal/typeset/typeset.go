// Package typeset answers what statements and operators want to know of a type that may be
// a type parameter. The underlying type of a type parameter is its constraint, an interface,
// which says little: what counts are the types that the constraint admits.
//
// Only underlying types are looked at, since nothing here depends on more. So ~int and int
// are the same, and a set that no type can be in may seem to have members.
package typeset

import (
	"go/types"
)

// Terms gives the underlying types of the types that t can stand for: that of t itself
// unless it is a type parameter. ok is false if the constraint admits infinitely many.
func Terms(t types.Type) (terms []types.Type, ok bool) {
	p, isParam := types.Unalias(t).(*types.TypeParam)
	if !isParam {
		return []types.Type{t.Underlying()}, true
	}
	return ofInterface(p.Constraint().Underlying().(*types.Interface))
}

// ofInterface intersects what the embedded elements of a constraint admit.
func ofInterface(t *types.Interface) (terms []types.Type, ok bool) {
	for e := range t.EmbeddedTypes() {
		list, limited := ofElement(e)
		switch {
		case !limited:
		case !ok:
			terms, ok = list, true
		default:
			terms = common(terms, list)
		}
	}
	return terms, ok
}

// ofElement is [Terms] for one element of an interface.
func ofElement(t types.Type) (terms []types.Type, ok bool) {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return ofInterface(u)
	case *types.Union:
		for term := range u.Terms() {
			list, limited := ofElement(term.Type())
			if !limited {
				return nil, false
			}
			for _, x := range list {
				if !contains(terms, x) {
					terms = append(terms, x)
				}
			}
		}
		return terms, true
	default:
		return []types.Type{u}, true
	}
}

func common(a, b []types.Type) (out []types.Type) {
	for _, t := range a {
		if contains(b, t) {
			out = append(out, t)
		}
	}
	return out
}

func contains(list []types.Type, t types.Type) bool {
	for _, o := range list {
		if types.Identical(o, t) {
			return true
		}
	}
	return false
}

// Core is the one underlying type that all types of t share; nil if there is none. Channels
// of one element are one type with the directions that all of them allow.
func Core(t types.Type) types.Type {
	terms, ok := Terms(t)
	if !ok || len(terms) == 0 {
		return nil
	}
	core := terms[0]
	for _, o := range terms[1:] {
		if types.Identical(core, o) {
			continue
		}
		a, isChan := core.(*types.Chan)
		b, both := o.(*types.Chan)
		if !isChan || !both || !types.Identical(a.Elem(), b.Elem()) {
			return nil
		}
		switch {
		case a.Dir() == types.SendRecv:
			core = b // one that says less
		case b.Dir() != types.SendRecv && a.Dir() != b.Dir():
			return nil
		}
	}
	return core
}

// Any reports whether is holds for the underlying type of some type that t can stand for.
func Any(t types.Type, is func(types.Type) bool) bool {
	terms, ok := Terms(t)
	for _, u := range terms {
		if is(u) {
			return true
		}
	}
	return !ok
}

// Every reports whether is holds for the underlying types of all types that t can stand for.
func Every(t types.Type, is func(types.Type) bool) bool {
	terms, ok := Terms(t)
	for _, u := range terms {
		if !is(u) {
			return false
		}
	}
	return ok
}

// Mentions reports whether t is written with a type parameter, so that it is not the same
// type in all instances of a function.
func Mentions(t types.Type) bool {
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Alias:
		return mentionsAny(t.TypeArgs().Len(), t.TypeArgs().At) || Mentions(types.Unalias(t))
	case *types.Named:
		return mentionsAny(t.TypeArgs().Len(), t.TypeArgs().At)
	case *types.Pointer:
		return Mentions(t.Elem())
	case *types.Slice:
		return Mentions(t.Elem())
	case *types.Array:
		return Mentions(t.Elem())
	case *types.Chan:
		return Mentions(t.Elem())
	case *types.Map:
		return Mentions(t.Key()) || Mentions(t.Elem())
	case *types.Signature:
		return Mentions(t.Params()) || Mentions(t.Results())
	case *types.Tuple:
		return mentionsAny(t.Len(), func(i int) types.Type { return t.At(i).Type() })
	case *types.Struct:
		return mentionsAny(t.NumFields(), func(i int) types.Type { return t.Field(i).Type() })
	case *types.Interface:
		return mentionsAny(t.NumExplicitMethods(), func(i int) types.Type { return t.ExplicitMethod(i).Type() }) ||
			mentionsAny(t.NumEmbeddeds(), t.EmbeddedType)
	case *types.Union:
		return mentionsAny(t.Len(), func(i int) types.Type { return t.Term(i).Type() })
	}
	return false
}

func mentionsAny(n int, at func(int) types.Type) bool {
	for i := range n {
		if Mentions(at(i)) {
			return true
		}
	}
	return false
}

// Sizeof is the size of a value of type t in bytes. What a type parameter stands for is not
// known; it counts as large as a string, unless all types of its constraint have a size.
func Sizeof(sizes types.Sizes, t types.Type) int64 {
	if !depends(t) {
		return sizes.Sizeof(t)
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return u.Len() * Sizeof(sizes, u.Elem())
	case *types.Struct:
		total := int64(0)
		for f := range u.Fields() {
			total += Sizeof(sizes, f.Type())
		}
		return total
	}
	terms, ok := Terms(t)
	if !ok {
		return sizes.Sizeof(types.Typ[types.String])
	}
	most := int64(0)
	for _, u := range terms {
		most = max(most, Sizeof(sizes, u))
	}
	return most
}

// depends reports whether the size of t depends on a type parameter.
func depends(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return depends(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if depends(f.Type()) {
				return true
			}
		}
	}
	return false
}
