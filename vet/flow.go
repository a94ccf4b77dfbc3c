package vet

import (
	"go/ast"
	"go/token"
	"maps"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/cfg"
)

// A flow is a question about the paths through one body: what may hold at each place. Its
// facts are the entries of a map, and where paths meet, what one of them brings holds.
type flow[K comparable, V any] struct {
	// node changes the facts as one node of the graph does. After the facts have settled, each
	// node is visited once more with report set.
	node func(n ast.Node, facts map[K]V, report bool)
	// edge changes the facts that hold if a condition has come out as given; may be nil.
	edge func(cond ast.Expr, value bool, facts map[K]V)
}

// run follows all paths through g.
func (f *flow[K, V]) run(g *cfg.CFG) {
	in := make([]map[K]V, len(g.Blocks))
	in[0] = make(map[K]V)
	work := []*cfg.Block{g.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		out := f.block(b, in[b.Index], false)
		for i, succ := range b.Succs {
			if f.join(&in[succ.Index], f.leave(b, i, out)) {
				work = append(work, succ)
			}
		}
	}
	for _, b := range g.Blocks {
		if in[b.Index] != nil {
			f.block(b, in[b.Index], true)
		}
	}
}

func (f *flow[K, V]) block(b *cfg.Block, in map[K]V, report bool) map[K]V {
	facts := maps.Clone(in)
	for _, n := range b.Nodes {
		f.node(n, facts, report)
	}
	return facts
}

// leave gives the facts on the way from b to its i'th successor.
func (f *flow[K, V]) leave(b *cfg.Block, i int, out map[K]V) map[K]V {
	if f.edge == nil || len(b.Succs) != 2 || len(b.Nodes) == 0 {
		return out
	}
	cond, ok := b.Nodes[len(b.Nodes)-1].(ast.Expr)
	if !ok {
		return out
	}
	value := i == 0
	cond = ast.Unparen(cond)
	for not, ok := cond.(*ast.UnaryExpr); ok && not.Op == token.NOT; not, ok = cond.(*ast.UnaryExpr) {
		cond, value = ast.Unparen(not.X), !value
	}
	out = maps.Clone(out)
	f.edge(cond, value, out)
	return out
}

// join adds facts to those of a block and reports whether the block has to be looked at
// again. The first fact for a key stays.
func (f *flow[K, V]) join(in *map[K]V, facts map[K]V) bool {
	changed := *in == nil
	if changed {
		*in = make(map[K]V)
	}
	for k, v := range facts {
		if _, ok := (*in)[k]; !ok {
			(*in)[k] = v
			changed = true
		}
	}
	return changed
}

// graphOf gives the graph of a declared function or a literal.
func graphOf(pass *analysis.Pass, fn ast.Node) *cfg.CFG {
	cfgs := pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs)
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return cfgs.FuncDecl(fn)
	case *ast.FuncLit:
		return cfgs.FuncLit(fn)
	}
	return nil
}
