package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// inFrame reports whether v is kept in the frame, whatever the form.
func inFrame(v *lower.Var) bool {
	return v.Storage == lower.Field || v.Storage == lower.Cell || v.Storage == lower.Boxed
}

// local reports whether v is declared in the braces of its block.
func local(v *lower.Var) bool { return v != nil && v.Storage == lower.Block1 }

// fresh makes a new cell for a variable that is being declared, if it needs one.
func (b *bodyWriter) fresh(v *lower.Var) {
	if v.Storage != lower.Cell && v.Storage != lower.Boxed {
		return
	}
	b.forget(v)
	if v.Witness != nil {
		p := b.unbox(v, 0)
		b.synth(jen.Add(p).Op("=").Add(b.u.rt(symNewLike).Call(p)), b.u.field(v, 0).Op("=").Add(p))
		return
	}
	b.synth(b.u.field(v, 0).Op("=").Add(b.u.newOf(b.u.varType(v))))
}

// place writes v on the left of an assignment.
func (b *bodyWriter) place(v *lower.Var) *jen.Statement {
	if v == nil || v.Storage == lower.Unused {
		return jen.Id("_")
	}
	if _, aliased := b.aliases[v]; aliased {
		return b.access(v, 0)
	}
	return b.inFramePlace(v)
}

// inFramePlace is place that uses no alias.
func (b *bodyWriter) inFramePlace(v *lower.Var) *jen.Statement {
	switch v.Storage {
	case lower.Field:
		return b.u.field(v, 0)
	case lower.Cell, lower.Boxed:
		return jen.Op("*").Add(b.pointer(v, 0))
	}
	return b.access(v, 0)
}

// set assigns src, which has as many values as there are variables, to dst. typed says that
// src has the types of the variables by itself.
func (b *bodyWriter) set(dst []*lower.Var, define bool, src *jen.Statement, typed bool) {
	locals, others := 0, 0
	for _, v := range dst {
		switch {
		case v == nil || v.Storage == lower.Unused:
		case define && local(v):
			locals++
		default:
			others++
		}
	}
	if define {
		for _, v := range dst {
			if v != nil {
				b.fresh(v)
			}
		}
	}
	var lhs []jen.Code
	for _, v := range dst {
		lhs = append(lhs, b.place(v))
	}
	op := "="
	switch {
	case locals > 0 && others == 0 && typed:
		op = ":="
	case locals > 0:
		for _, v := range dst {
			if local(v) {
				b.synth(b.u.declareLocal(v))
			}
		}
	}
	if locals > 0 {
		b.declares = true
	}
	b.add(jen.List(lhs...).Op(op).Add(src))
	b.mention(dst)
}

// mention uses the locals that nothing else uses, which Go insists on.
func (b *bodyWriter) mention(vars []*lower.Var) {
	for _, v := range vars {
		if local(v) && !v.Read {
			b.endLine()
			b.synth(jen.Id("_").Op("=").Id(b.u.names.vars[v]))
		}
	}
}

// define writes a statement that declares variables of the machine at its own level.
func (b *bodyWriter) define(lhs []ast.Expr, rhs []ast.Expr, whole ast.Node, typ ast.Expr) {
	vars := make([]*lower.Var, len(lhs))
	locals, others := 0, 0
	var declared []*lower.Var
	for i, e := range lhs {
		id := e.(*ast.Ident)
		v := b.declared(id)
		vars[i] = v
		switch {
		case id.Name == "_":
		case v != nil && local(v):
			locals++
			declared = append(declared, v)
		case v != nil:
			others++
			declared = append(declared, v)
		default: // used again by :=
			obj, _ := b.info().Uses[id].(*types.Var)
			if v, _ := b.u.m.Lookup(obj); v == nil || !local(v) {
				others++
			}
		}
	}
	if others == 0 && locals > 0 || len(declared) == 0 {
		if locals > 0 {
			b.declares = true
		}
		b.add(b.parts(whole))
		b.mention(declared)
		return
	}
	for _, v := range declared {
		b.fresh(v)
	}
	if len(rhs) == 0 {
		for i, v := range vars {
			if v != nil {
				b.zero(v, lhs[i].(*ast.Ident))
			}
		}
		b.mention(declared)
		return
	}
	b.mixed(lhs, rhs, vars, typ)
	b.mention(declared)
}

// isIn reports whether the field of v holds the value of e already, because e is a variable
// that has given the field up to v.
func (b *bodyWriter) isIn(v *lower.Var, e ast.Expr) bool {
	o := (*lower.Var)(nil)
	if t := b.u.m.Temps[e]; len(t) == 1 {
		o = t[0]
	} else if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		obj, _ := b.info().Uses[id].(*types.Var)
		o, _ = b.u.m.Lookup(obj)
	}
	return o != nil && o != v && v.Storage == lower.Field && o.Storage == lower.Field && o.Slot == v.Slot
}

// isCopyToItself reports whether an assignment copies a field to itself: the variable on the
// left has it from the one on the right.
func (b *bodyWriter) isCopyToItself(n *ast.AssignStmt) bool {
	if n.Tok != token.ASSIGN || len(n.Lhs) != 1 {
		return false
	}
	id, ok := n.Lhs[0].(*ast.Ident)
	if !ok {
		return false
	}
	obj, _ := b.info().Uses[id].(*types.Var)
	v, up := b.u.m.Lookup(obj)
	return v != nil && up == 0 && b.isIn(v, n.Rhs[0])
}

// mixed assigns to new variables of which not all are declared by the assignment itself.
func (b *bodyWriter) mixed(lhs, rhs []ast.Expr, vars []*lower.Var, typ ast.Expr) {
	if len(lhs) == 1 && vars[0] != nil && b.isIn(vars[0], rhs[0]) {
		return
	}
	var left, right []jen.Code
	for i, e := range lhs {
		switch v := vars[i]; {
		case v != nil:
			if local(v) {
				b.declares = true
				b.synth(b.u.declareLocal(v))
			}
			left = append(left, b.place(v))
		default:
			left = append(left, b.source(e))
		}
	}
	for i, e := range rhs {
		x := b.source(e)
		if typ != nil && len(lhs) == len(rhs) && lhs[i].(*ast.Ident).Name == "_" {
			x = jen.Parens(b.source(typ)).Parens(x) // var _ T = x converts x
		}
		right = append(right, x)
	}
	b.add(jen.List(left...).Op("=").List(right...))
}

// zero writes the zero value, as a declaration without a value does each time it runs.
func (b *bodyWriter) zero(v *lower.Var, id *ast.Ident) {
	switch v.Storage {
	case lower.Block1:
		b.declares = true
		b.add(b.u.declareLocal(v))
	case lower.Field, lower.Top:
		b.add(b.place(v).Op("=").Add(b.u.zeroOf(v)))
	}
}

// zeroOf writes the zero value of v's type.
func (u *unit) zeroOf(v *lower.Var) *jen.Statement {
	if _, param := types.Unalias(v.Type).(*types.TypeParam); v.Type != nil && !param {
		switch t := v.Type.Underlying().(type) {
		case *types.Basic:
			switch {
			case t.Info()&types.IsNumeric != 0:
				return jen.Lit(0)
			case t.Info()&types.IsString != 0:
				return jen.Lit("")
			}
		case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
			return u.nilOf(u.varType(v))
		case *types.Struct, *types.Array:
			// Zeroed in place; the result of a call would take its size on the stack.
			return u.varType(v).Values()
		}
	}
	return u.rt(symZero).Types(u.varType(v)).Call()
}

// declared is the variable of the machine that id declares here, or nil.
func (b *bodyWriter) declared(id *ast.Ident) *lower.Var {
	obj, ok := b.info().Defs[id].(*types.Var)
	if !ok {
		return nil
	}
	v, _ := b.u.m.Lookup(obj)
	return v
}

// statement writes an await-free statement of the source.
func (b *bodyWriter) statement(n ast.Node) {
	b.capture(n)
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			b.define(n.Lhs, n.Rhs, n, nil)
			return
		}
		if b.isCopyToItself(n) {
			return
		}
	case *ast.ValueSpec:
		var lhs []ast.Expr
		for _, id := range n.Names {
			lhs = append(lhs, id)
		}
		b.spec(n, lhs)
		return
	case *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt, *ast.IfStmt, *ast.SwitchStmt, *ast.BlockStmt, *ast.TypeSwitchStmt:
		b.cachedLoop(n)
		return
	}
	b.add(b.source(n))
}

// spec writes one specification of a var declaration.
func (b *bodyWriter) spec(n *ast.ValueSpec, lhs []ast.Expr) {
	allLocal := true
	for _, e := range lhs {
		if v := b.declared(e.(*ast.Ident)); v != nil && !local(v) {
			allLocal = false
		}
	}
	if !allLocal {
		b.define(lhs, n.Values, n, n.Type)
		return
	}
	b.declares = true
	b.add(jen.Var().Add(b.parts(n)))
	for _, e := range lhs {
		if v := b.declared(e.(*ast.Ident)); v != nil {
			b.mention([]*lower.Var{v})
		}
	}
}
