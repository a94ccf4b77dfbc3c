package vet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/parse"
)

// findCauses finds out which functions keep their caller waiting and which use the default
// runtime, by themselves first, and then through the functions that they call, until
// nothing changes. Only what the source says counts: calls through interfaces and function
// values go nowhere.
func (c *code) findCauses() {
	calls := make(map[*function][]*ast.CallExpr)
	for _, f := range c.funcs {
		calls[f] = c.calls(f)
		if !f.iterates() {
			f.blocks = c.ownBlocking(f)
		}
		f.usesDefault = c.ownDefault(f, calls[f])
	}
	for changed := true; changed; {
		changed = false
		for _, f := range c.funcs {
			for _, call := range calls[f] {
				if f.blocks == nil && !f.iterates() && c.calledBlocking(call) != "" {
					f.blocks = &cause{call.Pos(), "calls " + c.name(call.Fun)}
					changed = true
				}
				if f.usesDefault == nil && f.plain() && c.calledDefault(call) != "" {
					f.usesDefault = &cause{call.Pos(), "calls " + c.name(call.Fun)}
					changed = true
				}
			}
		}
	}
}

// calls lists the calls that f performs itself, and not a go statement.
func (c *code) calls(f *function) (list []*ast.CallExpr) {
	f.walk(func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && f.roles.Statement(call) != token.GO {
			list = append(list, call)
		}
		return true
	})
	return list
}

// ownBlocking finds the first operation of f that may wait for others. Locks do not count:
// a function that takes one and gives it back delays its caller for a moment only. In an
// annotated function, an await is such an operation too, since the question is what a plain
// call of it does.
func (c *code) ownBlocking(f *function) (first *cause) {
	for _, op := range c.waits(f) {
		if !op.lock {
			return &cause{op.node.Pos(), op.what}
		}
	}
	return nil
}

// calledBlocking says why a call blocks as far as the functions of this package and the
// facts about others tell, or "".
func (c *code) calledBlocking(call *ast.CallExpr) string {
	if parse.Awaited(c.info, call) != nil {
		return "" // an operation of its own
	}
	fn := c.callee(call)
	if fn == nil || onGoroutine(fn) {
		return ""
	}
	if f := c.byObj[fn]; f != nil {
		if f.blocks == nil {
			return ""
		}
		return c.describe(f.blocks)
	}
	var fact blocks
	if fn.Pkg() != nil && fn.Pkg() != c.pass.Pkg && c.pass.ImportObjectFact(fn, &fact) {
		return fact.Why
	}
	return ""
}

// ownDefault finds the first call of f to a function of the runtime package that
// annotated functions use with the runtime that polls them, and others with the default.
func (c *code) ownDefault(f *function, calls []*ast.CallExpr) *cause {
	if !f.plain() {
		return nil
	}
	for _, call := range calls {
		if name := c.ambient(call); name != "" {
			return &cause{call.Pos(), "calls " + name}
		}
	}
	return nil
}

// ambient gives the name of a function of the runtime package that finds its runtime by
// itself, if a call is one of such a function.
func (c *code) ambient(call *ast.CallExpr) string {
	name := parse.RuntimeCallee(c.info, call)
	if !slices.Contains(parse.Ambient, name) {
		return ""
	}
	return "rt." + name
}

// calledDefault is [code.calledBlocking] for the use of the default runtime.
func (c *code) calledDefault(call *ast.CallExpr) string {
	fn := c.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() == parse.RuntimePath {
		return ""
	}
	if f := c.byObj[fn]; f != nil {
		if f.usesDefault == nil {
			return ""
		}
		return c.describe(f.usesDefault)
	}
	var fact usesDefault
	if fn.Pkg() != c.pass.Pkg && c.pass.ImportObjectFact(fn, &fact) {
		return fact.Why
	}
	return ""
}

// A wait is an operation that may keep the goroutine waiting.
type wait struct {
	node ast.Node
	what string // such as "receives from a channel"
	lock bool   // it takes a lock
}

// waits lists the operations of f that may wait: those on channels, the calls of
// functions of the standard library that are known to, and, if f is a plain function,
// awaits.
func (c *code) waits(f *function) (list []wait) {
	ready := make(map[ast.Node]bool) // communications of a select statement
	f.walk(func(n ast.Node) bool {
		op := wait{node: n}
		switch n := n.(type) {
		case *ast.SelectStmt:
			if !communications(n, ready) {
				op.what = "has a select without default"
			}
		case *ast.SendStmt:
			if !ready[n] && !c.hasCapacity(n.Chan) {
				op.what = "sends to a channel"
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && !ready[n] {
				op.what = "receives from a channel"
			}
		case *ast.RangeStmt:
			if isChan(c.info.TypeOf(n.X)) {
				op.what = "ranges over a channel"
			} else if !f.suspends() && c.overStream(n) {
				op.what = "ranges over the stream " + c.name(n.X)
			}
		case *ast.CallExpr:
			if f.roles.Statement(n) == token.GO {
				break
			}
			if parse.Awaited(c.info, n) != nil {
				op.what = "awaits " + c.name(parse.Awaited(c.info, n))
			} else if name, lock := standardWait(c.callee(n)); name != "" {
				op.what, op.lock = "calls "+name, lock
			}
		}
		if op.what != "" {
			list = append(list, op)
		}
		return true
	})
	return list
}

// communications marks the operations of a select statement, which wait together, and
// reports whether it has a default case, and so does not wait.
func communications(s *ast.SelectStmt, mark map[ast.Node]bool) (hasDefault bool) {
	for _, clause := range s.Body.List {
		comm := clause.(*ast.CommClause).Comm
		var x ast.Expr
		switch comm := comm.(type) {
		case nil:
			hasDefault = true
			continue
		case *ast.SendStmt:
			mark[comm] = true
			continue
		case *ast.ExprStmt:
			x = comm.X
		case *ast.AssignStmt:
			x = comm.Rhs[0]
		}
		mark[ast.Unparen(x)] = true
	}
	return hasDefault
}

// isChan reports whether a type is that of a channel, a type parameter of channels
// included.
func isChan(typ types.Type) bool {
	return typ != nil && typeset.Every(typ, func(t types.Type) bool {
		_, ok := t.Underlying().(*types.Chan)
		return ok
	})
}

// buffered finds the variables for channels that are given nothing but channels made
// here with a buffer. Sending to one of them is meant not to wait.
func (c *code) buffered() {
	assign := func(lhs, rhs ast.Expr) {
		id, ok := ast.Unparen(lhs).(*ast.Ident)
		if !ok {
			return
		}
		if v, ok := c.info.ObjectOf(id).(*types.Var); ok {
			old, seen := c.capacity[v]
			c.capacity[v] = (!seen || old) && c.makesBuffered(rhs)
		}
	}
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, lhs := range n.Lhs {
					if len(n.Rhs) == len(n.Lhs) {
						assign(lhs, n.Rhs[i])
					} else {
						assign(lhs, nil)
					}
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if len(n.Values) == len(n.Names) {
						assign(name, n.Values[i])
					} else if len(n.Values) > 0 {
						assign(name, nil)
					}
				}
			}
			return true
		})
	}
}

// makesBuffered reports whether e is make(chan T, n), unless n is known to be zero.
func (c *code) makesBuffered(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || c.info.Uses[id] != types.Universe.Lookup("make") {
		return false
	}
	if !isChan(c.info.TypeOf(call)) {
		return false
	}
	n := c.info.Types[call.Args[1]].Value
	return n == nil || constant.Sign(n) > 0
}

func (c *code) hasCapacity(ch ast.Expr) bool {
	id, ok := ast.Unparen(ch).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := c.info.Uses[id].(*types.Var)
	return ok && c.capacity[v]
}

// name gives the text of an expression, shortened to what a message can hold.
func (c *code) name(e ast.Expr) string {
	s := types.ExprString(ast.Unparen(e))
	if r := []rune(s); len(r) > 40 {
		s = string(r[:37]) + "..."
	}
	return s
}
