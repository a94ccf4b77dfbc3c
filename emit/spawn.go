package emit

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A task that an annotated function spawns belongs on the runtime that polls the function,
// not on the default one, which is all that the plain function knows:
//
//	rt.Spawn(f)               rt.SpawnOn(cx.Runtime(), f)
//	g.Go(func() error { … })  g.SpawnOn(cx.Runtime(), &fetchFunc1Future{n: f.n})
//
// The same goes for what else depends on who polls:
//
//	rt.Now()                  cx.Runtime().Now()
//	user.Get()                user.GetFrom(cx)
//
// Plain literals and the operands of defer statements stay as they are: they run when there
// is no poll that could tell.

// spawn writes a call that spawns, or depends on who polls in another way, and reports whether it
// was one.
func (s *splicer) spawn(call *ast.CallExpr) bool {
	b := s.b
	if b.inLiteral > 0 || isGenerator(b.u.m.Func) {
		return false
	}
	fun := ast.Unparen(call.Fun)
	var on *jen.Statement
	switch parse.RuntimeCallee(b.info(), call) {
	case "Now":
		s.replace(call, jen.Id(b.u.names.cx).Dot("Runtime").Call().Dot("Now").Call())
		return true
	case "TaskLocal.Get":
		get := b.methodBeside(fun.(*ast.SelectorExpr), symGetFrom)
		s.replace(call, get.Call(jen.Id(b.u.names.cx)))
		return true
	case "Spawn":
		on = b.u.rt(symSpawnOn)
		if ix, ok := fun.(*ast.IndexExpr); ok {
			on.Types(b.source(ix.Index))
		}
	case "Group.Spawn":
		on = b.methodBeside(fun.(*ast.SelectorExpr), symSpawnOn)
	case "Group.Go":
		if b.u.m.Closure(call.Fun) == nil {
			return false
		}
		on = b.methodBeside(fun.(*ast.SelectorExpr), symSpawnOn)
	default:
		return false
	}
	s.replace(call.Fun, on)
	s.copyTo(call.Lparen + 1)
	s.out.Id(b.u.names.cx).Dot("Runtime").Call().Op(",")
	for _, arg := range call.Args {
		s.walk(arg, false)
	}
	return true
}

// methodBeside writes another method of the value that sel selects one of.
func (b *bodyWriter) methodBeside(sel *ast.SelectorExpr, name string) *jen.Statement {
	x := b.source(sel.X)
	s := b.info().Selections[sel]
	obj, _, _ := types.LookupFieldOrMethod(s.Recv(), true, b.u.pkg.Types, name)
	if fn, ok := obj.(*types.Func); ok && sameReceiver(fn, s.Obj().(*types.Func)) {
		return x.Dot(name)
	}
	kind := "group"
	if name == symGetFrom {
		kind = "task-local variable"
	}
	// Something hides it: name the embedded fields on the way.
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		field := deref(t).Underlying().(*types.Struct).Field(i)
		if !field.Exported() && field.Pkg() != b.u.pkg.Types {
			b.u.problems = append(b.u.problems, problem{sel.Pos(), "the " + kind + " is embedded where only package " + field.Pkg().Path() + " can name it, and a method " + name + " hides that of the " + kind + "; give the " + kind + " a field of its own"})
			return x.Dot(name)
		}
		x, t = x.Dot(field.Name()), field.Type()
	}
	return x.Dot(name)
}

// sameReceiver reports whether two methods are of the same type.
func sameReceiver(f, g *types.Func) bool {
	r, s := f.Signature().Recv(), g.Signature().Recv()
	return r != nil && s != nil && types.Identical(r.Type(), s.Type())
}
