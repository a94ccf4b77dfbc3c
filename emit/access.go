package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// A bodyWriter writes the statements of one Poll method.
type bodyWriter struct {
	u         *unit
	used      map[*lower.Block]bool // blocks that a goto names
	explained map[*ast.CommentGroup]bool
	nextLine  token.Pos             // where the next code of the user comes from
	lined     bool                  // a //line directive leads to the source
	inLiteral int                   // depth of function literals around what is being copied
	replaced  map[*ast.Ident]string // the names of generators in calls that make their machines
	hoisting  bool                  // constants are written at the top of Poll, where no variable of the source is declared
	asWritten bool                  // variables are those of the source: what is being copied runs in no machine

	// Of the block that is being written:
	stmts       []jen.Code
	declares    bool                  // something in it needs braces around it
	inline      map[*lower.Var]string // results of the await that are read where they are
	aliases     map[*lower.Var]string // cells and constant fields under a name of Poll
	cached      []cachedVar           // fields that a loop keeps in locals
	named       map[string]bool       // names of variables that aliases of this block have taken
	runtimeName string                // name of the runtime that literals capture, or ""

	unboxed unboxed // of all blocks
}

// A cachedVar is a field that the loop being written keeps in a local of Poll.
type cachedVar struct {
	v       *lower.Var
	name    string
	written bool
}

// frame writes the path from the receiver to the frame up functions further out.
func (u *unit) frame(up int) *jen.Statement {
	s := jen.Id(u.names.recv)
	m := u.m
	for range up {
		s.Dot(u.all[m].frame.up)
		m = m.Parent
	}
	return s
}

// field writes the field of v in the frame.
func (u *unit) field(v *lower.Var, up int) *jen.Statement {
	m := u.m
	for range up {
		m = m.Parent
	}
	return u.frame(up).Dot(u.all[m].frame.fields[v.Slot])
}

// access writes a variable as an operand.
func (b *bodyWriter) access(v *lower.Var, up int) *jen.Statement {
	for _, c := range b.cached {
		if c.v == v {
			return jen.Id(c.name)
		}
	}
	if name, ok := b.aliases[v]; ok {
		if v.Storage == lower.Field {
			return jen.Id(name)
		}
		return jen.Parens(jen.Op("*").Id(name))
	}
	if text, ok := b.inline[v]; ok {
		return jen.Id(text)
	}
	switch v.Storage {
	case lower.Field:
		return b.u.field(v, up)
	case lower.Cell:
		return jen.Parens(jen.Op("*").Add(b.u.field(v, up)))
	case lower.Boxed:
		return jen.Parens(jen.Op("*").Add(b.pointer(v, up)))
	}
	return jen.Id(b.u.names.vars[v])
}

// pointer writes the pointer to a cell.
func (b *bodyWriter) pointer(v *lower.Var, up int) *jen.Statement {
	if v.Witness != nil {
		return b.unbox(v, up)
	}
	s := b.u.field(v, up)
	if v.Storage == lower.Boxed {
		s.Assert(jen.Op("*").Add(b.u.varType(v)))
	}
	return s
}

// varType writes the type of a variable.
func (u *unit) varType(v *lower.Var) *jen.Statement {
	switch {
	case v.Lit != nil:
		return u.future(v.Lit)
	case v.Runtime != "":
		s := u.rt(v.Runtime)
		var args []jen.Code
		for _, t := range v.TypeArgs {
			args = append(args, u.typ(t))
		}
		if len(args) > 0 {
			s.Types(args...)
		}
		return jen.Op("*").Add(s)
	}
	return u.typ(v.Type)
}

// capture gives names of Poll to what literals in n capture: a literal must hold the cell or
// the value as it is now, not the frame, which goes on. Parts of n for which temporaries
// stand have done so already.
func (b *bodyWriter) capture(n ast.Node) {
	if e, ok := n.(ast.Expr); ok && b.u.m.Temps[e] != nil {
		return
	}
	b.captureParts(n)
}

// captureParts is capture for a node that stands for itself.
func (b *bodyWriter) captureParts(n ast.Node) {
	ast.Inspect(n, func(c ast.Node) bool {
		switch c := c.(type) {
		case *ast.FuncLit:
			if b.u.m.Closure(c) == nil {
				b.captureIn(c)
			}
			return false
		case ast.Expr:
			return c == n || b.u.m.Temps[c] == nil
		case ast.Stmt:
			return c == n || !b.u.m.Drop[c]
		}
		return true
	})
}

func (b *bodyWriter) captureIn(lit *ast.FuncLit) {
	b.captureRuntime(lit)
	ast.Inspect(lit, func(c ast.Node) bool {
		if e, ok := c.(ast.Expr); ok && b.info().Types[e].Value != nil {
			return false // the length of an array is written as a number
		}
		id, ok := c.(*ast.Ident)
		if !ok {
			return true
		}
		obj, ok := b.info().Uses[id].(*types.Var)
		if !ok {
			return true
		}
		v, up := b.u.m.Lookup(obj)
		if v == nil || b.aliases[v] != "" {
			return true
		}
		switch v.Storage {
		case lower.Cell, lower.Boxed:
			b.alias(v, b.pointer(v, up))
		case lower.Field:
			if v.Facts != nil && (v.Facts.Captured || v.Facts.Deferred && !v.Pinned) && !v.Facts.Assigned {
				b.alias(v, b.u.field(v, up))
			}
		}
		return true
	})
}

// alias declares a name for v in the block.
func (b *bodyWriter) alias(v *lower.Var, value *jen.Statement) {
	name := b.copyName(v)
	b.synth(jen.Id(name).Op(":=").Add(value))
	b.declares = true
	b.aliases[v] = name
}

// copyName is a name for a pointer to v or for a copy.
func (b *bodyWriter) copyName(v *lower.Var) string {
	if v.Witness != nil {
		return b.u.names.inner.pick(varBase(v)) // its own name is that of the pointer in all of Poll
	}
	return b.localName(v)
}

// localName is a name for a copy of v that is free everywhere in Poll: the variable's own
// the first time in a block.
func (b *bodyWriter) localName(v *lower.Var) string {
	m := b.u.m
	for m != nil {
		if name := b.u.all[m].frame.vars[v]; name != "" {
			if m == b.u.m && !b.named[name] {
				b.named[name] = true
				return name
			}
			return b.u.names.inner.pick(name)
		}
		m = m.Parent
	}
	return b.u.names.inner.pick(varBase(v))
}

// forget drops the alias of a variable that gets a new cell.
func (b *bodyWriter) forget(v *lower.Var) { delete(b.aliases, v) }
