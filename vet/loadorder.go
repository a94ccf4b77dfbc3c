package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/asyncgen/asyncgen/parse"
)

// LoadOrder reports variables that are read later than it looks.
var LoadOrder = &analysis.Analyzer{
	Name: "loadorder",
	Doc: `report variables that an await in the same expression changes

Go performs the calls of an expression from left to right, but is free to read its
variables before or after them, and reads them after. So it is with awaits:

	//async:func
	func (q *quota) take() int {
		q.used += q.askAsync().Await()
		return q.used
	}

If what is awaited here assigns q.used, that value is added to, and not the one
from before the await. Say which of them is meant, in two statements:

	//async:func
	func (q *quota) take() int {
		n := q.askAsync().Await()
		q.used += n
		return q.used
	}

What is awaited is looked at where it is a twin of this package, a function that makes
the future, or a literal, with all functions that it calls directly.`,
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runLoadOrder,
}

func runLoadOrder(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	o := &loadOrder{pass: pass, c: c, effects: newEffects(c)}
	for _, file := range c.files {
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				o.futures = c.futureVars(decl.Body)
				ast.Inspect(decl.Body, o.statement)
			}
		}
	}
	return nil, nil
}

// loadOrder looks at one statement, or condition of one, at a time.
type loadOrder struct {
	pass    *analysis.Pass
	c       *code
	effects *effects
	futures map[*types.Var]*ast.CallExpr // of the declaration that is looked at
}

// statement looks at the expressions that are evaluated together.
func (o *loadOrder) statement(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ExprStmt:
		o.look(n.X)
	case *ast.SendStmt:
		o.look(n.Chan, n.Value)
	case *ast.ReturnStmt:
		o.look(n.Results...)
	case *ast.AssignStmt:
		o.look(append(operands(n), n.Rhs...)...)
	case *ast.ValueSpec:
		o.look(n.Values...)
	case *ast.IfStmt:
		o.look(n.Cond)
	case *ast.ForStmt:
		o.look(n.Cond)
	case *ast.SwitchStmt:
		o.look(n.Tag)
	case *ast.RangeStmt:
		o.look(n.X)
	case *ast.CaseClause:
		for _, e := range n.List {
			o.look(e)
		}
	case *ast.DeferStmt:
		o.look(append([]ast.Expr{n.Call.Fun}, n.Call.Args...)...)
	case *ast.GoStmt:
		o.look(append([]ast.Expr{n.Call.Fun}, n.Call.Args...)...)
	}
	return true
}

// operands gives what an assignment reads on its left side: all of it for += and its like,
// otherwise the operands of index expressions, pointers and fields.
func operands(s *ast.AssignStmt) (list []ast.Expr) {
	for _, lhs := range s.Lhs {
		if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
			list = append(list, lhs)
			continue
		}
		switch lhs := ast.Unparen(lhs).(type) {
		case *ast.IndexExpr:
			list = append(list, lhs.X, lhs.Index)
		case *ast.StarExpr:
			list = append(list, lhs.X)
		case *ast.SelectorExpr:
			if s := lhs.X; s != nil {
				list = append(list, s)
			}
		}
	}
	return list
}

// A load is a variable, or a part of one, that an expression reads.
type load struct {
	expr  ast.Expr
	place place
	// done is the innermost operation around the load that happens where it stands, with the
	// load before it: the load is not late for what stands behind that.
	done ast.Node
}

// look compares the loads of some expressions that are evaluated together, in order, with
// the awaits to the right of them.
func (o *loadOrder) look(exprs ...ast.Expr) {
	var loads []load
	var awaits []*ast.CallExpr
	for _, e := range exprs {
		if e != nil {
			o.collect(e, &loads, &awaits)
		}
	}
	for _, aw := range awaits {
		var changed []change
		for i, l := range loads {
			if l.expr.Pos() >= aw.Pos() || l.done != nil && l.done.End() <= aw.Pos() {
				continue
			}
			if changed == nil {
				changed = o.awaited(aw)
			}
			for _, by := range changed {
				if l.place.root == by.place.root && l.place.sees(by.place) {
					o.report(l, aw, by)
					loads[i].done = l.expr // once is enough
					break
				}
			}
		}
	}
}

// collect finds the loads and awaits of one expression.
func (o *loadOrder) collect(root ast.Expr, loads *[]load, awaits *[]*ast.CallExpr) {
	var visit func(n ast.Node, done ast.Node)
	children := func(n ast.Node, done ast.Node) {
		ast.Inspect(n, func(m ast.Node) bool {
			if m == nil || m == n {
				return m == n
			}
			visit(m, done)
			return false
		})
	}
	visit = func(n ast.Node, done ast.Node) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				return // an address, which no assignment changes
			}
		case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
			if p, ok := o.c.placeOf(n.(ast.Expr)); ok {
				*loads = append(*loads, load{n.(ast.Expr), p, done})
				o.indices(n, func(index ast.Expr) { visit(index, done) })
				return
			}
			if sel, ok := n.(*ast.SelectorExpr); ok && addressed(o.c.info, sel) {
				return
			}
		case *ast.CallExpr:
			if parse.Awaited(o.c.info, n) != nil {
				*awaits = append(*awaits, n)
			}
		}
		if o.sequenced(n) {
			done = n
		}
		if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
			visit(b.X, b.X) // the left side decides whether the right one is evaluated at all
			visit(b.Y, done)
			return
		}
		children(n, done)
	}
	visit(root, nil)
}

// indices visits the indices in a place, which are read by themselves.
func (o *loadOrder) indices(n ast.Node, visit func(ast.Expr)) {
	switch n := n.(type) {
	case *ast.ParenExpr:
		o.indices(n.X, visit)
	case *ast.SelectorExpr:
		o.indices(n.X, visit)
	case *ast.StarExpr:
		o.indices(n.X, visit)
	case *ast.IndexExpr:
		o.indices(n.X, visit)
		visit(n.Index)
	}
}

// addressed reports whether a method selector takes the address of its operand.
func addressed(info *types.Info, sel *ast.SelectorExpr) bool {
	s := info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return false
	}
	_, pointer := types.Unalias(s.Obj().(*types.Func).Signature().Recv().Type()).(*types.Pointer)
	_, operand := types.Unalias(s.Recv()).Underlying().(*types.Pointer)
	return pointer && !operand
}

// sequenced reports whether an operation happens where it stands, with its operands read
// before: calls, receives, slicing, and conversions that copy. See the compiler's rules for
// the order of evaluation, of which this is the part that does not depend on types of operands.
func (o *loadOrder) sequenced(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		return !o.c.info.Types[n.Fun].IsType()
	case *ast.UnaryExpr:
		return n.Op == token.ARROW
	case *ast.SliceExpr, *ast.TypeAssertExpr:
		return true
	}
	return false
}

// made gives the call that makes the future that is awaited: the operand itself, or what
// the variable for it was declared with.
func (o *loadOrder) made(x ast.Expr) *ast.CallExpr {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		return x
	case *ast.Ident:
		if v, ok := o.c.info.Uses[x].(*types.Var); ok {
			return o.futures[v]
		}
	}
	return nil
}

// awaited gives the changes that may happen during an await.
func (o *loadOrder) awaited(aw *ast.CallExpr) []change {
	call := o.made(parse.Awaited(o.c.info, aw))
	if call == nil {
		return nil
	}
	return o.effects.of(call)
}

func (o *loadOrder) report(l load, aw *ast.CallExpr, by change) {
	what := o.c.name(l.expr)
	o.pass.Report(analysis.Diagnostic{
		Pos: l.expr.Pos(), End: l.expr.End(),
		Message: what + " is read after the await of " + o.c.name(parse.Awaited(o.c.info, aw)) + ", which changes it (" + o.c.place(by.pos) + "): put the value that is meant into a variable in a statement of its own",
		Related: []analysis.RelatedInformation{{Pos: by.pos, Message: "changed here"}},
	})
}

// futureVars finds the variables below body whose only assignment is their declaration
// with a call that makes a future.
func (c *code) futureVars(body *ast.BlockStmt) map[*types.Var]*ast.CallExpr {
	made := make(map[*types.Var]*ast.CallExpr)
	ast.Inspect(body, func(n ast.Node) bool {
		s, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, lhs := range s.Lhs {
			id, ok := lhs.(*ast.Ident)
			if !ok {
				continue
			}
			v, _ := c.info.ObjectOf(id).(*types.Var)
			call := (*ast.CallExpr)(nil)
			if s.Tok == token.DEFINE && c.info.Defs[id] != nil && len(s.Lhs) == len(s.Rhs) {
				call, _ = ast.Unparen(s.Rhs[i]).(*ast.CallExpr)
			}
			if v != nil {
				made[v] = call
			}
		}
		return true
	})
	return made
}
