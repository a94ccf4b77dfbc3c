package parse

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// A closure is a literal that becomes a machine of its own, for whoever polls it:
//
//	f := rt.Async(func() (int, error) { … })
//	f := rt.AsyncErr(func() error { … })
//	group.Go(func() error { … })
//
// A future that is awaited where it is made, rt.Async(func() …).Await(), is no closure: the
// literal is as good as called on the spot.
//
// A closure may run long after the statement that it stands in, and after the call. So it shares
// no frame: it captures variables, as a plain literal does. It is one in plain literals of
// annotated functions too, whose variables it captures likewise.

// closureIn gives the literal that a call makes a closure of, or nil. The function that is
// called decides, under whatever name it is known.
func closureIn(info *types.Info, call *ast.CallExpr) *ast.FuncLit {
	if len(call.Args) != 1 {
		return nil
	}
	lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit)
	if !ok {
		return nil
	}
	switch RuntimeCallee(info, call) {
	case "Async", "AsyncErr", "Group.Go":
		return lit
	}
	return nil
}

// RuntimeCallee names the function or method of the runtime that a call calls statically,
// such as "Spawn" or "Group.Go"; "" for any other call. A method expression is another call.
func RuntimeCallee(info *types.Info, call *ast.CallExpr) string {
	fn := typeutil.StaticCallee(info, call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != RuntimePath || isMethodExpr(info, ast.Unparen(call.Fun)) {
		return ""
	}
	return funcKey(fn.Origin())
}

// inlineIn gives the literal of which a call awaits the future that it makes, or nil.
func inlineIn(info *types.Info, call *ast.CallExpr) *ast.FuncLit {
	future := Awaited(info, call)
	if future == nil {
		return nil
	}
	operand, ok := ast.Unparen(future).(*ast.CallExpr)
	if !ok {
		return nil
	}
	return closureIn(info, operand)
}

// inline makes a function of a literal whose future is awaited where it is made.
func (b *bodies) inline(fn *Func, aw *Await, lit *ast.FuncLit) {
	aw.Operand, aw.Lit = nil, b.nested(fn, OnTheSpot, aw.Call, lit)
	fn.Lits = append(fn.Lits, aw.Lit)
	b.collect(aw.Lit, lit.Body)
}

// closure makes a function of a literal that a call in fn makes a closure of. It may stand
// in a plain literal of fn.
func (b *bodies) closure(fn *Func, call *ast.CallExpr, lit *ast.FuncLit) {
	c := b.nested(fn, Closure, call, lit)
	fn.Closures = append(fn.Closures, c)
	b.collect(c, lit.Body)
}

// closuresIn finds the closures in a part of a plain literal of fn.
func (b *bodies) closuresIn(fn *Func, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if b.info.Types[call].Value != nil {
			return false // not evaluated
		}
		lit := closureIn(b.info, call)
		if lit == nil || b.roles[lit] == onTheSpot {
			return true // the latter blocks as the plain literal does
		}
		b.closuresIn(fn, call.Fun)
		b.closure(fn, call, lit)
		return false
	})
}
