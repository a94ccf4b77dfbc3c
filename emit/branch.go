package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// term writes the end of a block.
func (b *bodyWriter) term(t lower.Term, next *lower.Block) {
	switch t := t.(type) {
	case *lower.Jump:
		if t.To != next {
			b.add(b.goTo(t.To))
		}
	case *lower.If:
		b.branch(t, next)
	case *lower.Switch:
		b.switches(t, next)
	case *lower.TypeSwitch:
		b.typeSwitch(t, next)
	case *lower.Select:
		b.selects(t)
	case *lower.Return:
		if t.Stmt == nil {
			b.endOfBody(t, next)
			return
		}
		b.explainAt(t.Stmt.Pos())
		b.lineAt(t.Stmt.Pos())
		b.capture(t.Stmt)
		b.add(b.returnsTo(t.Stmt, t.To, next))
	case *lower.Exit:
		b.exit()
	case *lower.Stop:
	}
}

// branch writes an if; the block that comes next needs no jump.
func (b *bodyWriter) branch(t *lower.If, next *lower.Block) {
	if s, ok := t.Cond.(lower.Source); ok {
		b.lineAt(s.X.Pos())
	}
	switch next {
	case t.Then:
		b.add(jen.If(b.not(t.Cond)).Block(b.goTo(t.Else)))
	case t.Else:
		b.add(jen.If(b.condition(t.Cond)).Block(b.goTo(t.Then)))
	default:
		b.add(jen.If(b.condition(t.Cond)).Block(b.goTo(t.Then)), b.goTo(t.Else))
	}
}

// condition writes an expression where a composite literal would be taken for a block.
func (b *bodyWriter) condition(x lower.Expr) *jen.Statement {
	s, ok := x.(lower.Source)
	if !ok {
		return b.expr(x)
	}
	e := ast.Unparen(s.X)
	if !hasOpenLiteral(e) {
		return b.expr(x)
	}
	addBare(b.u.bare, e) // a clause, say, that becomes a condition
	return jen.Parens(b.expr(x))
}

func hasOpenLiteral(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CompositeLit:
			found = true
		case *ast.FuncLit, *ast.ParenExpr:
			return false
		}
		return !found
	})
	return found
}

// negated has the operators that a comparison can be turned around with. Order is not
// among them where NaN may be compared.
var negated = map[token.Token]token.Token{token.EQL: token.NEQ, token.NEQ: token.EQL}

var negatedOrder = map[token.Token]token.Token{
	token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
}

// not writes the opposite of a condition.
func (b *bodyWriter) not(x lower.Expr) *jen.Statement {
	switch x := x.(type) {
	case lower.Binary:
		if op, ok := negated[x.Op]; ok {
			return b.condition(lower.Binary{Op: op, X: x.X, Y: x.Y})
		}
		if op, ok := negatedOrder[x.Op]; ok { // counters only
			return b.condition(lower.Binary{Op: op, X: x.X, Y: x.Y})
		}
	case lower.Ref, lower.Method:
		return jen.Op("!").Add(b.expr(x))
	case lower.Source:
		if b.u.m.Temps[x.X] != nil {
			return jen.Op("!").Add(b.source(x.X))
		}
		switch e := x.X.(type) {
		case *ast.UnaryExpr:
			if e.Op == token.NOT {
				return b.condition(lower.Source{X: e.X})
			}
		case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr, *ast.ParenExpr:
			b.capture(e)
			return jen.Op("!").Add(b.source(x.X))
		case *ast.BinaryExpr:
			op, ok := negated[e.Op]
			if o, order := negatedOrder[e.Op]; order && b.isOrdered(e.X) && b.isOrdered(e.Y) {
				op, ok = o, true
			}
			if ok && !hasOpenLiteral(e) {
				b.capture(e)
				return b.source(e.X).Op(op.String()).Add(b.source(e.Y))
			}
		}
	}
	return jen.Op("!").Parens(b.expr(x))
}

func (b *bodyWriter) isOrdered(e ast.Expr) bool {
	return typeset.Every(b.info().TypeOf(e), func(t types.Type) bool {
		basic, ok := t.(*types.Basic)
		return ok && basic.Info()&(types.IsInteger|types.IsString) != 0
	})
}

// switches writes a switch whose clauses are jumps.
func (b *bodyWriter) switches(t *lower.Switch, next *lower.Block) {
	b.lineAt(t.Stmt.Pos())
	var clauses []jen.Code
	for i, c := range t.Stmt.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil {
			continue
		}
		var list []jen.Code
		for _, e := range cc.List {
			b.capture(e)
			list = append(list, b.source(e))
		}
		clauses = append(clauses, jen.Case(list...).Block(b.goTo(t.Bodies[i])))
	}
	head := jen.Switch()
	if t.Stmt.Tag != nil {
		b.capture(t.Stmt.Tag)
		head.Add(b.condition(lower.Source{X: t.Stmt.Tag}))
	}
	b.otherwise(head, clauses, t.Else, next)
}

// otherwise adds the default clause, or lets control fall into the next block.
func (b *bodyWriter) otherwise(head *jen.Statement, clauses []jen.Code, els, next *lower.Block) {
	b.add(head.Block(clauses...))
	if els != next {
		b.add(b.goTo(els))
	}
}

// typeSwitch writes a type switch whose clauses set their symbol and jump.
func (b *bodyWriter) typeSwitch(t *lower.TypeSwitch, next *lower.Block) {
	b.lineAt(t.Stmt.Pos())
	u := b.u
	sym := u.names.inner.pick("v")
	bound := false
	var clauses []jen.Code
	var els []jen.Code
	for i, c := range t.Stmt.Body.List {
		cc := c.(*ast.CaseClause)
		outer := b.stmts
		b.stmts = nil
		if v := t.Syms[i]; v != nil && v.Storage != lower.Unused {
			bound = true
			b.set([]*lower.Var{v}, true, jen.Id(sym), true)
		}
		b.add(b.goTo(t.Bodies[i]))
		body := b.stmts
		b.stmts = outer
		if cc.List == nil {
			els = []jen.Code{jen.Default().Block(body...)}
			continue
		}
		var list []jen.Code
		for _, e := range cc.List {
			list = append(list, b.source(e))
		}
		clauses = append(clauses, jen.Case(list...).Block(body...))
	}
	x := lower.TypeSwitchOperand(t.Stmt)
	b.capture(x)
	guard := b.operandOf(x).Assert(jen.Type())
	if bound {
		guard = jen.Id(sym).Op(":=").Add(guard)
	}
	b.add(jen.Switch(guard).Block(append(clauses, els...)...))
	if els == nil && t.Else != next {
		b.add(b.goTo(t.Else))
	}
}

// operandOf writes e so that a selector can stand behind it.
func (b *bodyWriter) operandOf(e ast.Expr) *jen.Statement {
	switch e.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.CallExpr, *ast.IndexExpr, *ast.ParenExpr:
		return b.source(e)
	}
	return jen.Parens(b.source(e))
}

// selects writes a select whose clauses store what was received and jump.
func (b *bodyWriter) selects(t *lower.Select) {
	b.lineAt(t.Stmt.Pos())
	for _, c := range t.Stmt.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			b.capture(comm.Chan)
			b.capture(comm.Value)
		case *ast.ExprStmt:
			b.capture(comm.X)
		case *ast.AssignStmt:
			b.capture(comm.Rhs[0])
		}
	}
	var clauses []jen.Code
	for i, c := range t.Stmt.Body.List {
		cc := c.(*ast.CommClause)
		outer := b.stmts
		b.stmts = nil
		var head *jen.Statement
		switch comm := cc.Comm.(type) {
		case nil:
			head = jen.Default()
		case *ast.SendStmt:
			head = jen.Case(b.source(comm.Chan).Op("<-").Add(b.source(comm.Value)))
		case *ast.ExprStmt:
			head = jen.Case(b.source(comm.X))
		case *ast.AssignStmt:
			head = jen.Case(b.receive(comm, t.Recv[i]))
		}
		b.add(b.goTo(t.Bodies[i]))
		body := b.stmts
		b.stmts = outer
		clauses = append(clauses, head.Block(body...))
	}
	b.add(jen.Select().Block(clauses...))
}

// receive writes the communication of a receive clause, and in its body the assignments to
// the variables that get the values.
func (b *bodyWriter) receive(a *ast.AssignStmt, vars []*lower.Var) *jen.Statement {
	var names []jen.Code
	any := false
	for i, v := range vars {
		if v == nil || v.Storage == lower.Unused {
			names = append(names, jen.Id("_"))
			continue
		}
		any = true
		name := b.u.names.inner.pick([]string{"elem", "ok"}[i])
		names = append(names, jen.Id(name))
		b.set([]*lower.Var{v}, true, jen.Id(name), true)
	}
	rhs := b.source(a.Rhs[0])
	if !any {
		return rhs
	}
	return jen.List(names...).Op(":=").Add(rhs)
}
