package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// cachedLoop writes an await-free statement. If there is a loop in it, fields that it uses
// are kept in locals while it runs, so that it is as fast as in the plain function. Nobody
// else sees these fields in between: who may hold a variable or look at it while a
// panic unwinds has a cell or a pinned field.
func (b *bodyWriter) cachedLoop(n ast.Node) {
	var cache []cachedVar
	if hasLoop(n) {
		cache = b.cacheable(n)
	}
	for _, c := range cache {
		b.declares = true
		b.synth(jen.Id(c.name).Op(":=").Add(b.u.field(c.v, 0)))
	}
	b.cached = cache
	code := b.source(n)
	b.add(code)
	if len(cache) > 0 && !b.endsControl(n) {
		b.endLine()
		b.synth(b.writeBack()...)
	}
	b.cached = nil
}

// endsControl reports whether control never reaches the end of n.
func (b *bodyWriter) endsControl(n ast.Node) bool {
	s, ok := n.(ast.Stmt)
	return ok && lower.Terminates(s, b.info())
}

// writeBack stores the locals of a loop in their fields.
func (b *bodyWriter) writeBack() []jen.Code {
	var out []jen.Code
	for _, c := range b.cached {
		if c.written {
			out = append(out, b.u.field(c.v, 0).Op("=").Id(c.name))
		}
	}
	return out
}

func hasLoop(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(c ast.Node) bool {
		switch c.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			found = true
		}
		return !found
	})
	return found
}

// cacheable lists the fields of this frame that n uses and that fit in registers.
func (b *bodyWriter) cacheable(n ast.Node) []cachedVar {
	var out []cachedVar
	index := map[*lower.Var]int{}
	written := b.assigned(n)
	ast.Inspect(n, func(c ast.Node) bool {
		if e, ok := c.(ast.Expr); ok {
			if b.info().Types[e].Value != nil {
				return false // the length of an array is written as a number
			}
			for _, v := range b.u.m.Temps[e] {
				b.consider(n, v, false, index, &out)
			}
			if b.u.m.Temps[e] != nil {
				return false
			}
		}
		if id, ok := c.(*ast.Ident); ok {
			if obj, ok := b.info().Uses[id].(*types.Var); ok {
				if v, up := b.u.m.Lookup(obj); v != nil && up == 0 {
					b.consider(n, v, written[obj], index, &out)
				}
			}
		}
		return true
	})
	return out
}

// hides reports whether n declares something called name.
func (b *bodyWriter) hides(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(c ast.Node) bool {
		if id, ok := c.(*ast.Ident); ok && id.Name == name && b.info().Defs[id] != nil {
			found = true
		}
		return !found
	})
	return found
}

func (b *bodyWriter) consider(n ast.Node, v *lower.Var, written bool, index map[*lower.Var]int, out *[]cachedVar) {
	if _, seen := index[v]; seen || b.aliases[v] != "" {
		return
	}
	if v.Storage != lower.Field || v.Pinned || v.Type == nil || !b.isSmall(v.Type) {
		return
	}
	if f := v.Facts; f != nil && (f.Shared || f.Called || f.Captured || f.Deferred) {
		return
	}
	index[v] = len(*out)
	name := b.localName(v)
	if v.Obj != nil && b.hides(n, name) {
		// Storing it back where the loop is left must not find the other one.
		name = b.u.names.inner.pick(name)
	}
	*out = append(*out, cachedVar{v, name, written})
}

// isSmall reports whether the Go compiler keeps a local of type t in registers (CanSSA in
// cmd/compile/internal/ssa): anything larger is in memory in the plain function too.
func (b *bodyWriter) isSmall(t types.Type) bool {
	sizes := b.u.pkg.Sizes
	if typeset.Sizeof(sizes, t) > 4*sizes.Sizeof(types.Typ[types.Uintptr]) {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		_, limited := typeset.Terms(t)
		return !limited || typeset.Every(t, b.isSmall)
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return t.Len() == 0 || t.Len() == 1 && b.isSmall(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if !b.isSmall(f.Type()) {
				return false
			}
		}
		return t.NumFields() <= 4
	}
	return true
}

// assigned collects the variables that n gives values to, or may: to a part of them, or to
// something that they point to.
func (b *bodyWriter) assigned(n ast.Node) map[*types.Var]bool {
	out := map[*types.Var]bool{}
	note := func(e ast.Expr) {
		if id := root(e); id != nil {
			if v, ok := b.info().Uses[id].(*types.Var); ok {
				out[v] = true
			}
		}
	}
	ast.Inspect(n, func(c ast.Node) bool {
		switch c := c.(type) {
		case *ast.AssignStmt:
			for _, e := range c.Lhs {
				note(e)
			}
		case *ast.IncDecStmt:
			note(c.X)
		case *ast.RangeStmt:
			if c.Tok == token.ASSIGN {
				note(c.Key)
				note(c.Value)
			}
		}
		return true
	})
	return out
}

// root is the identifier that the operand e of an assignment starts with, or nil.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.ParenExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			return nil
		}
	}
}
