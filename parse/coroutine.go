package parse

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// A Coroutine says why the body of a generator is no machine: something in it can be
// suspended that is not the body itself, such as a function that yield is handed to. Such a
// generator is what iter.Pull makes of the plain function, at its cost, and otherwise like any
// other.
//
// A stream has no such way out, since the awaits of a plain function block. There the same is
// an error.
type Coroutine struct {
	Pos token.Pos
	Why string
}

const (
	yieldInLiteral = "yield is called inside a function literal"
	unfoldLiteral  = "write the statements of the literal where it is called"
)

// coroutine notes that a generator cannot be a machine, or reports that a stream cannot, for
// which there is something to do instead.
func (b *bodies) coroutine(fn *Func, pos token.Pos, why, instead string) {
	switch g := fn.Gen; {
	case g.Stream:
		b.errorf(pos, "%s, which a stream cannot have: %s", why, instead)
	case g.Coroutine == nil || pos < g.Coroutine.Pos:
		g.Coroutine = &Coroutine{pos, why}
	}
}

// root gives the declared function around a literal, or fn itself.
func (fn *Func) root() *Func {
	for fn.Parent != nil {
		fn = fn.Parent
	}
	return fn
}

// leaveBody forgets what was found in the body of a generator that is a coroutine.
func (fn *Func) leaveBody() {
	fn.Gen.Inits, fn.Gen.Consts = nil, nil
	fn.Lits, fn.Closures = nil, nil
	clear(fn.Awaits)
	clear(fn.Deferred)
	clear(fn.Loops)
	fn.Defers, fn.Recovers = false, false
}

// preludeRecovers notes a deferred call before the return statement that may recover a panic:
// the function then returns no iterator, which is none that could be resumed, but can be
// stopped.
func (b *bodies) preludeRecovers(fn *Func) {
	for _, s := range fn.Gen.Prelude {
		ast.Inspect(s, func(n ast.Node) bool {
			if d, ok := n.(*ast.DeferStmt); ok && b.mayRecover(d.Call) {
				b.coroutine(fn, d.Pos(), "a deferred call may recover before the return statement", "recover in the caller")
			}
			_, lit := n.(*ast.FuncLit)
			return !lit
		})
	}
}

// mayRecover reports whether a deferred call may recover a panic. Functions and methods of
// other packages are taken not to, since few do and many are deferred.
func (b *bodies) mayRecover(call *ast.CallExpr) bool {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return b.callsRecover(lit.Body)
	}
	switch callee := typeutil.Callee(b.info, call).(type) {
	case *types.Builtin: // recover itself must be called by a function that is deferred
		return false
	case *types.Func:
		decl := b.declaration(callee.Origin())
		return decl != nil && decl.Body != nil && b.callsRecover(decl.Body)
	}
	return true // a function value
}

// callsRecover reports whether a function calls recover itself.
func (b *bodies) callsRecover(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && b.info.Uses[id] == types.Universe.Lookup("recover") {
			found = true
		}
		_, lit := n.(*ast.FuncLit)
		return !lit && !found
	})
	return found
}

// declaration finds where a function of the package is declared, or nil.
func (b *bodies) declaration(fn *types.Func) *ast.FuncDecl {
	for _, f := range b.u.files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && b.info.Defs[d.Name] == fn {
				return d
			}
		}
	}
	return nil
}
