package lower

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/parse"
)

// This file makes the awaits themselves: the variables that they need, and their blocks.

// hint suggests a name for the value of e.
func hint(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return hint(e.Fun)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	case *ast.IndexExpr:
		return hint(e.X)
	}
	return "tmp"
}

// awaitTemps makes temporaries for the results of an await inside an expression.
func (b *builder) awaitTemps(call *ast.CallExpr) []*Var {
	aw := b.fn.Awaits[call]
	out := make([]*Var, len(aw.Results))
	name := "result"
	switch {
	case aw.Yield:
		name = "more"
	case aw.Operand != nil:
		name = hint(aw.Operand)
	}
	for i, t := range aw.Results {
		out[i] = b.temp(Temp, t, call.Pos(), name)
	}
	return out
}

// nameableFuture gives the type in which a future is kept: t, or rt.Future if t has no name
// here, but what it yields has one.
func (b *builder) nameableFuture(aw *parse.Await, t types.Type) types.Type {
	if !IsForeign(t, b.fn.Pkg) || IsForeign(aw.Value, b.fn.Pkg) {
		return t
	}
	for _, p := range b.fn.Pkg.Types.Imports() {
		if p.Path() != parse.RuntimePath {
			continue
		}
		future, err := types.Instantiate(nil, p.Scope().Lookup("Future").Type(), []types.Type{aw.Value}, false)
		if err == nil && types.Implements(aw.Future, future.Underlying().(*types.Interface)) {
			return future
		}
	}
	return t
}

// parts makes variables for the children of the future that a awaits, unless one is there already
// because another argument awaits, or its type has no name at package level here.
func (b *builder) parts(a *Await) {
	for _, call := range a.Call.Children {
		typ := Deref(b.info.TypeOf(call))
		if b.saved(a.Call.Operand, call) || IsForeign(typ, b.fn.Pkg) || isLocalType(typ, b.fn) {
			continue
		}
		v := b.enter(&Var{Kind: Child, Type: typ, Pos: call.Pos(), Hint: hint(call)})
		a.Parts = append(a.Parts, Part{call, v})
	}
}

// saved reports whether a temporary stands for what call is part of, within root.
func (b *builder) saved(root, call ast.Expr) (yes bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && b.m.Temps[e] != nil {
			yes = yes || e.Pos() <= call.Pos() && call.End() <= e.End()
			return false
		}
		return !yes
	})
	return yes
}

// await ends the block with the start of a future and goes on in one that polls it.
//
//	       start X -> poll
//	poll:  suspended, or dst = results
func (b *builder) await(call *ast.CallExpr, dst []*Var, define bool) []*Var {
	aw := b.fn.Awaits[call]
	a := &Await{Call: aw, Result: dst, Define: define, Loops: b.notedMachines()}
	if aw.Yield {
		b.yield(call, a)
		return dst
	}
	child := b.enter(&Var{Kind: Child, Type: aw.Future, Pos: call.Pos(), Hint: "call"})
	if aw.Lit != nil {
		a.Lit = b.m.lits[aw.Lit]
		child.Lit, child.Type = a.Lit, nil
	}
	if aw.Operand == nil {
		b.exprs(aw.Args(), false)
	} else {
		b.expr(aw.Operand, false)
		child.Hint = hint(aw.Operand)
		if ptr, ok := types.Unalias(aw.Future).(*types.Pointer); ok && aw.Fresh {
			child.Type = ptr.Elem()
		}
		child.Type = b.nameableFuture(aw, child.Type)
		b.classify(child)
		b.parts(a)
	}
	a.Child = child
	b.add(&Start{a})
	poll := b.detached("await", call.Pos())
	poll.Await = a
	b.enterBlock(poll)
	return dst
}
