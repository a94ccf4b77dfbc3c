package emit

import (
	"go/types"
	"maps"
	"slices"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// The twin of a generic function is generic itself: constructor, future and struct of results
// have the type parameters of the function or of the method's receiver. Machines inside it,
// and types that move to package level, have them all, needed or not.

// nameTypeParams names the type parameters of m's function in the generated file. A name of
// the user stays unless something that generated code mentions has it.
func (u *unit) nameTypeParams(m *lower.Machine, s *scope) map[types.Object]string {
	if m.Outer != nil {
		names := u.all[m.Outer].typeParams
		for _, name := range names {
			s.take(name)
		}
		return names
	}
	names := map[types.Object]string{}
	free := newScope()
	maps.Copy(free.taken, s.taken)
	for name := range spellings(m) {
		free.take(name)
	}
	for p := range m.Func.TypeParams.TypeParams() {
		name := p.Obj().Name()
		switch {
		case name == "_":
			name = free.pick("T")
		case s.taken[name]:
			name = free.pick(name)
		}
		s.take(name)
		u.spelled[name] = true
		names[p.Obj()] = name
	}
	return names
}

// genericScope holds besides what declarations of a generic twin mention, where a type
// parameter could hide it.
func (u *unit) genericScope(m *lower.Machine, s *scope, used func(types.Type)) {
	for top := m; top != nil; top = top.Outer {
		s.take(top.Func.Names.Future, top.Func.Names.Result)
		if top.Func.Obj != nil {
			s.take(top.Func.Obj.Name())
			used(top.Func.Sig.Params())
			if r := top.Func.Sig.Recv(); r != nil {
				used(r.Type())
			}
		}
	}
	for p := range m.Func.TypeParams.TypeParams() {
		used(p.Constraint())
	}
	for _, lit := range slices.Concat(m.Lits, m.Closures) {
		u.genericScope(lit, s, used)
	}
}

func (u *unit) takeTypeParams(s *scope) {
	for _, name := range u.all[u.m].typeParams {
		s.take(name)
	}
}

// typeParam is the name of a type parameter here.
func (u *unit) typeParam(p *types.TypeParam) string {
	if u.m != nil {
		if name := u.all[u.m].typeParams[p.Obj()]; name != "" {
			return name
		}
	}
	return p.Obj().Name()
}

// typeParams writes the type parameters of the machine that is being written, as they are
// declared; nothing if it has none.
func (u *unit) typeParams() *jen.Statement {
	list := u.m.Func.TypeParams
	if list.Len() == 0 {
		return jen.Null()
	}
	var params []jen.Code
	for i := range list.Len() {
		p := jen.Id(u.typeParam(list.At(i)))
		c := list.At(i).Constraint()
		if i+1 == list.Len() || !types.Identical(c, list.At(i+1).Constraint()) {
			p.Add(u.constraint(c)) // of all that stand before it
		}
		params = append(params, p)
	}
	return jen.Types(params...)
}

// typeArgs writes them as arguments.
func (u *unit) typeArgs() *jen.Statement {
	list := u.m.Func.TypeParams
	if list.Len() == 0 {
		return jen.Null()
	}
	var args []jen.Code
	for p := range list.TypeParams() {
		args = append(args, jen.Id(u.typeParam(p)))
	}
	return jen.Types(args...)
}

// constraint writes the constraint of a type parameter. [P *T] in the declaration of a type
// would be the length of an array, so what starts with a star stands in an interface; no
// other element that is alone does.
func (u *unit) constraint(t types.Type) *jen.Statement {
	i, ok := t.(*types.Interface)
	if !ok || i.NumExplicitMethods() > 0 || i.NumEmbeddeds() != 1 {
		return u.typ(t)
	}
	e := i.EmbeddedType(0)
	first := e
	if union, ok := e.(*types.Union); ok {
		first = union.Term(0).Type()
		if union.Term(0).Tilde() {
			return u.typ(e)
		}
	}
	if _, star := first.(*types.Pointer); star {
		return jen.Interface(u.typ(e))
	}
	return u.typ(e)
}

func (u *unit) unionType(t *types.Union) *jen.Statement {
	s := &jen.Statement{}
	for i := range t.Len() {
		if i > 0 {
			s.Op("|")
		}
		if t.Term(i).Tilde() {
			s.Op("~")
		}
		s.Add(u.typ(t.Term(i).Type()))
	}
	return s
}

// future writes the type of a machine of the function that is being written.
func (u *unit) future(m *lower.Machine) *jen.Statement {
	return jen.Id(m.Func.Names.Future).Add(u.typeArgs())
}

// result writes the type that carries several results.
func (u *unit) result() *jen.Statement {
	return jen.Id(u.m.Func.Names.Result).Add(u.typeArgs())
}
