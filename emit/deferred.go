package emit

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// This file writes deferred calls that await: the future is made where the defer statement
// stands, and the runtime polls it when the function ends.
//
//	defer conn.Close().Await()      rt.DeferMethod(&f.defers, cx, conn.Close())
//	defer func() { … }()            rt.DeferAwait(&f.defers, cx, &fetchFunc1Future{n: &f.n})
//	defer func(k string) { … }(x)   func(k string) { rt.DeferAwait… }(x)

// deferredAwait writes the defer statement.
func (b *bodyWriter) deferredAwait(aw *parse.Await) jen.Code {
	if aw.Lit != nil {
		return b.deferredLiteral(aw)
	}
	x := b.source(aw.Operand)
	if aw.Address {
		x = jen.Op("&").Add(x)
	}
	// Go looks up the method of an interface at once, and calls rt.Await in the end.
	sym := symDeferAwait
	if _, call := ast.Unparen(aw.Call.Fun).(*ast.SelectorExpr); call && len(aw.Call.Args) == 0 {
		sym = symDeferMethod
	}
	return b.deferFuture(sym, aw, x)
}

func (b *bodyWriter) deferFuture(sym string, aw *parse.Await, future *jen.Statement) *jen.Statement {
	fn := b.u.rt(sym)
	if aw.Operand != nil && b.info().Types[aw.Operand].IsNil() {
		fn.Types(b.u.typ(aw.Value)) // which nothing else tells
	}
	return fn.Call(jen.Op("&").Add(b.defers()), jen.Id(b.u.names.cx), future)
}

// deferredLiteral writes the machine of a literal. Parameters get their arguments, with all
// conversions, by a call of a function that has the same ones.
func (b *bodyWriter) deferredLiteral(aw *parse.Await) jen.Code {
	u := b.u
	m := u.m.Closure(aw.Lit.Lit)
	sig := aw.Lit.Sig
	var params, names []jen.Code
	for i := range sig.Params().Len() {
		p := sig.Params().At(i)
		name := p.Name()
		if v, _ := m.Lookup(p); v == nil || !inFrame(v) {
			name = "_"
		} else {
			name = u.names.inner.pick(name)
		}
		names = append(names, jen.Id(name))
		params = append(params, jen.Id(name).Add(u.paramType(sig, i)))
	}
	deferring := b.deferFuture(symDeferAwait, aw, jen.Op("&").Add(b.construct(m, names...)))
	if len(params) == 0 {
		return deferring
	}
	var args []jen.Code
	for _, e := range aw.Call.Args {
		args = append(args, b.source(e))
	}
	if aw.Call.Ellipsis.IsValid() {
		args[len(args)-1] = jen.Add(args[len(args)-1]).Op("...")
	}
	return jen.Func().Params(params...).Block(deferring).Call(args...)
}

// recoversForOuter reports whether m is a deferred literal that calls recover, which then
// means the panic that passes through the function around.
func recoversForOuter(m *lower.Machine) bool {
	return m.Func.Kind == parse.Deferred && m.Func.Recovers
}

func (b *bodyWriter) isRecover(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && b.info().Uses[id] == types.Universe.Lookup("recover")
}

// recoverForOuter writes the function that a deferred literal calls for recover.
func (b *bodyWriter) recoverForOuter() *jen.Statement {
	return b.unwinding().Dot("Recover")
}

// unwinding writes the deferred calls of the function around a deferred literal.
func (b *bodyWriter) unwinding() *jen.Statement {
	return jen.Id(b.u.names.recv).Dot(b.u.names.unwinding)
}
