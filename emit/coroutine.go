package emit

import (
	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// This file writes a generator that cannot be a machine: the plain function in a coroutine.
//
//	type WalkIter struct{ rt.SeqGen[int] }
//
//	func WalkPull(t *Tree) *WalkIter {
//		return &WalkIter{rt.FromSeq(Walk(t))}
//	}

// coroutine writes everything that belongs to it.
func (u *unit) coroutine() {
	fn := u.m.Func
	why := fn.Gen.Coroutine
	u.assertion()
	u.constructor()
	u.out.Commentf("%s runs [%s] in a coroutine, as iter.Pull does. It is no state machine:", fn.Names.Future, fn.Names.Func)
	u.out.Commentf("%s (%s).", why.Why, u.where(why.Pos))
	u.out.Type().Id(fn.Names.Future).Add(u.typeParams()).Struct(u.seqGen())
}

// seqGen writes the type of the runtime that has the methods.
func (u *unit) seqGen() *jen.Statement {
	var args []jen.Code
	for _, t := range u.m.Func.Gen.Values {
		args = append(args, u.typ(t))
	}
	switch len(args) {
	case 0:
		return u.rt(symSeqGen + "0")
	case 1:
		return u.rt(symSeqGen).Types(args...)
	default:
		return u.rt(symSeqGen + "2").Types(args...)
	}
}

// coroutineConstructor calls the function with the parameters of the constructor.
func (u *unit) coroutineConstructor() {
	fn := u.m.Func
	s := newScope()
	s.take(fn.Names.Future, fn.Decl.Name.Name)
	for name := range u.aliases {
		s.take(name)
	}
	u.takeTypeParams(s)
	var recv jen.Code
	var params, args []jen.Code
	call := jen.Id(fn.Decl.Name.Name)
	for i, p := range u.paramVars() {
		name := p.Name()
		if name == "" || name == "_" {
			name = "arg"
		}
		x := jen.Id(s.pick(name))
		if fn.Sig.Recv() != nil && i == 0 {
			recv = jen.Add(x).Add(u.typ(p.Type()))
			call = jen.Add(x).Dot(fn.Decl.Name.Name)
			continue
		}
		at := len(params)
		params = append(params, jen.Add(x).Add(u.paramType(fn.Sig, at)))
		if fn.Sig.Variadic() && at == fn.Sig.Params().Len()-1 {
			x = jen.Add(x).Op("...")
		}
		args = append(args, x)
	}
	decl := jen.Func()
	if recv != nil {
		decl.Params(recv)
	} else {
		call.Add(u.typeArgs())
	}
	decl.Id(fn.Names.Constructor)
	if recv == nil {
		decl.Add(u.typeParams())
	}
	from := symFromSeq + []string{"0", "", "2"}[len(fn.Gen.Values)]
	u.constructorComment()
	u.out.Add(decl.Params(params...).Op("*").Add(u.future(u.m)).Block(
		jen.Return(jen.Op("&").Add(u.future(u.m)).Values(u.rt(from).Call(call.Call(args...))))))
}

// isCoroutine reports whether m is a generator that cannot be a machine.
func isCoroutine(m *lower.Machine) bool {
	return m.Func.Gen != nil && m.Func.Gen.Coroutine != nil
}
