package emit

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// returns writes a return statement of the source. Without deferred calls it completes at
// once; with them it stores the results and goes where they run.
func (b *bodyWriter) returns(s *ast.ReturnStmt, to *lower.Block) jen.Code {
	return b.returnsTo(s, to, nil)
}

func (b *bodyWriter) returnsTo(s *ast.ReturnStmt, to, next *lower.Block) jen.Code {
	m := b.u.m
	if len(m.Ends[s]) > 0 {
		return b.returnEnding(s)
	}
	if !m.Exit && len(s.Results) > 1 && b.orderTells(s.Results) {
		return b.returnHeld(s)
	}
	var values []jen.Code
	for _, e := range s.Results {
		values = append(values, b.source(e))
	}
	if !m.Exit {
		if len(s.Results) == 0 {
			for _, v := range m.Results {
				values = append(values, b.access(v, 0))
			}
		}
		return jen.Return(jen.Id(b.u.names.recv).Dot(b.u.names.finish).Call(values...))
	}
	var list []jen.Code
	if len(values) > 0 {
		var dst, src []jen.Code
		for i, v := range m.Results {
			if len(values) == len(m.Results) && b.isVar(s.Results[i], v) {
				continue // it has its value
			}
			// Not through an alias: the user's code around may hide its name.
			dst = append(dst, b.inFramePlace(v))
			if i < len(values) {
				src = append(src, values[i])
			}
		}
		if len(dst) > 0 {
			list = append(list, jen.List(dst...).Op("=").List(src...))
		}
	}
	if to != next {
		list = append(list, b.goTo(to))
	}
	return join(list)
}

// returnHeld completes with results that are evaluated before they are handed to finish: of the
// arguments of a call, Go evaluates some before others, but those of a return statement in order, as
// if they were assigned.
//
//	{
//		r, r1 := a[i], error(Fail{b[j]})
//		return f.finish(r, r1)
//	}
func (b *bodyWriter) returnHeld(s *ast.ReturnStmt) jen.Code {
	values, decl := b.heldResults(s)
	return jen.Block(decl, jen.Return(jen.Id(b.u.names.recv).Dot(b.u.names.finish).Call(values...)))
}

// isVar reports whether e is just the variable v.
func (b *bodyWriter) isVar(e ast.Expr, v *lower.Var) bool {
	id, ok := e.(*ast.Ident)
	return ok && v.Obj != nil && b.info().Uses[id] == v.Obj && b.u.m.Temps[e] == nil
}

// endOfBody ends a function without results.
func (b *bodyWriter) endOfBody(t *lower.Return, next *lower.Block) {
	switch {
	case t.To == nil:
		b.add(jen.Return(jen.Id(b.u.names.recv).Dot(b.u.names.finish).Call()))
	case t.To != next:
		b.add(b.goTo(t.To))
	}
}

// exit runs the deferred calls and completes with the results as they have left them.
func (b *bodyWriter) exit() {
	u := b.u
	if isGenerator(u.m.Func) {
		b.add(b.defers().Dot("Run").Call(), jen.Return(u.finishNext()))
		return
	}
	run := b.defers().Dot("Run").Call()
	if st := u.m.ExitState; st != nil {
		run = jen.If(jen.Op("!").Add(b.defers()).Dot("Poll").Call(jen.Id(u.names.cx))).Block(b.suspend(st)...)
	}
	b.add(b.setPolled()...)
	b.add(
		run,
		jen.Id(u.names.recv).Dot(u.names.state).Op("=").Id(u.pn.done),
		jen.Return(b.outcome()),
	)
}

// outcome builds the ready poll from the result variables.
func (b *bodyWriter) outcome() *jen.Statement {
	var list []jen.Code
	for _, v := range b.u.m.Results {
		list = append(list, b.access(v, 0))
	}
	return b.u.finished(list)
}

// deferred writes a defer statement: function value and arguments are evaluated now, the
// call is saved. The record defers the call itself, in a frame of its own, so that recover
// works in the function that is called.
func (b *bodyWriter) deferred(s *ast.DeferStmt) jen.Code {
	call := s.Call
	if aw := b.u.m.Func.Deferred[call]; aw != nil {
		return b.deferredAwait(aw)
	}
	if recoversForOuter(b.u.m) && b.isRecover(call) {
		return b.defers().Dot("Push").Call(b.u.context(), b.unwinding().Dot("DeferRecover"))
	}
	var names, values []jen.Code
	save := func(hint string, x *jen.Statement) *jen.Statement {
		name := jen.Id(b.u.names.inner.pick(hint))
		names, values = append(names, name), append(values, x)
		return name
	}
	var args []jen.Code
	fun, adapt := b.spawn(call, symSpawnOn)
	switch {
	case fun != nil:
		if parse.RuntimeCallee(b.info(), call) != "Spawn" {
			fun = save("fn", fun)
		}
		args = append(args, save("runtime", b.runtime()))
	case parse.RuntimeCallee(b.info(), call) == "Dump" && b.runtime() != nil:
		fun = save("dump", b.runtime().Dot("Dump"))
	case b.u.m.Func.InDefers[call] != "" && b.u.names.polled != "":
		fun = save("fn", b.methodBeside(ast.Unparen(call.Fun).(*ast.SelectorExpr), b.u.m.Func.InDefers[call]))
		args = append(args, b.polled())
	case b.isStatic(call.Fun):
		fun = b.source(call.Fun)
	default:
		fun = save("fn", b.source(call.Fun))
	}
	if tuple, ok := b.info().TypeOf(firstArg(call)).(*types.Tuple); ok {
		for range tuple.Len() {
			name := jen.Id(b.u.names.inner.pick("arg"))
			names, args = append(names, name), append(args, name)
		}
		if len(values) > 0 { // the function value is saved on a line of its own
			first := jen.List(names[0]).Op(":=").Add(values[0])
			rest := jen.List(names[1:]...).Op(":=").Add(b.source(call.Args[0]))
			return jen.Block(first, rest, b.push(fun, args, false))
		}
		values = []jen.Code{b.source(call.Args[0])}
		return jen.Block(jen.List(names...).Op(":=").List(values...), b.push(fun, args, false))
	}
	for _, e := range call.Args {
		tv := b.info().Types[e]
		x := b.source(e)
		if adapt != nil {
			x = adapt(x)
		}
		switch {
		case tv.Value != nil || tv.IsNil() || tv.IsType():
			args = append(args, x)
			continue
		case isUntypedOperation(e) && b.u.m.Temps[e] == nil && !lower.IsForeign(tv.Type, b.u.pkg):
			x = jen.Parens(b.u.typ(tv.Type)).Parens(x)
		}
		args = append(args, save("arg", x))
	}
	push := b.push(fun, args, call.Ellipsis.IsValid())
	if len(names) == 0 {
		return push
	}
	return jen.Block(jen.List(names...).Op(":=").List(values...), push)
}

func (b *bodyWriter) push(fun *jen.Statement, args []jen.Code, spread bool) *jen.Statement {
	if spread {
		args[len(args)-1] = jen.Add(args[len(args)-1]).Op("...")
	}
	rest := b.u.names.inner.pick("rest")
	return b.defers().Dot("Push").Call(b.u.context(), jen.Func().Params(jen.Id(rest).Func().Params()).Block(
		jen.Defer().Add(fun).Call(args...),
		jen.Id(rest).Call(),
	))
}

func firstArg(call *ast.CallExpr) ast.Expr {
	if len(call.Args) == 1 {
		return call.Args[0]
	}
	return nil
}

// isStatic reports whether a function operand means the same at any time: a declared
// function, a method expression, a builtin or a literal.
func (b *bodyWriter) isStatic(fun ast.Expr) bool {
	switch e := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		switch b.info().Uses[e].(type) {
		case *types.Func, *types.Builtin:
			return true
		}
	case *ast.SelectorExpr:
		if sel, ok := b.info().Selections[e]; ok {
			return sel.Kind() == types.MethodExpr
		}
		switch b.info().Uses[e.Sel].(type) {
		case *types.Func, *types.Builtin:
			return true
		}
	case *ast.IndexExpr:
		return b.isStatic(e.X)
	case *ast.IndexListExpr:
		return b.isStatic(e.X)
	}
	return false
}
