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
hold timers and descriptors, which only Cancel releases. And it holds for the children of a group
that is neither waited for nor closed.`,
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

func findDropped(pass *analysis.Pass, c *code, fn ast.Node, body *ast.BlockStmt) {
	d := &drops{
		pass: pass, c: c, body: body,
		owned:   make(map[*types.Var]*owned),
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
		if o.kind == aTask && o.settled == token.NoPos {
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
			} else if o.kind == aTask && d.c.info.Defs[n] == v {
				started[v] = o.made
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
		what, advice := "", ""
		switch d.owned[v].kind {
		case aFuture:
			what, advice = "future "+v.Name()+", polled", "cancel it, so that it gives back what it holds"
		case aTask:
			what, advice = "task "+v.Name()+", spawned", "cancel it, or say with Detach that it goes on by itself"
		case aGroup:
			what, advice = "group "+v.Name()+", which got a child", "await its Wait, or its Close in a defer statement"
		}
		d.pass.Report(analysis.Diagnostic{
			Pos: ret.Pos(), End: ret.End(),
			Message: fmt.Sprintf("the %s at line %d, is dropped by this return: %s", what, d.pass.Fset.Position(pos).Line, advice),
			Related: []analysis.RelatedInformation{{Pos: pos, Message: v.Name() + " is started here"}},
		})
	}
}
