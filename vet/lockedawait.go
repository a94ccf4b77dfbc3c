package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"

	"github.com/asyncgen/asyncgen/parse"
)

// LockedAwait reports locks that are held while a machine is suspended.
var LockedAwait = &analysis.Analyzer{
	Name: "lockedawait",
	Doc: `report locks of package sync that are held over an await

A task that is suspended does not run, and for as long as it holds a lock, a worker that
wants it for another task waits, and with it all tasks that it would poll, perhaps the very one
that has to run for the await to end:

	//async:func
	func (c *cache) load(key string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.entries[key] = fetchAsync(key).Await()
	}

Await first, and take the lock for what is done with the result:

	//async:func
	func (c *cache) load(key string) {
		c.set(key, fetchAsync(key).Await())
	}

The analyzer follows the paths through the function, and knows deferred calls of Unlock.`,
	Requires: []*analysis.Analyzer{codeAnalyzer, ctrlflow.Analyzer},
	Run:      runLockedAwait,
}

func runLockedAwait(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	uses := make(map[*function]*lockUse)
	for _, f := range c.funcs {
		if !f.suspends() {
			continue
		}
		l := &locks{pass: pass, c: c, f: f, streams: make(map[ast.Expr]bool), uses: uses}
		ast.Inspect(f.decl.Body, func(n ast.Node) bool {
			if loop, ok := n.(*ast.RangeStmt); ok && c.overStream(loop) {
				l.streams[ast.Unparen(loop.X)] = true
			}
			return true
		})
		if f.body == f.decl.Body {
			l.follow(f.decl)
		}
		ast.Inspect(f.decl.Body, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok && (lit.Body == f.body || f.roles.Own(lit)) {
				l.follow(lit)
			}
			return true
		})
	}
	return nil, nil
}

// locks looks at the functions and literals of one annotated function.
type locks struct {
	pass *analysis.Pass
	c    *code
	f    *function
	// streams holds the operands of loops over streams, which await.
	streams map[ast.Expr]bool
	uses    map[*function]*lockUse // of functions that are called
	use     *lockUse               // of f, while that is found out instead of reported
}

func (l *locks) follow(fn ast.Node) {
	g := graphOf(l.pass, fn)
	if g == nil {
		return
	}
	f := flow[lock, holder]{node: l.node, edge: l.edge}
	f.run(g)
}

// node takes and gives back locks, and reports awaits.
func (l *locks) node(n ast.Node, held map[lock]holder, report bool) {
	var deferred *ast.CallExpr
	if d, ok := n.(*ast.DeferStmt); ok {
		deferred = d.Call
		l.deferred(d, held, report)
	}
	// Operands are evaluated before the call that they belong to.
	var calls []*ast.CallExpr
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if n != deferred && l.f.roles.Statement(n) != token.GO {
				calls = append(calls, n)
			}
		}
		return true
	})
	slices.SortStableFunc(calls, func(a, b *ast.CallExpr) int { return int(a.End() - b.End()) })
	for _, call := range calls {
		if report && l.use == nil && l.awaits(call) {
			l.report(call, held, func(holder) bool { return true })
		}
		l.step(call, held)
	}
	if _, ok := n.(*ast.ReturnStmt); ok {
		l.leave(held)
	}
}

// deferred looks at a defer statement. Its call runs at the exit, after all that are
// deferred later and before those that were deferred earlier.
func (l *locks) deferred(d *ast.DeferStmt, held map[lock]holder, report bool) {
	if report && l.use == nil && (l.awaits(d.Call) || parse.Awaited(l.c.info, d.Call) != nil) {
		l.report(d.Call, held, func(h holder) bool { return h.deferred })
	}
	release := func(call *ast.CallExpr) {
		for _, key := range l.released(call, held) {
			h := held[key]
			h.deferred = true
			held[key] = h
		}
	}
	release(d.Call)
	if lit, ok := ast.Unparen(d.Call.Fun).(*ast.FuncLit); ok {
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				release(call)
			}
			return true
		})
	}
}

// awaits reports whether the machine can suspend while a call runs: in an await, or in the
// awaits of a literal that is called.
func (l *locks) awaits(call *ast.CallExpr) bool {
	if parse.Awaited(l.c.info, call) != nil || l.streams[call] {
		return true
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	return ok && l.f.roles.Own(lit) && l.c.awaitsIn(l.f, lit)
}

func (l *locks) report(await *ast.CallExpr, held map[lock]holder, counts func(holder) bool) {
	for _, key := range slices.SortedFunc(maps.Keys(held), func(a, b lock) int { return int(held[a].pos - held[b].pos) }) {
		h := held[key]
		if !counts(h) {
			continue
		}
		name := key.root.Name() + strings.TrimSpace(key.path)
		l.pass.Report(analysis.Diagnostic{
			Pos: await.Pos(), End: await.End(),
			Message: fmt.Sprintf("%s, locked at line %d, is held over this await: give it back before, or tasks that want it block their workers", name, l.pass.Fset.Position(h.pos).Line),
			Related: []analysis.RelatedInformation{{Pos: h.pos, Message: name + " is locked here"}},
		})
	}
}

// edge knows what the result of TryLock means.
func (l *locks) edge(cond ast.Expr, value bool, held map[lock]holder) {
	call, ok := cond.(*ast.CallExpr)
	if !ok || !value {
		return
	}
	if key, op := l.c.operation(call); op == "TryLock" {
		held[key] = holder{pos: call.Pos()}
	}
}
