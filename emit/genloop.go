package emit

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// open writes the creation of the machine that a loop ranges over: the call of the generator
// with its constructor in its place.
//
//	f.walk = *WalkPull(t)
//	f.walk.InLoop()
func (b *bodyWriter) open(o *lower.Open) {
	b.capture(o.Loop.Call)
	x := b.constructorCall(o.Loop)
	if o.ByValue() {
		x = jen.Op("*").Add(x)
	}
	it := b.access(o.Iter, 0)
	b.add(jen.Add(it).Op("=").Add(x), jen.Add(it).Dot("InLoop").Call())
}

// ask writes the making of a future by a stream that a loop is over.
func (b *bodyWriter) ask(a *lower.Ask) {
	what := "Stop"
	if a.Await.Result != nil {
		what = "Next"
	}
	b.add(b.u.field(a.Await.Child, 0).Op("=").Add(b.access(a.Iter, 0)).Dot(what).Call())
}

// constructorCall writes the call of a generator with its constructor in its place.
func (b *bodyWriter) constructorCall(l *parse.Loop) *jen.Statement {
	b.replaced = map[*ast.Ident]string{l.Name: l.Constructor}
	x := b.source(l.Call)
	b.replaced = nil
	return x
}

// sibling refers to what is called name in the package of obj.
func (u *unit) sibling(obj types.Object, name string) *jen.Statement {
	if obj.Pkg() == u.pkg.Types {
		return jen.Id(name)
	}
	return u.qual(obj.Pkg().Path(), obj.Pkg().Name(), name)
}

// iterator writes a pointer to the iterator of a loop.
func (b *bodyWriter) iterator(v *lower.Var) *jen.Statement {
	x := b.access(v, 0)
	if v.IsMachine() {
		if _, ptr := types.Unalias(v.Type).(*types.Pointer); !ptr {
			return jen.Op("&").Add(x)
		}
	}
	return x
}

// returnEnding writes a return statement that leaves loops over generators: the operands are
// evaluated first.
//
//	{
//		r := n + 1
//		f.walk.Stop()
//		return f.finish(r)
//	}
func (b *bodyWriter) returnEnding(s *ast.ReturnStmt) jen.Code {
	m := b.u.m
	var list, values []jen.Code
	results := b.u.m.Func.Sig.Results()
	switch {
	case len(s.Results) == 0:
		for _, v := range m.Results {
			values = append(values, b.access(v, 0))
		}
	case len(s.Results) < results.Len():
		for range results.Len() {
			values = append(values, jen.Id(b.u.names.inner.pick("r")))
		}
		list = append(list, jen.List(values...).Op(":=").Add(b.source(s.Results[0])))
	default:
		var decl *jen.Statement
		values, decl = b.heldResults(s)
		if decl != nil {
			list = append(list, decl)
		}
	}
	for _, it := range m.Ends[s] {
		list = append(list, b.access(it, 0).Dot("Stop").Call())
	}
	list = append(list, jen.Return(jen.Id(b.u.names.recv).Dot(b.u.names.finish).Call(values...)))
	if len(list) == len(m.Ends[s])+1 {
		return join(list) // nothing is declared
	}
	return jen.Block(list...)
}

// heldResults gives the operands of a return statement, one for each result, locals of their own.
func (b *bodyWriter) heldResults(s *ast.ReturnStmt) (values []jen.Code, decl *jen.Statement) {
	return b.held(s.Results, resultTypes(b.u.m.Func.Sig.Results()), "r", func(e ast.Expr) bool {
		tv := b.info().Types[e]
		return tv.Value != nil || tv.IsNil()
	})
}

// resultTypes lists the types of results.
func resultTypes(results *types.Tuple) []types.Type {
	var out []types.Type
	for v := range results.Variables() {
		out = append(out, v.Type())
	}
	return out
}

// endLoop writes the end of a loop, which does nothing after the last element.
func (b *bodyWriter) endLoop(e *lower.EndLoop) {
	if e.Noted {
		b.add(b.defers().Dot("EndLoop").Call())
		return
	}
	b.add(b.access(e.Iter, 0).Dot("Stop").Call())
}
