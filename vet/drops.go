package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/asyncgen/asyncgen/parse"
)

// drops looks at the body of one function or literal: first at all that it does with the
// variables for what it has started, which is in this file, and then at the paths through it.
type drops struct {
	pass *analysis.Pass
	c    *code
	body *ast.BlockStmt
	// owned holds the local variables whose only assignment is their declaration with
	// something new, which no literal refers to. Tasks that the function never settles are taken
	// out, and so are futures and groups that it does anything with but to drive them.
	owned map[*types.Var]*owned
	polls map[*types.Var]*types.Var // a variable for the result of a poll to the future
	// settles holds the references to owned variables that end the function's duty.
	settles map[*ast.Ident]bool
	// starts holds the calls after which something owned has been started: polls whose
	// result is dropped, or decides over a branch, and those that add a child to a group.
	starts map[*ast.CallExpr]*types.Var
}

// An owned variable is for something that the function has to see to.
type owned struct {
	kind    kind
	made    token.Pos
	settled token.Pos // where that is done first, in the text
}

type kind int

const (
	aFuture kind = iota // started by a poll
	aTask               // started when it is made
	aGroup              // started when it gets a child
)

// A use says what a reference to an owned variable means.
type use int

const (
	neutral use = iota // none of the below, such as a comparison with nil
	starts             // from here on there is something to see to
	settles            // that is done here
	escapes            // somebody else may do that
	assigns            // the variable is given another value
)

// methodUses says what a call of a method means; of any other, that the variable escapes.
var methodUses = map[kind]map[string]use{
	aFuture: {"Await": settles, "Cancel": settles, "Poll": starts},
	aTask:   {"Await": settles, "Cancel": settles, "Detach": settles, "Done": settles, "Name": neutral, "SetName": neutral},
	aGroup:  {"Wait": settles, "Close": settles, "Go": starts, "Spawn": starts, "SpawnOn": starts, "SpawnIn": starts, "Stop": neutral, "Limit": neutral, "CollectAll": neutral},
}

// declarations finds the variables that are declared with something new.
func (d *drops) declarations() {
	inspectBody(d.body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
				for i, lhs := range n.Lhs {
					d.declare(lhs.(*ast.Ident), n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				switch len(n.Values) {
				case 0:
					d.declare(name, nil)
				case len(n.Names):
					d.declare(name, n.Values[i])
				}
			}
		}
	})
}

// declare looks at the declaration of one variable; value is nil if it has none.
func (d *drops) declare(name *ast.Ident, value ast.Expr) {
	v, ok := d.c.info.Defs[name].(*types.Var)
	if !ok {
		return
	}
	if isGroup(v.Type()) && (value == nil || isLiteral(value)) {
		d.owned[v] = &owned{kind: aGroup, made: name.Pos()}
		return
	}
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return
	}
	if f := d.polled(call); f != nil {
		d.polls[v] = f
	} else if parse.IsTask(d.c.info.TypeOf(call)) && parse.Awaited(d.c.info, call) == nil && d.spawns(call) {
		d.owned[v] = &owned{kind: aTask, made: call.Pos()}
	} else if parse.MakesFuture(d.c.info, call) {
		d.owned[v] = &owned{kind: aFuture, made: call.Pos()}
	}
}

// isGroup reports whether a type is that of a group, which nobody else has if it is new.
func isGroup(typ types.Type) bool {
	n, ok := types.Unalias(typ).(*types.Named)
	return ok && n.Obj().Name() == "Group" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == parse.RuntimePath
}

func isLiteral(e ast.Expr) bool {
	_, ok := e.(*ast.CompositeLit)
	return ok
}

// spawns reports whether a call makes a new task. Other functions that return one may keep
// it themselves.
func (d *drops) spawns(call *ast.CallExpr) bool {
	fn := d.c.callee(call)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == parse.RuntimePath && fn.Signature().Recv() == nil
}

// inspectBody visits the nodes of a body, not those in its literals.
func inspectBody(body ast.Node, visit func(ast.Node)) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		visit(n)
		return true
	})
}

// polled gives the owned variable that a call polls, or nil.
func (d *drops) polled(call *ast.CallExpr) *types.Var {
	v, name := d.method(call)
	if name != "Poll" || d.owned[v] == nil || d.owned[v].kind != aFuture {
		return nil
	}
	return v
}

// method gives the variable that a call calls a method of, and the name of that.
func (d *drops) method(call *ast.CallExpr) (*types.Var, string) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil, ""
	}
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok {
		return nil, ""
	}
	v, _ := d.c.info.Uses[id].(*types.Var)
	return v, sel.Sel.Name
}

// references looks at all uses of the variables, with the nodes around them.
func (d *drops) references() {
	var stack []ast.Node
	ast.Inspect(d.body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := d.c.info.Uses[id].(*types.Var); ok {
				d.reference(id, v, stack)
			}
		}
		stack = append(stack, n)
		return true
	})
}

func (d *drops) reference(id *ast.Ident, v *types.Var, stack []ast.Node) {
	if f := d.polls[v]; f != nil {
		if !d.readsPoll(id, f, stack) {
			delete(d.owned, f)
		}
		return
	}
	o := d.owned[v]
	if o == nil {
		return
	}
	for _, n := range stack {
		if _, ok := n.(*ast.FuncLit); ok {
			delete(d.owned, v)
			return
		}
	}
	switch d.use(id, o, stack) {
	case assigns:
		delete(d.owned, v)
	case escapes:
		if o.kind != aTask {
			delete(d.owned, v)
		}
		fallthrough
	case settles:
		if inLoop(v, stack) {
			delete(d.owned, v)
			return
		}
		d.settles[id] = true
		if o.settled == token.NoPos {
			o.settled = id.Pos()
		}
	}
}

// inLoop reports whether a place is in a loop that v is declared outside of. How often such
// a loop runs, and whether it does so at all, is not for the graph to say.
func inLoop(v *types.Var, stack []ast.Node) bool {
	for _, n := range stack {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if v.Pos() < n.Pos() {
				return true
			}
		}
	}
	return false
}

func (d *drops) use(id *ast.Ident, o *owned, stack []ast.Node) use {
	switch p := stack[len(stack)-1].(type) {
	case *ast.AssignStmt:
		for i, lhs := range p.Lhs {
			if lhs == id {
				return assigns
			}
			if blank, ok := lhs.(*ast.Ident); ok && blank.Name == "_" && len(p.Lhs) == len(p.Rhs) && p.Rhs[i] == id {
				return neutral
			}
		}
	case *ast.BinaryExpr:
		if d.c.info.Types[p.X].IsNil() || d.c.info.Types[p.Y].IsNil() {
			return neutral
		}
	case *ast.SelectorExpr:
		if call, ok := stack[len(stack)-2].(*ast.CallExpr); ok && call.Fun == p {
			return d.methodUse(call, o, p.Sel.Name, stack[:len(stack)-2])
		}
	}
	return escapes
}

// methodUse is use for the call of a method.
func (d *drops) methodUse(call *ast.CallExpr, o *owned, name string, stack []ast.Node) use {
	u, known := methodUses[o.kind][name]
	switch {
	case !known:
		return escapes
	case u != starts:
		return u
	case o.kind == aFuture && !d.starting(call, stack):
		return settles
	}
	d.starts[call], _ = d.method(call)
	return u
}

// starting reports whether a poll may leave the future pending, because its result is
// dropped, is kept for a branch, or decides over one at once.
func (d *drops) starting(poll *ast.CallExpr, stack []ast.Node) bool {
	switch p := stack[len(stack)-1].(type) {
	case *ast.ExprStmt:
		return true
	case *ast.AssignStmt:
		if len(p.Lhs) != len(p.Rhs) {
			return false
		}
		for i, rhs := range p.Rhs {
			if rhs != poll {
				continue
			}
			id, ok := p.Lhs[i].(*ast.Ident)
			if !ok {
				return false
			}
			v, _ := d.c.info.ObjectOf(id).(*types.Var)
			return id.Name == "_" || d.polls[v] != nil && d.polls[v] == d.polled(poll)
		}
	case *ast.SelectorExpr:
		return p.Sel.Name == "Ready" && isCondition(p, stack[:len(stack)-1])
	}
	return false
}

// readsPoll reports whether the result of a poll of f is only asked whether it is ready, to
// decide over a branch, and what it holds, or is replaced by that of another poll of f.
func (d *drops) readsPoll(id *ast.Ident, f *types.Var, stack []ast.Node) bool {
	switch p := stack[len(stack)-1].(type) {
	case *ast.SelectorExpr:
		switch p.Sel.Name {
		case "Value", "Err":
			return true
		case "Ready":
			return isCondition(p, stack[:len(stack)-1])
		}
	case *ast.AssignStmt:
		if len(p.Lhs) == 1 && p.Lhs[0] == id {
			call, ok := p.Rhs[0].(*ast.CallExpr)
			return ok && d.polled(call) == f
		}
	}
	return false
}

// isCondition reports whether e decides over a branch, by itself or in a logical
// expression whose parts the graph shows as branches of their own.
func isCondition(e ast.Expr, stack []ast.Node) bool {
	var child ast.Node = e
	for i := len(stack) - 1; i >= 0; i-- {
		switch p := stack[i].(type) {
		case *ast.ParenExpr:
		case *ast.UnaryExpr:
			if p.Op != token.NOT {
				return false
			}
		case *ast.BinaryExpr:
			if p.Op != token.LAND && p.Op != token.LOR {
				return false
			}
		case *ast.IfStmt:
			return p.Cond == child
		case *ast.ForStmt:
			return p.Cond == child
		default:
			return false
		}
		child = stack[i]
	}
	return false
}
