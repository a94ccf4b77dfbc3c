package emit

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// This file writes what keeps variables whose type has no name here (see the type Witness of
// package lower). The frame has an any, the box, that holds a pointer to the variable. Poll
// gets it back by
//
//	conn := rt.Unbox(f.conn, fetchConnType(pkg.Open))
//
// where fetchConnType is a generic function of which only the type arguments matter:
//
//	func fetchConnType[T any](func(string) (T, error)) *T { return nil }

// unboxed are the boxed variables that the Poll being written refers to, and the names of
// the pointers to them, in the order in which they were met.
type unboxed struct {
	vars  []*lower.Var
	names map[*lower.Var]string
	ups   map[*lower.Var]int
}

// unbox names the pointer to a variable that Poll has from its start.
func (b *bodyWriter) unbox(v *lower.Var, up int) *jen.Statement {
	x := &b.unboxed
	if x.names == nil {
		x.names, x.ups = map[*lower.Var]string{}, map[*lower.Var]int{}
	}
	if x.names[v] == "" {
		x.vars = append(x.vars, v)
		x.ups[v] = up
		if x.names[v] = b.u.names.vars[v]; up > 0 {
			x.names[v] = b.u.names.inner.pick(varBase(v))
		}
	}
	return jen.Id(x.names[v])
}

// unboxing declares the pointers at the top of Poll.
func (b *bodyWriter) unboxing() (out []jen.Code) {
	for _, v := range b.unboxed.vars {
		out = append(out, jen.Id(b.unboxed.names[v]).Op(":=").Add(b.u.unboxCall(v, b.unboxed.ups[v])))
	}
	return out
}

// unboxCall writes the pointer to the variable in a box. The box of a future that is awaited
// through a pointer, or as an interface, has that in it, not the address of a variable.
func (u *unit) unboxCall(v *lower.Var, up int) *jen.Statement {
	if v.Kind == lower.Child && !u.isByValue(v) {
		return u.rt(symRecall).Call(u.field(v, up), u.typeOf(v))
	}
	return u.rt(symUnbox).Call(u.field(v, up), u.typeOf(v))
}

func (u *unit) isByValue(child *lower.Var) bool {
	for _, st := range u.m.States {
		if a := st.Block.Await; a.Child == child {
			return a.ByValue()
		}
	}
	return false
}

// declareLocal declares a variable of Poll without giving it a value.
func (u *unit) declareLocal(v *lower.Var) *jen.Statement {
	if v.Witness == nil {
		return jen.Var().Id(u.names.vars[v]).Add(u.varType(v))
	}
	return jen.Id(u.names.vars[v]).Op(":=").Add(u.rt(symZeroLike).Call(u.typeOf(v)))
}

// typeOf writes a pointer, without meaning as a value, that has the type *T for the type T
// of a variable.
func (u *unit) typeOf(v *lower.Var) *jen.Statement {
	w := &witnessWriter{u: u, v: v}
	if v.Runtime == "" {
		return w.pointer(v.Witness)
	}
	return w.composed(v.Witness, v.TypeArgs, func() *jen.Statement { return u.varType(v) })
}

// registerWitness fixes the names of the imports that a witness needs.
func (u *unit) registerWitness(w *lower.Witness) {
	if w == nil {
		return
	}
	u.registerType(w.Of)
	u.registerType(w.In)
	for _, a := range w.Args {
		u.registerType(a)
	}
	for _, p := range append(w.Parts, w.Base) {
		u.registerWitness(p)
	}
}

// A witnessWriter writes the expression for one variable and the functions that it calls.
type witnessWriter struct {
	u *unit
	v *lower.Var
}

// pointer writes an expression of type *T, where T is what w is a witness of.
func (x *witnessWriter) pointer(w *lower.Witness) *jen.Statement {
	u := x.u
	switch {
	case w.Object != nil:
		return x.object(w)
	case w.Base == nil && w.Parts == nil:
		return u.newOf(u.typ(w.Of))
	case w.Base == nil:
		return x.composed(w, []types.Type{w.Of}, func() *jen.Statement { return u.typ(w.Of) })
	}
	switch member := w.Member.(type) {
	case *types.Var:
		field := jen.Op("&").Add(u.rt(symNewLike).Call(x.pointer(w.Base))).Dot(member.Name())
		return x.part(w, true, field)
	case *types.Func:
		return x.method(w, member)
	}
	// [B ~[]T, T any](*B) *T
	params := u.standIns(w.Of, w.In)
	base := params.pick("B")
	return x.call(params, w, []jen.Code{jen.Id(base).Add(jen.Op("~").Add(params.typ(w.In)))},
		[]jen.Code{jen.Op("*").Id(base)}, params.typ(w.Of), x.pointer(w.Base))
}

// object writes the witness that a variable, function or constant of package level is.
func (x *witnessWriter) object(w *lower.Witness) *jen.Statement {
	u := x.u
	ref := u.object(w.Object)
	switch w.Object.(type) {
	case *types.Var:
		return x.part(w, true, jen.Op("&").Add(ref))
	case *types.Func:
		if len(w.Args) > 0 {
			var args []jen.Code
			for _, a := range w.Args {
				args = append(args, u.typ(a))
			}
			ref.Types(args...)
		}
	}
	return x.part(w, false, ref)
}

// part makes a *T of an operand of type In, or *In.
//
//	[T any](func() (T, error)) *T
func (x *witnessWriter) part(w *lower.Witness, pointer bool, operand *jen.Statement) *jen.Statement {
	if pointer && types.Identical(w.Of, w.In) {
		return operand
	}
	params := x.u.standIns(w.Of, w.In)
	in := params.typ(w.In)
	if pointer {
		in = jen.Op("*").Add(in)
	}
	return x.call(params, w, nil, []jen.Code{in}, params.typ(w.Of), operand)
}

// method makes a *T of a type with a method that has to do with T. If the type can be
// written, the method expression is a function like any other; if not, its constraint tells
// what the method is.
//
//	[B interface{ Get() T }, T any](B) *T
func (x *witnessWriter) method(w *lower.Witness, m *types.Func) *jen.Statement {
	u := x.u
	t := w.Base.Of
	_, isInterface := t.Underlying().(*types.Interface)
	if w.Base.Object == nil && w.Base.Base == nil && w.Base.Parts == nil {
		recv := u.typ(t)
		if !isInterface {
			t = types.NewPointer(t)
			recv = jen.Parens(jen.Op("*").Add(recv))
		}
		sig := w.In.(*types.Signature)
		in := append([]*types.Var{types.NewParam(0, nil, "", t)}, slices.Collect(sig.Params().Variables())...)
		sig = types.NewSignatureType(nil, nil, nil, types.NewTuple(in...), sig.Results(), sig.Variadic())
		return x.part(&lower.Witness{Of: w.Of, In: sig, Member: m}, false, recv.Dot(m.Name()))
	}
	params := u.standIns(w.Of, w.In)
	base := params.pick("B")
	operand := jen.Id(base)
	if isInterface {
		operand = jen.Op("*").Add(operand)
	}
	bound := jen.Interface(jen.Id(m.Name()).Add(params.signature(w.In.(*types.Signature))))
	return x.call(params, w, []jen.Code{jen.Id(base).Add(bound)}, []jen.Code{operand}, params.typ(w.Of), x.pointer(w.Base))
}

// composed makes a pointer to a type of pointers to parts of it.
//
//	[T any](*T) *[]T
func (x *witnessWriter) composed(w *lower.Witness, of []types.Type, write func() *jen.Statement) *jen.Statement {
	params := x.u.standIns(nil, of...)
	var in, args []jen.Code
	for _, p := range w.Parts {
		in = append(in, jen.Op("*").Add(params.typ(p.Of)))
		args = append(args, x.pointer(p))
	}
	var result *jen.Statement
	params.during(func() { result = write() })
	return x.call(params, w, nil, in, result, args...)
}

// call writes a call of a function that infers type parameters from its operands, and
// declares the function where no other variable has done so.
func (x *witnessWriter) call(params *standIns, w *lower.Witness, extra, in []jen.Code, result *jen.Statement, args ...jen.Code) *jen.Statement {
	u := x.u
	key := helperKey{x.root(), fmt.Sprint(w.Of, " in ", w.In, " of ", w.Member)}
	if w.Of == nil { // of the runtime's
		key.what = fmt.Sprint(x.v.Runtime, x.v.TypeArgs)
	}
	name := u.helpers[key]
	if name == "" {
		name = u.scope.pick(parse.LowerFirst(u.m.Func.Names.Future) + parse.UpperFirst(strings.TrimLeft(varBase(x.v), "_")) + "Type")
		u.helpers[key] = name
		u.out.Commentf("%s stands for a type of [%s] that has no name here, by the name of %s.", name, x.root().Names.Func, varBase(x.v))
		u.out.Func().Id(name).Types(append(extra, params.list()...)...).Params(in...).Op("*").Add(result).Block(
			jen.Return(u.nilOf(jen.Op("*").Add(result))))
	}
	return jen.Id(name).Call(args...)
}

// A helperKey identifies a function that stands for a type.
type helperKey struct {
	fn   *parse.Func
	what string
}

// root is the declared function that the variable belongs to.
func (x *witnessWriter) root() *parse.Func {
	m := x.u.m
	for m.Outer != nil {
		m = m.Outer
	}
	return m.Func
}

// standIns are the names of type parameters that stand for parts of types.
type standIns struct {
	u     *unit
	parts []lower.TypeParam
	names []string
	taken *scope
}

// standIns names what has to be a type parameter in a notation of types; of is one of them
// if it is not nil.
func (u *unit) standIns(of types.Type, ts ...types.Type) *standIns {
	p := &standIns{u: u, taken: newScope()}
	p.taken.take(types.Universe.Names()...)
	p.taken.take(u.pkg.Types.Scope().Names()...)
	for name := range u.aliases {
		p.taken.take(name)
	}
	for _, name := range u.ownNames {
		p.taken.take(name)
	}
	p.parts, _ = u.m.Pattern(of, ts...)
	for range p.parts {
		p.names = append(p.names, p.pick("T"))
	}
	return p
}

func (p *standIns) pick(name string) string { return p.taken.pick(name) }

// stand gives the type parameter that stands for t, or nil.
func (p *standIns) stand(t types.Type) *jen.Statement {
	for i, q := range p.parts {
		if types.Identical(q.Type, t) {
			return jen.Id(p.names[i])
		}
	}
	return nil
}

// during calls write, which writes types with type parameters in them.
func (p *standIns) during(write func()) {
	outer := p.u.stands
	p.u.stands = p
	write()
	p.u.stands = outer
}

func (p *standIns) typ(t types.Type) (s *jen.Statement) {
	p.during(func() { s = p.u.typ(t) })
	return s
}

func (p *standIns) signature(t *types.Signature) (s *jen.Statement) {
	p.during(func() { s = p.u.signature(t) })
	return s
}

// list writes the type parameters for a declaration.
func (p *standIns) list() (out []jen.Code) {
	for i, q := range p.parts {
		bound := "any"
		if q.Comparable {
			bound = "comparable"
		}
		all := []jen.Code{p.u.predeclaredType(bound)}
		for _, t := range q.Bounds {
			all = append(all, p.u.typ(t))
		}
		c := jen.Add(all[0])
		if len(all) > 1 {
			c = jen.Interface(all...)
		}
		out = append(out, jen.Id(p.names[i]).Add(c))
	}
	return out
}
