package asyncify

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// An iterator is the literal that a function returns which does nothing else. Such a function
// becomes a stream, whose body awaits as that of any function does, or a generator. Of
//
//	func (t *tree) all(k string) iter.Seq[int] { return func(yield func(int) bool) { … } }
//
// becomes
//
//	//async:stream as=twin7_all
//	func (t *tree) plain7_all(k string) iter.Seq[int] { return func(yield func(int) bool) { pause; … } }
//
//	func (t *tree) all(p0 string) iter.Seq[int] {
//		return func(yield func(int) bool) {
//			it := t.twin7_all(p0)
//			defer func() { it.Stop().Await() }()
//			for {
//				v0, ok := it.Next().Await()
//				if !ok || !yield(v0) {
//					return
//				}
//			}
//		}
//	}
//
// If code stood before the return statement, it would run once for each iteration.
type iterator struct {
	lit    *ast.FuncLit
	stream bool
}

// iterator returns what fn returns if it can be a stream or a generator. Every other one that
// could be a stream is made a generator, so that both are judged.
func (p *Package) iterator(fn *ast.FuncDecl, number int) *iterator {
	if fn.Type.Results.NumFields() != 1 || len(fn.Body.List) != 1 {
		return nil
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	lit, ok := ret.Results[0].(*ast.FuncLit)
	if !ok || lit.Type.Results != nil || lit.Type.Params.NumFields() != 1 || len(names(lit.Type.Params)) != 1 {
		return nil
	}
	yield, ok := lit.Type.Params.List[0].Type.(*ast.FuncType)
	if !ok || yield.Params.NumFields() < 1 || yield.Params.NumFields() > 2 || yield.Results.NumFields() != 1 {
		return nil
	}
	if p.recovers(lit.Body) || p.assignsAny(fn, lit.Body) {
		return nil
	}
	direct := p.callsDirectly(lit.Body, p.Info.Defs[lit.Type.Params.List[0].Names[0]])
	return &iterator{lit: lit, stream: direct && number%2 == 0}
}

// assignsAny reports whether a body assigns a parameter of fn, which the next iteration of the
// plain iterator would see.
func (p *Package) assignsAny(fn *ast.FuncDecl, body *ast.BlockStmt) (found bool) {
	params := map[types.Object]bool{}
	for _, l := range []*ast.FieldList{fn.Recv, fn.Type.Params} {
		if l == nil {
			continue
		}
		for _, field := range l.List {
			for _, name := range field.Names {
				params[p.Info.Defs[name]] = true
			}
		}
	}
	assigned := func(x ast.Expr) {
		id, ok := x.(*ast.Ident)
		found = found || ok && params[p.Info.Uses[id]]
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				assigned(x)
			}
		case *ast.IncDecStmt:
			assigned(n.X)
		case *ast.RangeStmt:
			assigned(n.Key)
			assigned(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				assigned(n.X)
			}
		}
		return true
	})
	return found
}

// callsDirectly reports whether a body does nothing with yield but call it in its own frame.
func (p *Package) callsDirectly(body *ast.BlockStmt, yield types.Object) bool {
	calls, uses := 0, 0
	later := map[*ast.CallExpr]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			later[n.Call] = true
		case *ast.GoStmt:
			later[n.Call] = true
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && p.Info.Uses[id] == yield && !later[n] {
				calls++
			}
		}
		return true
	})
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && p.Info.Uses[id] == yield {
			uses++
		}
		return true
	})
	return calls == uses
}

// iterate is the body of the function of the old name; made is the call that makes the machine.
func (p *Package) iterate(f *function, made string) string {
	yield := f.iter.lit.Type.Params.List[0].Type.(*ast.FuncType)
	var values []string
	for i := range yield.Params.NumFields() {
		values = append(values, fmt.Sprintf("async_v%d", i))
	}
	await := ""
	if f.iter.stream {
		await = ".Await()"
	}
	vs := strings.Join(values, ", ")
	return fmt.Sprintf("return func(async_yield %s) { async_it := %s; defer func() { async_it.Stop()%s }(); "+
		"for { %s, async_ok := async_it.Next()%s; if !async_ok || !async_yield(%s) { return } } }",
		p.source(f, yield), made, await, vs, await, vs)
}

// ranges makes the range statements over iterators of the package use their machines. A
// generator, which cannot await, can use those of generators only.
func (p *Package) ranges(f *function, body *ast.BlockStmt, generator bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.RangeStmt:
			p.rangeOver(f, n, generator)
		}
		return true
	})
}

func (p *Package) rangeOver(f *function, loop *ast.RangeStmt, generator bool) {
	call, ok := loop.X.(*ast.CallExpr)
	if !ok {
		return
	}
	if id, callee := p.callee(call); callee != nil && callee.iter != nil && !(generator && callee.iter.stream) {
		p.replace(f.file, id.Pos(), id.End(), callee.plain())
	}
}
