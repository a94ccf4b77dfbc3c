package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// switchStmt builds a switch that awaits.
//
//	      init; tag
//	      switch tag { case …: -> body1 … default: -> bodyN }
//	body1: … -> done
//	done:
//
// Where case expressions await, a chain of comparisons stands for the switch, so that
// they run from top to bottom until one matches.
func (b *builder) switchStmt(s *ast.SwitchStmt, label *types.Label) {
	if !b.awaits[s.Body] {
		b.header(s, label, s.Init, s.Tag)
		return
	}
	if s.Init != nil {
		b.stmt(s.Init, nil)
	}
	done := b.detached("switch.done", s.End())
	bodies, els := b.clauses(s.Body, done)
	inCases := false
	for _, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			inCases = inCases || b.awaits[e]
		}
	}
	if inCases {
		b.cases(s, bodies, els)
	} else {
		if s.Tag != nil {
			b.expr(s.Tag, false)
		}
		b.end(&Switch{s, bodies, els})
	}
	b.clauseBodies(s.Body, label, bodies, done, nil)
}

// clauses makes the blocks of the clauses and finds the one to go to if none matches.
func (b *builder) clauses(body *ast.BlockStmt, done *Block) (bodies []*Block, els *Block) {
	els = done
	for _, c := range body.List {
		blk := b.detached("case", c.Pos())
		bodies = append(bodies, blk)
		if cc, ok := c.(*ast.CaseClause); ok && cc.List == nil {
			blk.Kind, els = "default", blk
		}
	}
	return bodies, els
}

// cases compares the tag with one case expression after the other.
func (b *builder) cases(s *ast.SwitchStmt, bodies []*Block, els *Block) {
	var tag *Var
	if s.Tag != nil {
		b.expr(s.Tag, false)
		tag = b.temp(Temp, b.info.TypeOf(s.Tag), s.Tag.Pos(), "tag")
		b.add(&Set{[]*Var{tag}, Source{s.Tag}, true})
	}
	for i, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			next := b.detached("case.next", e.End())
			if tag != nil {
				b.expr(e, false)
				b.end(&If{Binary{token.EQL, Ref{tag}, Source{e}}, bodies[i], next})
			} else {
				b.cond(e, bodies[i], next)
			}
			b.place(next)
			b.cur = next
		}
	}
	b.end(&Jump{els})
}

// clauseBodies builds the statements of the clauses; before runs at the start of each.
func (b *builder) clauseBodies(body *ast.BlockStmt, label *types.Label, blocks []*Block, done *Block, before func(i int)) {
	for i, c := range body.List {
		var list []ast.Stmt
		switch c := c.(type) {
		case *ast.CaseClause:
			list = c.Body
		case *ast.CommClause:
			list = c.Body
		}
		var fall *Block
		if i+1 < len(blocks) {
			fall = blocks[i+1]
		}
		b.place(blocks[i])
		b.cur = blocks[i]
		if before != nil {
			before(i)
		}
		b.within(targets{label: label, brk: done, fall: fall, loops: len(b.loops)}, func() {
			b.stmts(list)
		})
		b.end(&Jump{done})
	}
	b.place(done)
	b.cur = done
}

// typeSwitchStmt builds a type switch that awaits; its blocks are those of a switch. The
// symbol is a variable of its own in each clause.
func (b *builder) typeSwitchStmt(s *ast.TypeSwitchStmt, label *types.Label) {
	x := TypeSwitchOperand(s)
	if !b.awaits[s.Body] {
		b.header(s, label, s.Init, x)
		return
	}
	if s.Init != nil {
		b.stmt(s.Init, nil)
	}
	b.expr(x, false)
	done := b.detached("switch.done", s.End())
	bodies, els := b.clauses(s.Body, done)
	syms := make([]*Var, len(bodies))
	for i, c := range s.Body.List {
		if obj, ok := b.info.Implicits[c].(*types.Var); ok {
			syms[i] = b.declare(obj, Local)
		}
	}
	b.end(&TypeSwitch{s, bodies, syms, els})
	b.clauseBodies(s.Body, label, bodies, done, nil)
}

// TypeSwitchOperand is X of X.(type).
func TypeSwitchOperand(s *ast.TypeSwitchStmt) ast.Expr {
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		x = a.Rhs[0]
	case *ast.ExprStmt:
		x = a.X
	}
	return ast.Unparen(x).(*ast.TypeAssertExpr).X
}

// selectStmt builds a select that awaits.
//
//	       operands of all clauses, in source order
//	       select { case t = <-c: -> body1 … }
//	body1: left side = t; … -> done
//	done:
func (b *builder) selectStmt(s *ast.SelectStmt, label *types.Label) {
	b.selectOperands(s)
	done := b.detached("select.done", s.End())
	bodies, _ := b.clauses(s.Body, done)
	recv := make([][]*Var, len(bodies))
	assigns := make([]*ast.AssignStmt, len(bodies))
	for i, c := range s.Body.List {
		a, ok := c.(*ast.CommClause).Comm.(*ast.AssignStmt)
		if !ok {
			continue
		}
		assigns[i] = a
		recv[i] = b.received(a)
	}
	b.end(&Select{s, bodies, recv})
	b.clauseBodies(s.Body, label, bodies, done, func(i int) {
		a := assigns[i]
		if a == nil || a.Tok == token.DEFINE {
			return
		}
		b.exprs(a.Lhs, false)
		st := &Store{Dst: a.Lhs}
		for _, v := range recv[i] {
			st.Src = append(st.Src, Ref{v})
		}
		b.add(st)
	})
}

// received gives the variables that a receive clause sets: those that it declares, or
// temporaries, since what stands on the left of = is evaluated only if the clause is chosen.
func (b *builder) received(a *ast.AssignStmt) []*Var {
	out := make([]*Var, len(a.Lhs))
	for i, e := range a.Lhs {
		if a.Tok == token.DEFINE {
			if obj := b.defined(e); obj != nil {
				out[i] = b.declare(obj, Local)
			}
			continue
		}
		t := types.Type(types.Typ[types.Bool])
		if i == 0 {
			t = b.coreType(commChannel(a.Rhs[0])).(*types.Chan).Elem()
		}
		out[i] = b.temp(Temp, t, e.Pos(), "received")
	}
	return out
}

// commChannel is c of <-c.
func commChannel(e ast.Expr) ast.Expr {
	return ast.Unparen(e).(*ast.UnaryExpr).X
}

// selectOperands evaluates channels and values. The compiler copies each of them where it
// stands, so what comes before an await is saved even if it is a plain load.
func (b *builder) selectOperands(s *ast.SelectStmt) {
	var ops []ast.Expr
	for _, c := range s.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			ops = append(ops, comm.Chan, comm.Value)
		case *ast.ExprStmt:
			ops = append(ops, commChannel(comm.X))
		case *ast.AssignStmt:
			ops = append(ops, commChannel(comm.Rhs[0]))
		}
	}
	last := len(ops) - 1
	for ; last >= 0 && !b.awaits[ops[last]]; last-- {
	}
	for i, e := range ops {
		b.expr(e, i < last)
		if i < last && !b.isFixed(e) && b.m.Temps[ast.Unparen(e)] == nil {
			b.save(e)
		}
	}
}
