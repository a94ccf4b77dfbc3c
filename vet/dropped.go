package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"

	"github.com/asyncgen/asyncgen/parse"
)

// Dropped reports tasks and futures that were started and are then forgotten.
var Dropped = &analysis.Analyzer{
	Name: "dropped",
	Doc: `report started futures that are dropped on a path to a return

A task that a function awaits on one path and forgets on another goes on without anybody
who cares for its result, or whether it fails:

	func both(a, b string) (int, error) {
		t := rt.Spawn(sizeAsync(a))
		n, err := sizeAsync(b).Await()
		if err != nil {
			return 0, err
		}
		m, err := t.Await()
		return n + m, err
	}

Cancel it where it is not wanted any more, most simply by "defer t.Cancel()", which does
nothing to a task that has ended. If the task is to go on, say so with Detach. A task that is
never awaited at all is not reported.

The same holds for a future that is polled by hand: once it was polled and pending, it may
hold timers and descriptors, which only Cancel releases.`,
	Requires: []*analysis.Analyzer{codeAnalyzer, ctrlflow.Analyzer},
	Run:      runDropped,
}

func runDropped(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch fn := n.(type) {
			case *ast.FuncDecl:
				if fn.Body != nil {
					findDropped(pass, c, fn, fn.Body)
				}
			case *ast.FuncLit:
				findDropped(pass, c, fn, fn.Body)
			}
			return true
		})
	}
	return nil, nil
}

// drops looks at the body of one function or literal.
type drops struct {
	pass *analysis.Pass
	c    *code
	body *ast.BlockStmt
	// owned holds the local variables whose only assignment is their declaration with a
	// new task or future, which no literal refers to. Those that the function never settles
	// are taken out, and so are futures that it does anything with but to drive them.
	owned map[*types.Var]*ownedFuture
	polls map[*types.Var]*types.Var // a variable for the result of a poll to the future
	// settles holds the references to owned variables that end the function's duty.
	settles map[*ast.Ident]bool
	// starts holds the calls after which an owned future has been started: polls whose
	// result is dropped, or decides over a branch.
	starts map[*ast.CallExpr]*types.Var
}

type ownedFuture struct {
	task    bool
	made    *ast.CallExpr
	settled token.Pos // where that is done first, in the text
}

func findDropped(pass *analysis.Pass, c *code, fn ast.Node, body *ast.BlockStmt) {
	d := &drops{
		pass: pass, c: c, body: body,
		owned:   make(map[*types.Var]*ownedFuture),
		polls:   make(map[*types.Var]*types.Var),
		settles: make(map[*ast.Ident]bool),
		starts:  make(map[*ast.CallExpr]*types.Var),
	}
	d.declarations()
	if len(d.owned) == 0 {
		return
	}
	d.references()
	for v, o := range d.owned {
		if o.task && o.settled == token.NoPos {
			delete(d.owned, v)
		}
	}
	g := graphOf(pass, fn)
	if g == nil || len(d.owned) == 0 {
		return
	}
	f := flow[*types.Var, token.Pos]{node: d.node, edge: d.edge}
	f.run(g)
}

// declarations finds the variables that are declared with a task or a future.
func (d *drops) declarations() {
	declare := func(name *ast.Ident, value ast.Expr) {
		call, ok := ast.Unparen(value).(*ast.CallExpr)
		v, isVar := d.c.info.Defs[name].(*types.Var)
		if !ok || !isVar {
			return
		}
		if f := d.polled(call); f != nil {
			d.polls[v] = f
			return
		}
		task := parse.IsTask(d.c.info.TypeOf(call)) && parse.Awaited(d.c.info, call) == nil && d.spawns(call)
		if task || parse.MakesFuture(d.c.info, call) {
			d.owned[v] = &ownedFuture{task: task, made: call}
		}
	}
	inspectBody(d.body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
				for i, lhs := range n.Lhs {
					declare(lhs.(*ast.Ident), n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			if len(n.Names) == len(n.Values) {
				for i, name := range n.Names {
					declare(name, n.Values[i])
				}
			}
		}
	})
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
	if name != "Poll" || d.owned[v] == nil || d.owned[v].task {
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
	switch d.use(id, stack) {
	case assigns:
		delete(d.owned, v)
	case escapes:
		if !o.task {
			delete(d.owned, v)
		}
		fallthrough
	case settles:
		d.settles[id] = true
		if o.settled == token.NoPos {
			o.settled = id.Pos()
		}
	}
}

// A use says what a reference to an owned variable means.
type use int

const (
	neutral use = iota // neither of the below: a name, a comparison with nil, a poll
	settles            // it is awaited, canceled or detached
	escapes            // somebody else may see to it
	assigns            // the variable is given another value
)

func (d *drops) use(id *ast.Ident, stack []ast.Node) use {
	parent := stack[len(stack)-1]
	switch p := parent.(type) {
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
		if len(stack) < 2 {
			break
		}
		call, ok := stack[len(stack)-2].(*ast.CallExpr)
		if !ok || call.Fun != p {
			break
		}
		switch p.Sel.Name {
		case "Await", "Cancel", "Detach", "Done":
			return settles
		case "Name", "SetName":
			return neutral
		case "Poll":
			if d.starting(call, stack[:len(stack)-2]) {
				d.starts[call], _ = d.method(call)
				return neutral
			}
			return settles
		}
	}
	return escapes
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

// node starts and settles futures, and reports those that a return leaves behind. A poll
// behind a Cancel or an Await starts nothing, but panics.
func (d *drops) node(n ast.Node, started map[*types.Var]token.Pos, report bool) {
	inspectBody(n, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Ident:
			v, _ := d.c.info.ObjectOf(n).(*types.Var)
			if o := d.owned[v]; o == nil {
				break
			} else if d.settles[n] {
				delete(started, v)
			} else if o.task && d.c.info.Defs[n] == v {
				started[v] = o.made.Pos()
			}
		case *ast.CallExpr:
			v := d.starts[n]
			if o := d.owned[v]; o != nil && (o.settled == token.NoPos || n.Pos() < o.settled) {
				started[v] = n.Pos()
			}
		}
	})
	if ret, ok := n.(*ast.ReturnStmt); ok && report {
		d.report(ret, started)
	}
}

// edge knows that a future that was ready has ended, and that nil is no task.
func (d *drops) edge(cond ast.Expr, value bool, started map[*types.Var]token.Pos) {
	switch cond := cond.(type) {
	case *ast.SelectorExpr:
		if cond.Sel.Name != "Ready" || !value {
			break
		}
		switch x := ast.Unparen(cond.X).(type) {
		case *ast.Ident:
			if p, ok := d.c.info.Uses[x].(*types.Var); ok {
				delete(started, d.polls[p])
			}
		case *ast.CallExpr:
			delete(started, d.starts[x])
		}
	case *ast.BinaryExpr:
		if x, ok := ast.Unparen(cond.X).(*ast.Ident); ok && d.c.info.Types[cond.Y].IsNil() && value == (cond.Op == token.EQL) {
			v, _ := d.c.info.Uses[x].(*types.Var)
			delete(started, v)
		}
	}
}

func (d *drops) report(ret *ast.ReturnStmt, started map[*types.Var]token.Pos) {
	vars := slices.SortedFunc(maps.Keys(started), func(a, b *types.Var) int { return int(a.Pos() - b.Pos()) })
	for _, v := range vars {
		pos := started[v]
		what := "the future " + v.Name() + ", polled"
		advice := "cancel it, so that it gives back what it holds"
		if d.owned[v].task {
			what = "the task " + v.Name() + ", spawned"
			advice = "cancel it, or say with Detach that it goes on by itself"
		}
		d.pass.Report(analysis.Diagnostic{
			Pos: ret.Pos(), End: ret.End(),
			Message: fmt.Sprintf("%s at line %d, is dropped by this return: %s", what, d.pass.Fset.Position(pos).Line, advice),
			Related: []analysis.RelatedInformation{{Pos: pos, Message: v.Name() + " is started here"}},
		})
	}
}
