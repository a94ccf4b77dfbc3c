package emit

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// This file writes what makes a closure: where the source hands a literal to rt.Async or to
// a group, the generated code has the literal's machine, with what it captures.
//
//	rt.Async(func() (int, error) { … })   rt.AsyncFuture[int](&fetchFunc1Future{n: f.n})
//	defer g.Go(func() error { … })        g.Spawn and &fetchFunc1Future{n: f.n}

// construct writes a new machine of a closure: what it captures, and the values of its
// parameters, which must be names of variables that nobody else uses.
func (b *bodyWriter) construct(c *lower.Machine, args ...jen.Code) *jen.Statement {
	values := jen.Dict{}
	fields := b.u.all[c].frame.fields
	for _, v := range c.Captured() {
		values[jen.Id(fields[v.Slot])] = b.captured(v)
	}
	if recoversForOuter(c) {
		values[jen.Id(b.u.all[c].frame.unwinding)] = jen.Op("&").Add(b.defers())
	}
	i := 0
	for p := range c.Func.Sig.Params().Variables() {
		if v, _ := c.Lookup(p); v != nil && inFrame(v) {
			x := args[i]
			if v.Storage != lower.Field {
				x = jen.Op("&").Add(x)
			}
			values[jen.Id(fields[v.Slot])] = x
		}
		i++
	}
	return b.u.future(c).Values(values)
}

// captured writes what the field of v, which a closure captures, gets: the pointer to the
// variable, or a copy.
func (b *bodyWriter) captured(v *lower.Var) *jen.Statement {
	outer, up := b.u.m.Lookup(v.Obj)
	if outer == nil { // a variable of the statement or the plain literal around
		if v.Storage == lower.Field {
			return jen.Id(v.Obj.Name())
		}
		return jen.Op("&").Id(v.Obj.Name())
	}
	if v.Storage == lower.Field {
		return b.access(outer, up)
	}
	switch outer.Storage {
	case lower.Cell, lower.Boxed:
		if name := b.aliases[outer]; name != "" {
			return jen.Id(name)
		}
		return b.pointer(outer, up)
	}
	return jen.Op("&").Add(b.access(outer, up))
}

// closurePart writes what stands for a part of a call that makes a closure: for the literal
// its machine, for the function that it is handed to what takes the machine.
func (b *bodyWriter) closurePart(c *lower.Machine, part ast.Node) *jen.Statement {
	if part == ast.Node(c.Func.Lit) {
		return jen.Op("&").Add(b.construct(c))
	}
	if !c.Joins() {
		return b.u.typ(b.info().TypeOf(c.Func.Call))
	}
	return b.methodBeside(ast.Unparen(c.Func.Call.Fun).(*ast.SelectorExpr), symSpawn)
}

// outside names what a literal mentions of functions around it although it stands in a
// statement or a plain literal there. Types are at package level, with an alias where they
// have type arguments; constants are declared once more.
func (u *unit) outside(m *lower.Machine) {
	n := u.all[m]
	if m.Func.Lit == nil {
		return
	}
	root := m
	for root.Outer != nil {
		root = root.Outer
	}
	ast.Inspect(m.Func.Lit, func(c ast.Node) bool {
		id, ok := c.(*ast.Ident)
		if !ok {
			return true
		}
		obj := u.pkg.Info.Uses[id]
		if obj == nil || !declaredBetween(obj, root.Func.Body, m.Func.Lit) {
			return true
		}
		if n.frame.decls[obj] != "" {
			// Inherited: from the top of a Poll, or from what is outside there too.
			if slices.Contains(u.all[m.Outer].outside, obj) && !slices.Contains(n.outside, obj) {
				n.outside = append(n.outside, obj)
			}
			return true
		}
		switch obj := obj.(type) {
		case *types.Const:
			n.frame.decls[obj] = n.frame.inherit(obj, obj.Name())
			n.outside = append(n.outside, obj)
		case *types.TypeName:
			for o := m.Outer; o != nil; o = o.Outer {
				name := u.all[o].shared[obj]
				switch {
				case name == "":
					continue
				case m.Func.TypeParams.Len()+ownParams(obj).Len() > 0:
					n.frame.decls[obj] = n.frame.inherit(obj, obj.Name())
					n.outside = append(n.outside, obj)
				default:
					n.frame.decls[obj] = name
				}
				break
			}
		}
		return true
	})
}

// declaredBetween reports whether obj is declared inside of outer, but not inside of inner.
func declaredBetween(obj types.Object, outer, inner ast.Node) bool {
	in := func(n ast.Node) bool { return n.Pos() <= obj.Pos() && obj.Pos() < n.End() }
	return in(outer) && !in(inner)
}

// outsideDecls declares what outside has found.
func (u *unit) outsideDecls() []jen.Code {
	var out []jen.Code
	for _, obj := range u.all[u.m].outside {
		c, ok := obj.(*types.Const)
		if !ok {
			out = append(out, jen.Type().Add(u.aliasOf(obj, u.names.decls[obj])))
			continue
		}
		d := jen.Const().Id(u.names.decls[c])
		if basic, ok := c.Type().(*types.Basic); !ok || basic.Info()&types.IsUntyped == 0 {
			d.Add(u.typ(c.Type()))
		}
		out = append(out, d.Op("=").Id(u.constant(c.Val(), c.Type())))
	}
	return out
}
