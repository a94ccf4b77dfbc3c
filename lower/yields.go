package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// yields finds the calls of yield in a generator before which nobody has to ask whether the
// consumer wants an element: those that control does not get to from a yield that returned
// false. In
//
//	for i := range n {
//		if !yield(i) {
//			return
//		}
//	}
//
// this is so for the one there is. The consumer cannot leave in between, as a generator that
// runs has ended for whoever calls its Stop. A stream can be left while it awaits, deferred
// calls and literals go on after a return, and in a group of generators others yield as well:
// all these ask.
func yields(m *Machine) {
	gen := m.Func.Gen
	if gen == nil || gen.Stream || m.Walk != nil || m.Exit || m.Parent != nil || len(m.Lits) > 0 {
		return
	}
	unwanted := map[*Block]bool{}
	var work []*Block
	reach := func(list ...*Block) {
		for _, b := range list {
			if !unwanted[b] {
				unwanted[b] = true
				work = append(work, b)
			}
		}
	}
	for _, b := range m.Blocks {
		if b.Await != nil {
			reach(b.refused(m)...)
		}
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		reach(b.Succs(m)...)
	}
	for _, b := range m.Blocks {
		for _, it := range b.Items {
			if y, ok := it.(*Yield); ok {
				y.Await.Wanted = !unwanted[b]
			}
		}
	}
}

// refused lists the blocks that control can be in if the yield that b begins with has returned
// false. That is b itself, and what follows, unless b begins or ends by deciding on just that.
func (b *Block) refused(m *Machine) []*Block {
	if len(b.Items) > 0 {
		first, ok := b.Items[0].(*Stmt)
		if !ok {
			return []*Block{b}
		}
		s, ok := first.Node.(*ast.IfStmt)
		if !ok || s.Init != nil && !m.Drop[s.Init] {
			return []*Block{b}
		}
		way := s.Else
		if is, not := b.result(s.Cond); !is {
			return []*Block{b}
		} else if not {
			way = s.Body
		}
		if body, ok := way.(*ast.BlockStmt); ok && leaves(body, m.Func.Pkg.Info) {
			return m.jumpsIn(&Stmt{body})
		}
		return []*Block{b}
	}
	t, ok := b.Term.(*If)
	if !ok {
		return []*Block{b}
	}
	cond, ok := t.Cond.(Source)
	if !ok {
		return []*Block{b}
	}
	switch is, not := b.result(cond.X); {
	case !is:
		return []*Block{b}
	case not:
		return []*Block{t.Then}
	}
	return []*Block{t.Else}
}

// result reports whether x is what the yield returns that b begins with, or, with not, the
// opposite of it.
func (b *Block) result(x ast.Expr) (is, not bool) {
	x = ast.Unparen(x)
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.NOT {
		x, not = ast.Unparen(u.X), true
	}
	return x == ast.Expr(b.Await.Call.Call), not
}

// leaves reports whether control that gets to the end of body does not go on behind it.
func leaves(body *ast.BlockStmt, info *types.Info) bool {
	if Terminates(body, info) {
		return true
	}
	if len(body.List) == 0 {
		return false
	}
	s, ok := body.List[len(body.List)-1].(*ast.BranchStmt)
	return ok && (s.Tok == token.BREAK || s.Tok == token.CONTINUE)
}
