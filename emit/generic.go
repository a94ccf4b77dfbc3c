package emit

import (
	"go/ast"
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
// the user stays unless something that generated code mentions or declares has it.
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
		case s.taken[name], slices.Contains(ownLocals, name):
			free.take(name)
			name = free.pick(name)
		}
		s.take(name)
		u.spelled[name] = true
		names[p.Obj()] = name
	}
	// Local types may have parameters of their own, behind those at package level.
	ast.Inspect(m.Func.Body, func(n ast.Node) bool {
		if t, ok := n.(*ast.TypeSpec); ok {
			for p := range ownParams(u.pkg.Info.Defs[t.Name]).TypeParams() {
				name := p.Obj().Name()
				if name == "_" || s.taken[name] {
					name = free.pick("T")
				}
				names[p.Obj()] = name
			}
		}
		return true
	})
	return names
}

// ownParams gives the type parameters of a type's declaration.
func ownParams(name types.Object) *types.TypeParamList {
	switch t := name.Type().(type) {
	case *types.Named:
		return t.TypeParams()
	case *types.Alias:
		return t.TypeParams()
	}
	return nil
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
	return u.declareParams(u.m.Func.TypeParams)
}

// declareParams writes the declaration of the type parameters of lists.
func (u *unit) declareParams(lists ...*types.TypeParamList) *jen.Statement {
	var all []*types.TypeParam
	for _, list := range lists {
		all = slices.AppendSeq(all, list.TypeParams())
	}
	if len(all) == 0 {
		return jen.Null()
	}
	var params []jen.Code
	for i, p := range all {
		s := jen.Id(u.typeParam(p))
		if i+1 == len(all) || !types.Identical(p.Constraint(), all[i+1].Constraint()) {
			s.Add(u.constraint(p.Constraint())) // of all that stand before it
		}
		params = append(params, s)
	}
	return jen.Types(params...)
}

// typeArgs writes them as arguments, with more behind them.
func (u *unit) typeArgs(more ...jen.Code) *jen.Statement {
	var args []jen.Code
	for p := range u.m.Func.TypeParams.TypeParams() {
		args = append(args, jen.Id(u.typeParam(p)))
	}
	if args = append(args, more...); len(args) == 0 {
		return jen.Null()
	}
	return jen.Types(args...)
}

// aliasOf writes what declares a local type that has moved to package level, as name.
func (u *unit) aliasOf(obj types.Object, name string) *jen.Statement {
	own := ownParams(obj)
	var args []jen.Code
	for p := range own.TypeParams() {
		args = append(args, jen.Id(u.typeParam(p)))
	}
	return jen.Id(name).Add(u.declareParams(own)).Op("=").Id(u.sharedName(obj)).Add(u.typeArgs(args...))
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
