package emit

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A failure says how the evaluation of an expression may end in a run-time panic.
type failure uint8

const (
	failsNever failure = iota
	failsAtNil         // only in one way: a nil pointer is dereferenced, which has one message
	failsSomehow
)

// orderTells reports whether it can be told which of the expressions was evaluated first, because
// they may fail differently. The calls among them are made in order in any case.
func (b *bodyWriter) orderTells(list []ast.Expr) bool {
	n, worst := 0, failsNever
	for _, e := range list {
		f := b.fails(e)
		if f != failsNever {
			n++
		}
		worst = max(worst, f)
	}
	return n > 1 && worst == failsSomehow
}

// fails tells how the evaluation of e may fail, not counting what the functions do that it calls.
func (b *bodyWriter) fails(e ast.Expr) failure {
	worst := failsNever
	ast.Inspect(e, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if tv := b.info().Types[x]; tv.IsType() || tv.Value != nil || b.u.m.Temps[x] != nil {
			return false // decided
		}
		if _, ok := x.(*ast.FuncLit); ok {
			return false
		}
		worst = max(worst, b.failsItself(x))
		return true
	})
	return worst
}

// failsItself is fails without the operands of e.
func (b *bodyWriter) failsItself(e ast.Expr) failure {
	switch e := e.(type) {
	case *ast.IndexExpr:
		if _, instance := b.typeOf(e.X).(*types.Signature); !instance {
			return b.failsToIndex(e)
		}
	case *ast.SliceExpr, *ast.TypeAssertExpr:
		return failsSomehow
	case *ast.StarExpr:
		return failsAtNil
	case *ast.SelectorExpr:
		if s := b.info().Selections[e]; s != nil && (s.Indirect() || s.Kind() == types.MethodVal) {
			return failsAtNil
		}
	case *ast.BinaryExpr:
		return b.failsToOperate(e)
	case *ast.CallExpr:
		if b.info().Types[e.Fun].IsType() {
			return b.failsToConvert(e)
		}
		switch b.builtin(e.Fun) {
		case "make", "Slice", "String": // the last two of unsafe
			return failsSomehow
		}
	}
	return failsNever
}

func (b *bodyWriter) failsToIndex(e *ast.IndexExpr) failure {
	t := b.typeOf(e.X)
	if p, ok := t.(*types.Pointer); ok {
		if b.info().Types[e.Index].Value != nil {
			return failsAtNil // into an array: the index was checked when it was compiled
		}
		t = p.Elem().Underlying()
	}
	if _, ok := t.(*types.Array); ok && b.info().Types[e.Index].Value != nil {
		return failsNever
	}
	return failsSomehow // also of a map, if a key cannot be compared
}

// failsToOperate knows quotients, shifts, and comparisons of what may hold anything.
func (b *bodyWriter) failsToOperate(e *ast.BinaryExpr) failure {
	switch e.Op {
	case token.QUO, token.REM, token.SHL, token.SHR:
		if b.info().Types[e.Y].Value == nil {
			return failsSomehow
		}
	case token.EQL, token.NEQ:
		_, pointer := b.typeOf(e.X).(*types.Pointer)
		_, basic := b.typeOf(e.X).(*types.Basic)
		if !pointer && !basic && !b.info().Types[e.Y].IsNil() {
			return failsSomehow
		}
	}
	return failsNever
}

// failsToConvert knows that of a slice to an array, or to a pointer to one.
func (b *bodyWriter) failsToConvert(e *ast.CallExpr) failure {
	switch b.typeOf(e.Args[0]).(type) {
	case *types.Slice, *types.Interface: // the constraint of a type parameter
		switch b.typeOf(e.Fun).(type) {
		case *types.Array, *types.Pointer:
			return failsSomehow
		}
	}
	return failsNever
}

// builtin returns the name of the builtin function, or function of unsafe, that fun is, or "".
func (b *bodyWriter) builtin(fun ast.Expr) string {
	fun = ast.Unparen(fun)
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		fun = sel.Sel
	}
	if id, ok := fun.(*ast.Ident); ok {
		if f, ok := b.info().Uses[id].(*types.Builtin); ok {
			return f.Name()
		}
	}
	return ""
}

// typeOf returns the underlying type of e.
func (b *bodyWriter) typeOf(e ast.Expr) types.Type { return b.info().TypeOf(e).Underlying() }
