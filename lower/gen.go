package lower

import (
	"go/ast"
	"go/types"
	"slices"
)

// This file builds what only generators have. To yield is to suspend without a future: the
// value goes out, and whoever wants the next one resumes the machine there.

// yield ends the block with handing out the arguments of a call of yield and goes on in
// the block that a resume jumps to.
//
//	       yield arguments
//	resume: dst = whether more is wanted
func (b *builder) yield(call *ast.CallExpr, a *Await) {
	b.exprs(call.Args, false)
	if len(call.Args) == 1 {
		b.spread(call.Args[0])
	}
	b.add(&Yield{a})
	resume := b.detached("yield", call.Pos())
	resume.Await = a
	b.enterBlock(resume)
}

// spread saves the values of a call that has several.
func (b *builder) spread(e ast.Expr) {
	tuple, ok := b.info.TypeOf(e).(*types.Tuple)
	if !ok || b.m.Temps[e] != nil {
		return
	}
	vars := make([]*Var, tuple.Len())
	for i := range vars {
		vars[i] = b.temp(Temp, tuple.At(i).Type(), e.Pos(), hint(e))
	}
	b.add(&Set{vars, Source{e}, true})
	b.m.Temps[e] = vars
}

// prelude enters the variables that the machine of a generator begins with, as if they were
// parameters, and the constants that stand beside them.
func (b *builder) prelude() {
	gen := b.fn.Gen
	for _, v := range gen.Inits {
		b.declare(v, Param)
	}
	used := map[types.Object]bool{}
	note := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				used[b.info.Uses[id]] = true
			}
			return true
		})
	}
	note(gen.Lit)
	var decls []*ast.GenDecl
	for _, g := range slices.Backward(gen.Consts) {
		for _, spec := range g.Specs {
			for _, id := range spec.(*ast.ValueSpec).Names {
				if obj := b.info.Defs[id]; used[obj] {
					decls = append(decls, g)
				}
			}
		}
		if len(decls) > 0 && decls[len(decls)-1] == g {
			note(g) // a constant may need those before it
		}
	}
	slices.Reverse(decls)
	b.m.Decls = slices.Compact(decls)
}
