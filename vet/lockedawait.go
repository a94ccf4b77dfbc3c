package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
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
	for _, f := range c.funcs {
		if !f.suspends() {
			continue
		}
		l := &locks{pass: pass, c: c, f: f, streams: make(map[ast.Expr]bool)}
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
}

// A lock identifies a lock by how it is reached: a variable, and fields from there on.
type lock struct {
	root types.Object
	path string // such as .mu; ends in a space for a lock that is taken for reading
}

// A holder says how a lock is held.
type holder struct {
	pos token.Pos // where it was taken
	// deferred says that a deferred call gives it back: what is deferred afterwards runs
	// while it is still held.
	deferred bool
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
		key, op := l.operation(call)
		switch {
		case op == "Lock":
			held[key] = holder{pos: call.Pos()}
		case op == "Unlock":
			delete(held, key)
		case l.awaits(call) && report:
			l.report(call, held, func(holder) bool { return true })
		}
	}
}

// deferred looks at a defer statement. Its call runs at the exit, after all that are
// deferred later and before those that were deferred earlier.
func (l *locks) deferred(d *ast.DeferStmt, held map[lock]holder, report bool) {
	if report && (l.awaits(d.Call) || parse.Awaited(l.c.info, d.Call) != nil) {
		l.report(d.Call, held, func(h holder) bool { return h.deferred })
	}
	release := func(call *ast.CallExpr) {
		if key, op := l.operation(call); op == "Unlock" {
			if h, ok := held[key]; ok {
				h.deferred = true
				held[key] = h
			}
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
func (l *locks) awaits(call *ast.CallExpr) (found bool) {
	if parse.Awaited(l.c.info, call) != nil || l.streams[call] {
		return true
	}
	lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit)
	if !ok || !l.f.roles.Own(lit) {
		return false
	}
	l.f.walkBody(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && parse.Awaited(l.c.info, call) != nil {
			found = found || l.f.roles.Statement(call) != token.GO
		}
		return !found
	})
	return found
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
	if key, op := l.operation(call); op == "TryLock" {
		held[key] = holder{pos: call.Pos()}
	}
}

// operation gives the lock that a call works on, and Lock, Unlock or TryLock; "" for any
// other call, and for locks that are reached through calls.
func (l *locks) operation(call *ast.CallExpr) (key lock, op string) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return lock{}, ""
	}
	s := l.c.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return lock{}, ""
	}
	fn := s.Obj().(*types.Func)
	recv := receiver(fn)
	if recv == nil || recv.Pkg() == nil || recv.Pkg().Path() != "sync" || locking[recv.Name()] == "" {
		return lock{}, ""
	}
	op = fn.Name()
	read := ""
	if i := strings.Index(op, "RLock"); i >= 0 || op == "RUnlock" {
		read = " "
		op = strings.Replace(strings.Replace(op, "RLock", "Lock", 1), "RUnlock", "Unlock", 1)
	}
	if op != "Lock" && op != "Unlock" && op != "TryLock" {
		return lock{}, ""
	}
	root, path, ok := l.path(sel.X)
	if !ok {
		return lock{}, ""
	}
	return lock{root, path + embedded(s) + read}, op
}

// path says how an operand is reached.
func (l *locks) path(e ast.Expr) (root types.Object, path string, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		root := l.c.info.ObjectOf(e)
		return root, "", root != nil
	case *ast.StarExpr:
		return l.path(e.X)
	case *ast.SelectorExpr:
		s := l.c.info.Selections[e]
		if s == nil {
			root := l.c.info.ObjectOf(e.Sel)
			return root, "", root != nil
		}
		root, path, ok := l.path(e.X)
		return root, path + embedded(s) + "." + e.Sel.Name, ok
	case *ast.IndexExpr:
		root, path, ok := l.path(e.X)
		return root, path + "[" + types.ExprString(e.Index) + "]", ok
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return l.path(e.X)
		}
	}
	return nil, "", false
}

// embedded names the embedded fields that a selector goes through without saying so.
func embedded(s *types.Selection) (path string) {
	typ := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := typ.Underlying().(*types.Pointer); ok {
			typ = p.Elem()
		}
		st, ok := typ.Underlying().(*types.Struct)
		if !ok {
			break
		}
		path += "." + st.Field(i).Name()
		typ = st.Field(i).Type()
	}
	return path
}
