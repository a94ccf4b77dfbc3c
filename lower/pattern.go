package lower

import (
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// A TypeParam is a part of a type that cannot be written at package level: a generic
// function that is to accept the type has a type parameter in its place.
type TypeParam struct {
	Type       types.Type
	Comparable bool // it is, or is a part of, the key of a map
	// Bounds are the constraints of other type parameters that it is an argument for.
	Bounds []types.Type
}

// Pattern gives the type parameters that stand for parts of ts; of is one of them if it is
// not nil, whatever it is made of. It is not ok if constraints were needed that cannot
// simply be written.
func (m *Machine) Pattern(of types.Type, ts ...types.Type) (params []TypeParam, ok bool) {
	p := &pattern{m: m, of: of, ok: true}
	for _, t := range ts {
		p.walk(t, false)
	}
	return p.params, p.ok
}

// A pattern is being made.
type pattern struct {
	m      *Machine
	of     types.Type
	params []TypeParam
	ok     bool
}

// stands reports whether a type parameter stands for t.
func (p *pattern) stands(t types.Type) bool {
	return p.of != nil && types.Identical(t, p.of) || p.m.Opaque(t)
}

func (p *pattern) param(t types.Type) *TypeParam {
	i := slices.IndexFunc(p.params, func(q TypeParam) bool { return types.Identical(q.Type, t) })
	if i < 0 {
		i = len(p.params)
		p.params = append(p.params, TypeParam{Type: t})
	}
	return &p.params[i]
}

// walk finds the parameters in t, which must be comparable if it is a key.
func (p *pattern) walk(t types.Type, key bool) {
	t = p.m.visible(t)
	if p.stands(t) {
		q := p.param(t)
		q.Comparable = q.Comparable || key
		return
	}
	switch t := t.(type) {
	case *types.Map:
		p.walk(t.Key(), true)
		p.walk(t.Elem(), false)
		return
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			p.argument(t.TypeArgs().At(i), t.Origin().TypeParams().At(i).Constraint())
		}
		return
	case *types.Array, *types.Struct: // comparable if their parts are
	default:
		key = false
	}
	for _, part := range typeset.Parts(t) {
		p.walk(part, key)
	}
}

// argument is walk for a type argument, which has to satisfy a constraint.
func (p *pattern) argument(t, bound types.Type) {
	p.walk(t, isComparable(bound))
	switch {
	case isAny(bound) || isComparable(bound) || len(p.m.opaqueParts(t)) == 0:
	case p.stands(t) && !IsForeign(bound, p.m.Func.Pkg) && !typeset.PartOf(bound, isTypeParam):
		q := p.param(t)
		q.Bounds = append(q.Bounds, bound)
	default:
		p.ok = false
	}
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.Empty()
}

func isTypeParam(t types.Type) bool {
	_, ok := t.(*types.TypeParam)
	return ok
}

func isComparable(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("comparable").Type())
}

// opaqueParts lists the parts of types that are opaque, each once.
func (m *Machine) opaqueParts(ts ...types.Type) (out []types.Type) {
	for _, t := range ts {
		t = m.visible(t)
		if !m.Opaque(t) {
			out = append(out, m.opaqueParts(typeset.Parts(t)...)...)
		} else if !slices.ContainsFunc(out, func(o types.Type) bool { return types.Identical(o, t) }) {
			out = append(out, t)
		}
	}
	return out
}

// Opaque reports whether t by itself, and not because of its parts, cannot be written at
// package level.
func (m *Machine) Opaque(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		if within(m.Func, t.Obj()) {
			return true
		}
	}
	return hidden(t, m.Func.Pkg)
}

// visible replaces an alias without a name here by what it means.
func (m *Machine) visible(t types.Type) types.Type {
	if a, ok := t.(*types.Alias); ok && HasNoName(a.Obj(), m.Func.Pkg) {
		return types.Unalias(t)
	}
	return t
}
