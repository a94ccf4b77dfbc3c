package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/asyncgen/asyncgen/parse"
)

// Unawaited reports futures that nobody can poll.
var Unawaited = &analysis.Analyzer{
	Name: "unawaited",
	Doc: `report futures that are never awaited

A future does nothing until it is polled. A call that makes one and drops it does
nothing at all, in plain code as well as in annotated functions:

	func warm(key string) {
		loadAsync(key)
	}

Neither go nor an assignment to _ changes that: "go loadAsync(key)" makes the future on
another goroutine and drops it there, and "_ = loadAsync(key)" says only that it is
dropped on purpose. The same holds for a variable that is assigned a future and used for
nothing else. Await the future, or hand it to the runtime, which polls it as a task:

	func warm(key string) {
		rt.Spawn(loadAsync(key))
	}

A future that is passed on, stored, returned, polled or canceled is not reported.`,
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runUnawaited,
}

func runUnawaited(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, file := range c.files {
		u := &unawaited{pass: pass, c: c, vars: make(map[*types.Var]*madeFuture)}
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				ast.Inspect(decl.Body, u.visit)
				u.uses(decl.Body)
			}
		}
		u.report()
	}
	return nil, nil
}

// unawaited looks at one file.
type unawaited struct {
	pass *analysis.Pass
	c    *code
	vars map[*types.Var]*madeFuture // local variables that are assigned futures
	list []*types.Var               // in source order
}

// A madeFuture is what is known of a variable for a future.
type madeFuture struct {
	call *ast.CallExpr // the first that made one
	used bool          // for anything, or assigned something else
}

func (u *unawaited) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ExprStmt:
		if call := u.makes(n.X); call != nil {
			u.drop(call, "is dropped", u.awaitFix(call))
		}
	case *ast.GoStmt:
		if call := u.makes(n.Call); call != nil {
			u.drop(call, "is made on a goroutine and dropped there", u.awaitFix(call))
		}
	case *ast.DeferStmt:
		if call := u.makes(n.Call); call != nil {
			u.drop(call, "is made at the exit and dropped", u.awaitFix(call))
		}
	case *ast.AssignStmt:
		if len(n.Lhs) == len(n.Rhs) {
			for i, lhs := range n.Lhs {
				u.assign(lhs, n.Rhs[i])
			}
		}
	case *ast.ValueSpec:
		if len(n.Names) == len(n.Values) {
			for i, name := range n.Names {
				u.assign(name, n.Values[i])
			}
		}
	}
	return true
}

// makes gives e as a call that makes a future, or nil.
func (u *unawaited) makes(e ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || !parse.MakesFuture(u.c.info, call) {
		return nil
	}
	return call
}

// assign looks at one value that an assignment or a declaration gives to lhs.
func (u *unawaited) assign(lhs, value ast.Expr) {
	id, ok := ast.Unparen(lhs).(*ast.Ident)
	if !ok {
		return
	}
	call := u.makes(value)
	if id.Name == "_" {
		if call != nil {
			u.drop(call, "is dropped", nil)
		}
		return
	}
	v, ok := u.c.info.ObjectOf(id).(*types.Var)
	if !ok || v.Parent() == u.pass.Pkg.Scope() {
		return
	}
	m := u.vars[v]
	if m == nil {
		m = &madeFuture{call: call}
		u.vars[v] = m
		u.list = append(u.list, v)
	}
	if call == nil {
		m.used = true
	}
}

// uses notes which variables the body of a function uses. To be assigned is no use, nor is
// to be assigned to _ or compared with nil.
func (u *unawaited) uses(body *ast.BlockStmt) {
	ignore := make(map[*ast.Ident]bool)
	skip := func(e ast.Expr) {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok {
			ignore[id] = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				skip(lhs)
				if id, ok := lhs.(*ast.Ident); ok && id.Name == "_" && len(n.Lhs) == len(n.Rhs) {
					skip(n.Rhs[i])
				}
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				if u.c.info.Types[n.Y].IsNil() {
					skip(n.X)
				}
			}
		case *ast.Ident:
			if v, ok := u.c.info.Uses[n].(*types.Var); ok && !ignore[n] {
				if m := u.vars[v]; m != nil {
					m.used = true
				}
			}
		}
		return true
	})
}

func (u *unawaited) report() {
	for _, v := range u.list {
		if m := u.vars[v]; m.call != nil && !m.used {
			u.drop(m.call, "is kept in "+v.Name()+", which nobody polls", nil)
		}
	}
}

func (u *unawaited) drop(call *ast.CallExpr, what string, fixes []analysis.SuggestedFix) {
	u.pass.Report(analysis.Diagnostic{
		Pos: call.Pos(), End: call.End(),
		Message:        "the future that " + u.c.name(call.Fun) + " makes " + what + ", so it never runs: await it, or start it with rt.Spawn",
		SuggestedFixes: fixes,
	})
}

// awaitFix appends the call of Await, where the future has that method.
func (u *unawaited) awaitFix(call *ast.CallExpr) []analysis.SuggestedFix {
	obj, _, _ := types.LookupFieldOrMethod(u.c.info.TypeOf(call), false, u.pass.Pkg, "Await")
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Params().Len() > 0 {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   "await it",
		TextEdits: []analysis.TextEdit{{Pos: call.End(), End: call.End(), NewText: []byte(".Await()")}},
	}}
}
