package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// labeled builds a labelled statement. A label that a goto names starts a block; one that
// only break and continue use stays part of its statement.
func (b *builder) labeled(s *ast.LabeledStmt) {
	label := b.info.Defs[s.Label].(*types.Label)
	if b.gotos[label] {
		b.enterBlock(b.labelBlock(label))
	}
	if b.awaits[s.Stmt] {
		b.stmt(s.Stmt, label)
		return
	}
	if b.leftThrough(s, label) {
		b.source(s)
		return
	}
	b.plain(s.Stmt)
}

// leftThrough reports whether a break or continue inside s names label.
func (b *builder) leftThrough(s *ast.LabeledStmt, label *types.Label) bool {
	found := false
	inspectFrame(s, func(n ast.Node) bool {
		br, ok := n.(*ast.BranchStmt)
		if ok && br.Tok != token.GOTO && br.Label != nil && b.info.Uses[br.Label] == label {
			found = true
		}
		return true
	})
	return found
}

func (b *builder) labelBlock(l *types.Label) *Block {
	blk := b.labels[l]
	if blk == nil {
		blk = b.detached(l.Name(), l.Pos())
		b.labels[l] = blk
	}
	return blk
}

// within runs build with a statement that break and continue can leave. It is the only
// place that enters and leaves the stack.
func (b *builder) within(t targets, build func()) {
	t.tail = b.targets
	b.targets = &t
	build()
	b.targets = t.tail
}

// branchTarget finds where a branch statement of a list that was taken apart goes,
// through the ends of the iterator loops that it leaves.
func (b *builder) branchTarget(s *ast.BranchStmt) *Block {
	var label *types.Label
	if s.Label != nil {
		label = b.info.Uses[s.Label].(*types.Label)
	}
	if s.Tok == token.GOTO {
		depth := 0
		for depth < len(b.loops) && encloses(b.loops[depth].stmt.Body, label.Pos()) {
			depth++
		}
		return b.leave(b.labelBlock(label), depth, s.Pos())
	}
	for t := b.targets; t != nil; t = t.tail {
		switch {
		case s.Tok == token.FALLTHROUGH:
			if t.fall != nil {
				return t.fall
			}
		case label != nil && t.label != label:
		case s.Tok == token.CONTINUE && t.cont != nil:
			return b.leave(t.cont, t.loops, s.Pos())
		case s.Tok == token.BREAK && t.brk != nil:
			return b.leave(t.brk, t.loops, s.Pos())
		}
	}
	panic("lower: branch without target") // the type checker has seen to that
}

func encloses(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }

// escapes finds the jumps that leave the await-free statement root and notes their
// targets, and likewise returns where the machine has an exit of its own.
func (b *builder) escapes(root ast.Stmt) {
	inside := map[*types.Label]bool{}
	inspectFrame(root, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			inside[b.info.Defs[l.Label].(*types.Label)] = true
		}
		return true
	})
	top, _ := root.(*ast.LabeledStmt)
	var walk func(n ast.Node, brk, cont bool)
	walk = func(n ast.Node, brk, cont bool) {
		inspectFrame(n, func(c ast.Node) bool {
			if c == n {
				return true
			}
			switch c := c.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				walk(c, true, true)
				return false
			case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				walk(c, true, cont)
				return false
			case *ast.ReturnStmt:
				if to := b.exitFrom(c); to != nil {
					b.m.Jumps[c] = to
				}
			case *ast.BranchStmt:
				if !b.staysInside(c, inside, top, brk, cont) {
					b.m.Jumps[c] = b.branchTarget(c)
				}
			}
			return true
		})
	}
	// A wrapper makes root a child, so that the switch above sees it too.
	walk(&ast.BlockStmt{List: []ast.Stmt{root}}, false, false)
}

// staysInside reports whether a branch ends inside the statement that is looked at. A goto
// to the label in front of that statement is a jump to its block.
func (b *builder) staysInside(s *ast.BranchStmt, inside map[*types.Label]bool, top *ast.LabeledStmt, brk, cont bool) bool {
	if s.Label != nil {
		label := b.info.Uses[s.Label].(*types.Label)
		if s.Tok == token.GOTO && top != nil && b.info.Defs[top.Label] == label {
			return false
		}
		return inside[label]
	}
	switch s.Tok {
	case token.BREAK:
		return brk
	case token.CONTINUE:
		return cont
	}
	return true // fallthrough: it never leaves its switch
}

// ifStmt builds an if statement that awaits.
//
//	init; cond            init; cond -> then | else
//	if … { … }            then: … -> done
//	done                  else: … -> done
//	                      done:
//
// The left form suffices where only the header awaits.
func (b *builder) ifStmt(s *ast.IfStmt) {
	if !b.awaits[s.Body] && (s.Else == nil || !b.awaits[s.Else]) {
		b.header(s, nil, s.Init, s.Cond)
		return
	}
	if s.Init != nil {
		b.stmt(s.Init, nil)
	}
	then := b.detached("if.then", s.Body.Pos())
	done := b.detached("if.done", s.End())
	els := done
	if s.Else != nil {
		els = b.detached("if.else", s.Else.Pos())
	}
	b.cond(s.Cond, then, els)
	b.place(then)
	b.cur = then
	b.stmts(s.Body.List)
	if s.Else != nil {
		b.end(&Jump{done})
		b.place(els)
		b.cur = els
		b.stmt(s.Else, nil)
	}
	b.enterBlock(done)
}

// header builds a statement of which only the init statement or the expression behind it
// awaits: both run once and first, so the rest of it stays as it is.
func (b *builder) header(s ast.Stmt, label *types.Label, init ast.Stmt, x ast.Expr) {
	switch {
	case x == nil || !b.awaits[x]:
		b.operands(init)
	case init != nil:
		b.stmt(init, nil)
		b.m.Drop[init] = true
		fallthrough
	default:
		b.expr(x, false)
	}
	b.sourceLabeled(s, label)
}

// cond branches on e. Operators that evaluate their right side only sometimes become
// jumps, so that its awaits happen only then.
func (b *builder) cond(e ast.Expr, then, els *Block) {
	if b.awaits[e] {
		switch x := e.(type) {
		case *ast.ParenExpr:
			b.cond(x.X, then, els)
			return
		case *ast.UnaryExpr:
			if x.Op == token.NOT {
				b.cond(x.X, els, then)
				return
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				right := b.detached("cond.right", x.Y.Pos())
				if x.Op == token.LAND {
					b.cond(x.X, right, els)
				} else {
					b.cond(x.X, then, right)
				}
				b.place(right)
				b.cur = right
				b.cond(x.Y, then, els)
				return
			}
		}
	}
	b.expr(e, false)
	b.end(&If{Source{e}, then, els})
}

// forStmt builds a for loop that awaits.
//
//	      init
//	loop: cond -> body | done
//	body: …
//	next: renew loop variables; post -> loop
//	done:
func (b *builder) forStmt(s *ast.ForStmt, label *types.Label) {
	if !b.takesApart(s) {
		b.operands(s.Init)
		b.sourceLabeled(s, label)
		return
	}
	if s.Init != nil {
		b.forClause = true
		b.stmt(s.Init, nil)
		b.forClause = false
	}
	loop := b.detached("for.loop", s.Pos())
	body := loop
	done := b.detached("for.done", s.End())
	next := loop
	if s.Post != nil || len(b.renewed(s)) > 0 {
		next = b.detached("for.next", s.Pos())
	}
	b.enterBlock(loop)
	if s.Cond != nil {
		body = b.detached("for.body", s.Body.Pos())
		b.cond(s.Cond, body, done)
		b.place(body)
		b.cur = body
	}
	b.within(targets{label: label, brk: done, cont: next, loops: len(b.loops)}, func() {
		b.stmts(s.Body.List)
	})
	if next != loop {
		b.enterBlock(next)
		for _, v := range b.renewed(s) {
			b.add(&Renew{v})
		}
		if s.Post != nil {
			b.stmt(s.Post, nil)
		}
	}
	b.end(&Jump{loop})
	b.place(done)
	b.cur = done
}

// renewed lists the variables of a loop of which each iteration has its own.
func (b *builder) renewed(s *ast.ForStmt) []*Var {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || !b.perIteration() {
		return nil
	}
	var out []*Var
	for _, e := range init.Lhs {
		if obj := b.defined(e); obj != nil {
			if v := b.m.byObj[obj]; v != nil && v.CellLike() {
				out = append(out, v)
			}
		}
	}
	return out
}

// sourceLabeled adds a statement as written, with its label if something in it uses it.
func (b *builder) sourceLabeled(s ast.Stmt, label *types.Label) {
	if label != nil {
		ls := b.labeledStmt(label)
		if b.leftThrough(ls, label) {
			b.source(ls)
			return
		}
	}
	b.source(s)
}

func (b *builder) labeledStmt(label *types.Label) *ast.LabeledStmt {
	var out *ast.LabeledStmt
	inspectFrame(b.fn.Body, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok && b.info.Defs[l.Label] == label {
			out = l
		}
		return out == nil
	})
	return out
}

// takesApart reports whether a loop awaits in a part that runs more than once.
func (b *builder) takesApart(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ForStmt:
		return b.awaits[s.Body] || s.Cond != nil && b.awaits[s.Cond] || s.Post != nil && b.awaits[s.Post]
	case *ast.RangeStmt:
		if b.streams(s) {
			return true
		}
		return b.awaits[s.Body] || s.Key != nil && b.awaits[s.Key] || s.Value != nil && b.awaits[s.Value]
	}
	return false
}
