package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// jumpsIn lists the targets of the jumps that leave an await-free statement.
func (m *Machine) jumpsIn(s *Stmt) []*Block {
	var out []*Block
	inspectFrame(s.Node, func(n ast.Node) bool {
		if st, ok := n.(ast.Stmt); ok {
			if b := m.Jumps[st]; b != nil {
				out = append(out, b)
			}
		}
		return true
	})
	return out
}

// refs is what one step reads and writes. A variable that someone may hold is only written
// by its declaration: an assignment reads its address.
type refs struct {
	m    *Machine
	uses []*Var
	defs []*Var
	// assigns: the step is one assignment, to one variable.
	assigns bool
	// literals counts the function literals around what is looked at: a return in one is
	// none of the function.
	literals int
	closures []*Machine // that are made
}

func (r *refs) use(v *Var) {
	if v != nil {
		r.uses = append(r.uses, v)
	}
}

// def notes an assignment to v, or its declaration.
func (r *refs) def(v *Var, declares bool) {
	switch {
	case v == nil:
	case (v.CellLike() || v.unnamed) && !declares:
		r.use(v) // the cell or box must be there
	default:
		r.defs = append(r.defs, v)
	}
}

// itemRefs looks at one item.
func (m *Machine) itemRefs(it Item) refs {
	r := refs{m: m}
	switch it := it.(type) {
	case *Stmt:
		r.stmt(it.Node)
		r.assigns = assignsOne(it.Node)
	case *Set:
		r.assigns = len(it.Dst) == 1
		r.value(it.Dst, it.Src)
		for _, v := range it.Dst {
			r.def(v, it.Define)
		}
	case *Store:
		for _, e := range it.Dst {
			r.target(e)
		}
		for _, x := range it.Src {
			r.expr(x)
		}
	case *New:
		r.def(it.Var, true)
	case *Renew:
		r.use(it.Var)
		r.def(it.Var, true)
	case *Start:
		r.start(it.Await)
	case *Yield:
		for _, e := range it.Await.Call.Call.Args {
			r.node(e)
		}
	case *Open:
		r.node(it.Loop.Call)
		r.def(it.Iter, true)
	case *Ask:
		r.use(it.Iter)
		r.def(it.Await.Child, true)
	case *Delegate:
		r.node(it.Loop.Call)
		r.def(it.Await.Child, true)
	case *BeginLoop:
		r.use(it.Iter)
	case *EndLoop:
		r.use(it.Iter)
	}
	return r
}

// assignsOne reports whether a statement is an assignment to a single operand.
func assignsOne(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return len(n.Lhs) == 1
	case *ast.ValueSpec:
		return len(n.Names) == 1
	}
	return false
}

// value looks at the source of a Set: if the expression defines the very temporaries that
// stand for it, its parts are what is evaluated.
func (r *refs) value(dst []*Var, x Expr) {
	if s, ok := x.(Source); ok && Defines(r.m, s.X, dst) {
		r.parts(s.X)
		return
	}
	r.expr(x)
}

// Defines reports whether dst are the temporaries that stand for e elsewhere.
func Defines(m *Machine, e ast.Expr, dst []*Var) bool {
	t := m.Temps[e]
	return len(t) > 0 && len(dst) == len(t) && t[0] == dst[0]
}

func (r *refs) start(a *Await) {
	switch {
	case a.Call.Operand == nil:
		for _, arg := range a.Call.Args() {
			r.node(arg)
		}
	default:
		r.node(a.Call.Operand)
	}
	r.def(a.Child, true)
	for _, part := range a.Kept() {
		r.def(part.Var, true)
	}
}

// awaitRefs looks at the poll at the start of a block. The variables that a literal
// captures are read while it runs.
func (m *Machine) awaitRefs(a *Await) refs {
	r := refs{m: m}
	r.use(a.Child)
	for _, part := range a.Kept() {
		r.use(part.Var)
	}
	for _, v := range a.Loops {
		r.use(v)
	}
	if a.Call.Lit != nil && a.Call.Operand == nil {
		ast.Inspect(a.Call.Lit.Lit, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				r.ident(id)
			}
			return true
		})
	}
	for _, v := range a.Result {
		r.def(v, a.Define && v != nil)
	}
	return r
}

// termRefs looks at the end of a block.
func (m *Machine) termRefs(t Term) refs {
	r := refs{m: m}
	switch t := t.(type) {
	case *If:
		r.expr(t.Cond)
	case *Switch:
		if t.Stmt.Tag != nil {
			r.node(t.Stmt.Tag)
		}
		for _, c := range t.Stmt.Body.List {
			for _, e := range c.(*ast.CaseClause).List {
				r.node(e)
			}
		}
	case *TypeSwitch:
		r.node(TypeSwitchOperand(t.Stmt))
		for _, v := range t.Syms {
			r.def(v, true)
		}
	case *Select:
		r.selects(t)
	case *Return:
		r.ends(t.Stmt)
		switch {
		case t.Stmt == nil:
		case len(t.Stmt.Results) == 0:
			r.results()
		default:
			for _, e := range t.Stmt.Results {
				r.node(e)
			}
		}
	case *Exit:
		r.results()
	}
	return r
}

func (r *refs) selects(t *Select) {
	for i, c := range t.Stmt.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			r.node(comm.Chan)
			r.node(comm.Value)
		case *ast.ExprStmt:
			r.node(comm.X)
		case *ast.AssignStmt:
			r.node(comm.Rhs[0])
		}
		for _, v := range t.Recv[i] {
			r.def(v, true)
		}
	}
}

// ends notes the machines that a return statement ends.
func (r *refs) ends(s *ast.ReturnStmt) {
	for _, v := range r.m.Ends[s] {
		r.use(v)
	}
}

func (r *refs) results() {
	for _, v := range r.m.Results {
		r.use(v)
	}
}

// stmt looks at an await-free statement. Only what it does at its own level counts as an
// assignment: the rest may not happen.
func (r *refs) stmt(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, e := range n.Rhs {
			r.node(e)
		}
		for _, e := range n.Lhs {
			switch {
			case n.Tok != token.ASSIGN && n.Tok != token.DEFINE:
				r.node(e)
				r.target(e)
			default:
				r.target(e)
			}
		}
	case *ast.ValueSpec:
		for _, e := range n.Values {
			r.node(e)
		}
		for _, id := range n.Names {
			if v := r.variable(id); v != nil {
				r.def(v, true)
			}
		}
	default:
		r.node(n)
	}
}

// target looks at the left side of an assignment.
func (r *refs) target(e ast.Expr) {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		r.node(e)
		return
	}
	if v := r.variable(id); v != nil {
		r.def(v, r.m.Func.Pkg.Info.Defs[id] != nil)
	}
}

// variable is the variable of this very machine that id stands for.
func (r *refs) variable(id *ast.Ident) *Var {
	obj := r.m.Func.Pkg.Info.ObjectOf(id)
	if v, ok := obj.(*types.Var); ok {
		return r.m.byObj[v]
	}
	return nil
}

func (r *refs) ident(id *ast.Ident) {
	if v := r.variable(id); v != nil {
		r.use(v)
	}
}

func (r *refs) expr(x Expr) {
	switch x := x.(type) {
	case Source:
		r.node(x.X)
	case Ref:
		r.use(x.Var)
	case Binary:
		r.expr(x.X)
		r.expr(x.Y)
	case Len:
		r.expr(x.X)
	case Index:
		r.expr(x.X)
		r.expr(x.I)
	case Receive:
		r.expr(x.X)
	case Runtime:
		for _, a := range x.Args {
			r.expr(a)
		}
	case Iterator:
		r.use(x.Var)
	case Method:
		r.use(x.Var)
	}
}

// node looks at everything in n that is evaluated: temporaries instead of what they stand
// for, no constants, no dropped statements. Literals read what they capture.
func (r *refs) node(n ast.Node) {
	if e, ok := n.(ast.Expr); ok {
		if t := r.m.Temps[e]; t != nil {
			for _, v := range t {
				r.use(v)
			}
			return
		}
	}
	r.parts(n)
}

// parts is node without looking at n itself.
func (r *refs) parts(n ast.Node) {
	info := r.m.Func.Pkg.Info
	ast.Inspect(n, func(c ast.Node) bool {
		if e, ok := c.(ast.Expr); ok && c != n && r.m.Temps[e] != nil {
			r.node(c)
			return false
		}
		switch c := c.(type) {
		case nil:
			return false
		case *ast.Ident:
			r.ident(c)
			return false
		case *ast.FuncLit:
			if closure := r.m.Closure(c); closure != nil {
				r.closures = append(r.closures, closure)
			}
			if c != n {
				r.literals++
				r.parts(c)
				r.literals--
				return false
			}
		case *ast.ReturnStmt:
			if len(c.Results) == 0 && r.literals == 0 {
				r.results()
			}
			r.ends(c)
		case ast.Stmt:
			if c != n && r.m.Drop[c] {
				return false
			}
		case ast.Expr:
			if info.Types[c].Value != nil {
				return false
			}
		}
		return true
	})
}

// usage notes for every variable whether anything reads it, and whether anything but the
// start of the call gives it a value: Go refuses a local variable that is only assigned. It
// drops the closures that are made nowhere any more.
func usage(m *Machine) {
	made := map[*Machine]bool{}
	m.eachRefs(func(it Item, r refs) {
		for _, c := range r.closures {
			made[c] = true
		}
		for _, v := range r.uses {
			v.Read = true
		}
		if _, start := it.(*New); !start {
			for _, v := range r.defs {
				v.Written = true
			}
		}
	})
	m.Closures = slices.DeleteFunc(m.Closures, func(c *Machine) bool { return !made[c] })
}

// eachRefs visits what every step of m reads and writes; it is nil for awaits and ends.
func (m *Machine) eachRefs(visit func(it Item, r refs)) {
	for _, b := range m.Blocks {
		if b.Await != nil {
			visit(nil, m.awaitRefs(b.Await))
		}
		for _, it := range b.Items {
			visit(it, m.itemRefs(it))
		}
		visit(nil, m.termRefs(b.Term))
	}
}

// inspectFrame is ast.Inspect that stays out of function literals.
func inspectFrame(root ast.Node, f func(ast.Node) bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok && n != root {
			return false
		}
		return n != nil && f(n)
	})
}
