package emit

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A task that an annotated function spawns belongs on the runtime that polls the function,
// not on the default one, which is all that the plain function knows:
//
//	rt.Spawn(f)               rt.SpawnIn(cx, f)
//	g.Go(func() error { … })  g.SpawnIn(cx, &fetchFunc1Future{n: f.n})
//	g.Go(fn)                  g.SpawnIn(cx, rt.AsyncErr(fn))
//	rt.Now()                  cx.Runtime().Now()
//	rt.Dump(w)                cx.Runtime().Dump(w)
//	user.Get()                user.GetFrom(cx)
//
// What is woken in a poll need not be woken from outside, and its task most often belongs on the same
// worker. So where a method that wakes others is marked //async:in, the one beside it is called:
//
//	guard.Unlock()            guard.UnlockIn(cx)
//	defer guard.Unlock()      fn := guard.UnlockIn, and at the end fn(f.polled)
//
// SpawnIn knows the worker that polls, and has next to nothing to synchronise; it belongs to the poll,
// on its goroutine. A plain literal therefore captures the runtime, and defer and go statements save
// it, and they call SpawnOn: there may be no poll when they run. A task-local variable is one of the poll alone. A generator has the default
// runtime, and so has what stands before the return statement of a stream.

// runtime writes the runtime of the poll, or gives nil where none is known.
func (b *bodyWriter) runtime() *jen.Statement {
	switch {
	case b.asWritten || isGenerator(b.u.m.Func):
		return nil
	case b.inLiteral > 0:
		return jen.Id(b.runtimeName)
	}
	return jen.Id(b.u.names.cx).Dot("Runtime").Call()
}

// captureRuntime declares a name for the runtime in the block if a plain literal needs it.
func (b *bodyWriter) captureRuntime(lit *ast.FuncLit) {
	if b.runtimeName != "" || b.runtime() == nil {
		return
	}
	needs := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if inner, ok := n.(*ast.FuncLit); ok && b.u.m.Closure(inner) != nil {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok && b.isAmbient(call) {
			needs = true
		}
		return !needs
	})
	if !needs {
		return
	}
	runtime := b.runtime()
	b.runtimeName = b.u.names.inner.pick("runtime")
	b.synth(jen.Id(b.runtimeName).Op(":=").Add(runtime))
	b.declares = true
}

func (b *bodyWriter) isAmbient(call *ast.CallExpr) bool {
	return slices.Contains(parse.Ambient, parse.RuntimeCallee(b.info(), call))
}

// spawn writes the function that takes the future that a call would spawn, after a runtime or a
// context, as its name says, or gives nil if the call does not spawn. adapt turns the argument into the
// future.
func (b *bodyWriter) spawn(call *ast.CallExpr, name string) (on *jen.Statement, adapt func(*jen.Statement) *jen.Statement) {
	if !b.isAmbient(call) || b.runtime() == nil {
		return nil, nil
	}
	adapt = func(x *jen.Statement) *jen.Statement { return x }
	fun := ast.Unparen(call.Fun)
	switch parse.RuntimeCallee(b.info(), call) {
	case "Spawn":
		on = b.u.rt(name)
		if ix, ok := fun.(*ast.IndexExpr); ok {
			on.Types(b.source(ix.Index))
		}
	case "Group.Spawn":
		on = b.methodBeside(fun.(*ast.SelectorExpr), name)
	case "Group.Go":
		if b.u.m.Closure(call.Fun) == nil {
			adapt = func(x *jen.Statement) *jen.Statement { return b.u.rt(symAsyncErr).Call(x) }
		}
		on = b.methodBeside(fun.(*ast.SelectorExpr), name)
	}
	return on, adapt
}

// ambient writes a call that needs a runtime, and reports whether it was one.
func (s *splicer) ambient(call *ast.CallExpr) bool {
	b := s.b
	name, where := symSpawnOn, b.runtime()
	if s.inPoll(call) {
		name, where = symSpawnIn, jen.Id(b.u.names.cx)
	}
	if on, adapt := b.spawn(call, name); on != nil {
		s.replace(call.Fun, on)
		s.copyTo(call.Lparen + 1)
		s.out.Add(where).Op(",")
		s.replace(call.Args[0], adapt(b.source(call.Args[0])))
		return true
	}
	switch parse.RuntimeCallee(b.info(), call) {
	case "Now":
		if b.runtime() != nil {
			s.replace(call, b.runtime().Dot("Now").Call())
			return true
		}
	case "Dump":
		if b.runtime() != nil {
			s.replace(call, b.runtime().Dot("Dump").Call(b.source(call.Args[0])))
			return true
		}
	case "TaskLocal.Get":
		if s.inPoll(call) {
			get := b.methodBeside(ast.Unparen(call.Fun).(*ast.SelectorExpr), symGetFrom)
			s.replace(call, get.Call(jen.Id(b.u.names.cx)))
			return true
		}
	}
	return false
}

// inPoll reports whether a call is made by the machine's Poll itself, whose context is there.
func (s *splicer) inPoll(call *ast.CallExpr) bool {
	return s.b.runtime() != nil && s.b.inLiteral == 0 && s.goes != call
}

// needsPolled reports whether deferred calls of m want the context of the poll that they are made in. They
// are saved when there is another poll, so the context is put into the frame when the body ends.
func needsPolled(m *lower.Machine) bool {
	return len(m.Func.InDefers) > 0 && !isGenerator(m.Func)
}

// polled writes the context for a deferred call.
func (b *bodyWriter) polled() *jen.Statement {
	return jen.Id(b.u.names.recv).Dot(b.u.names.polled)
}

// setPolled writes what sets it, if a deferred call needs it.
func (b *bodyWriter) setPolled() []jen.Code {
	if b.u.names.polled == "" {
		return nil
	}
	return []jen.Code{b.polled().Op("=").Id(b.u.names.cx)}
}

// inside writes a call of a method marked //async:in, and reports whether it was one.
func (s *splicer) inside(call *ast.CallExpr) bool {
	fn := s.b.u.m.Func
	name, cx := fn.InPoll[call], jen.Id(s.b.u.names.cx)
	switch {
	case name != "" && s.inPoll(call):
	case fn.InDefers[call] != "" && s.b.u.names.polled != "":
		name, cx = fn.InDefers[call], s.b.polled()
	default:
		return false
	}
	s.replace(call.Fun, s.b.methodBeside(ast.Unparen(call.Fun).(*ast.SelectorExpr), name))
	s.copyTo(call.Lparen + 1)
	s.out.Add(cx)
	if len(call.Args) > 0 {
		s.out.Op(",")
	}
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
	kind := types.TypeString(deref(s.Obj().(*types.Func).Signature().Recv().Type()), (*types.Package).Name)
	// Something hides it: name the embedded fields on the way.
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		field := deref(t).Underlying().(*types.Struct).Field(i)
		if !field.Exported() && field.Pkg() != b.u.pkg.Types {
			b.u.problems = append(b.u.problems, problem{sel.Pos(), "the " + kind + " is embedded where only package " + field.Pkg().Path() + " can name it, and something called " + name + " hides its method; give the " + kind + " a field of its own"})
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
