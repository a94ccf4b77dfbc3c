package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/parse"
)

// A walk that is written as a recursive generator passes the elements of its parts on:
//
//	for v := range Walk(t.Left) {
//		if !yield(v) {
//			return
//		}
//	}
//
// The body of such a loop does nothing with an element, and it has no place in which it could
// stand other than its yield. So the element can go from the innermost machine to the
// consumer without it, and the consumer can resume the innermost machine. The machines
// around that one stand at the ends of their loops until it is their turn.

// A Walk is a group of generators that pass on each other's elements in circles. Only they
// can nest deeply.
type Walk struct {
	Funcs []*parse.Func // in source order
	// Unwinds says that some of them have deferred calls, or loops, that a panic must end: it has to be
	// led from the innermost machine through those around it, see [unwinding].
	Unwinds bool
}

// delegation reports whether a loop of the generator fn passes on the elements of another
// one, and gives the statement that it is left with when the consumer wants no more.
func delegation(fn *parse.Func, s *ast.RangeStmt) (leave ast.Stmt, ok bool) {
	loop, gen := fn.Loops[s], fn.Gen
	if loop == nil || gen == nil || len(s.Body.List) != 1 {
		return nil, false
	}
	cond, ok := s.Body.List[0].(*ast.IfStmt)
	if !ok || cond.Init != nil || cond.Else != nil || len(cond.Body.List) != 1 {
		return nil, false
	}
	not, ok := ast.Unparen(cond.Cond).(*ast.UnaryExpr)
	if !ok || not.Op != token.NOT {
		return nil, false
	}
	call, ok := ast.Unparen(not.X).(*ast.CallExpr)
	if !ok || fn.Awaits[call] == nil || !fn.Awaits[call].Yield || !handsOn(fn, s, call) {
		return nil, false
	}
	switch leave := cond.Body.List[0].(type) {
	case *ast.ReturnStmt:
		return leave, true
	case *ast.BranchStmt:
		if leave.Tok == token.BREAK && leave.Label == nil {
			return nil, true
		}
	}
	return nil, false
}

// handsOn reports whether a yield hands on just the elements of the loop, all of them and
// in their order.
func handsOn(fn *parse.Func, s *ast.RangeStmt, call *ast.CallExpr) bool {
	info := fn.Pkg.Info
	seq, ok := info.TypeOf(s.X).Underlying().(*types.Signature)
	if !ok {
		return false
	}
	yield, ok := seq.Params().At(0).Type().Underlying().(*types.Signature)
	if !ok || yield.Params().Len() != len(fn.Gen.Values) || len(call.Args) != len(fn.Gen.Values) {
		return false
	}
	for i, vars := range []ast.Expr{s.Key, s.Value} {
		if i >= len(call.Args) {
			break
		}
		id, ok := vars.(*ast.Ident)
		arg, isName := ast.Unparen(call.Args[i]).(*ast.Ident)
		if !ok || !isName || s.Tok != token.DEFINE || info.Defs[id] == nil || info.Uses[arg] != info.Defs[id] ||
			!types.Identical(yield.Params().At(i).Type(), fn.Gen.Values[i]) {
			return false
		}
	}
	return true
}

// walks finds the groups of a package, by generator.
func walks(p *parse.Package, unwinds map[*types.Func]bool) map[*types.Func]*Walk {
	byObj := map[*types.Func]*parse.Func{}
	for _, fn := range p.Funcs {
		if fn.Gen != nil && !fn.Gen.Stream && fn.Gen.Coroutine == nil {
			byObj[fn.Obj] = fn
		}
	}
	edges := map[*parse.Func][]*parse.Func{}
	for _, fn := range byObj {
		for s, l := range fn.Loops {
			if callee := byObj[l.Callee]; callee != nil && canPass(fn, callee, l) {
				if _, ok := delegation(fn, s); ok {
					edges[fn] = append(edges[fn], callee)
				}
			}
		}
	}
	out := map[*types.Func]*Walk{}
	for _, fn := range p.Funcs {
		if byObj[fn.Obj] == nil || out[fn.Obj] != nil || !leads(fn, fn, edges) {
			continue
		}
		w := &Walk{}
		for _, other := range p.Funcs {
			if byObj[other.Obj] != nil && leads(fn, other, edges) && leads(other, fn, edges) {
				w.Funcs = append(w.Funcs, other)
				w.Unwinds = w.Unwinds || unwinds[other.Obj]
				out[other.Obj] = w
			}
		}
	}
	return out
}

// canPass reports whether the machines of two generators can be of one group: those of
// generic functions only with themselves, with the same type arguments.
func canPass(fn, callee *parse.Func, l *parse.Loop) bool {
	if fn.TypeParams.Len() == 0 && callee.TypeParams.Len() == 0 {
		return true
	}
	n, ok := types.Unalias(Deref(l.Iter)).(*types.Named)
	if fn != callee || !ok {
		return false
	}
	for i := range n.TypeArgs().Len() {
		p, ok := types.Unalias(n.TypeArgs().At(i)).(*types.TypeParam)
		if !ok || p.Index() != i {
			return false
		}
	}
	return true
}

// leads reports whether elements of to reach from through one loop or more.
func leads(from, to *parse.Func, edges map[*parse.Func][]*parse.Func) bool {
	seen := map[*parse.Func]bool{}
	work := slices.Clone(edges[from])
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fn == to {
			return true
		}
		if !seen[fn] {
			seen[fn] = true
			work = append(work, edges[fn]...)
		}
	}
	return false
}

// delegate builds a loop that passes on the elements of a generator of the same group.
//
//	      delegate to X
//	ends: it.More() -> done | left      resumed when X has ended
//	left: return
//	done:
//
// If the loop is left by a break, there is nothing to decide.
func (b *builder) delegate(s *ast.RangeStmt, l *parse.Loop, leave ast.Stmt) {
	b.expr(s.X, false)
	it := b.enter(&Var{Kind: Hidden, Type: l.Iter, Pos: s.Pos(), Hint: parse.LowerFirst(l.Name.Name), machine: true, spare: true})
	a := &Await{Call: &parse.Await{Call: l.Call, Yield: true}, Child: it, Loops: b.notedMachines()}
	b.add(&Delegate{a, l})
	ends := b.detached("range."+it.Hint, s.Pos())
	ends.Await = a
	b.enterBlock(ends)
	if leave == nil {
		return
	}
	left, done := b.detached("range.left", s.Pos()), b.detached("range.done", s.End())
	b.end(&If{Method{it, "More"}, done, left})
	b.place(left)
	b.cur = left
	b.stmt(leave, nil)
	b.enterBlock(done)
}

// passesOn reports whether a loop is one that [builder.delegate] builds.
func (b *builder) passesOn(s *ast.RangeStmt) (l *parse.Loop, leave ast.Stmt, ok bool) {
	l, walk := b.overMachine(s), b.walks[b.fn.Obj]
	if l == nil || walk == nil || b.walks[l.Callee] != walk || !canPass(b.fn, b.fn, l) && b.fn.Obj == l.Callee {
		return nil, nil, false
	}
	leave, ok = delegation(b.fn, s)
	return l, leave, ok
}
