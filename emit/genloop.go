package emit

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// open writes the creation of the machine that a loop ranges over: the call of the generator
// with its constructor in its place.
//
//	f.walk = *WalkPull(t)
//	f.walk.InLoop()
func (b *bodyWriter) open(o *lower.Open) {
	b.capture(o.Loop.Call)
	b.replaced = map[*ast.Ident]string{o.Loop.Name: o.Loop.Constructor}
	x := b.source(o.Loop.Call)
	b.replaced = nil
	if o.ByValue() {
		x = jen.Op("*").Add(x)
	}
	it := b.access(o.Iter, 0)
	b.add(jen.Add(it).Op("=").Add(x), jen.Add(it).Dot("InLoop").Call())
}

// sibling refers to what is called name in the package of obj.
func (u *unit) sibling(obj types.Object, name string) *jen.Statement {
	if obj.Pkg() == u.pkg.Types {
		return jen.Id(name)
	}
	return u.qual(obj.Pkg().Path(), obj.Pkg().Name(), name)
}

// iterator writes a pointer to the iterator of a loop.
func (b *bodyWriter) iterator(v *lower.Var) *jen.Statement {
	x := b.access(v, 0)
	if v.IsMachine() {
		if _, ptr := types.Unalias(v.Type).(*types.Pointer); !ptr {
			return jen.Op("&").Add(x)
		}
	}
	return x
}

// endLoop writes the end of a loop, which does nothing after the last element.
func (b *bodyWriter) endLoop(e *lower.EndLoop) {
	if e.Noted {
		b.add(b.defers().Dot("EndLoop").Call())
		return
	}
	b.add(b.access(e.Iter, 0).Dot("Stop").Call())
}
