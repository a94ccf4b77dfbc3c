package asyncify

import (
	"fmt"
	"go/ast"
	"strings"
)

// literal makes a function literal await, as far as one can in its place. One that is called
// on the spot or deferred, inPlace, does so as it is. Of any other, which must keep its type,
//
//	func(k string) (int, error) { … }
//
// becomes a function that makes a machine of the old body, and waits for it:
//
//	func(k string) (async_r0 int, async_r1 error) {
//		_ = rt.AsyncErr(func() error {
//			async_r0, async_r1 = func() (int, error) { … }()
//			return nil
//		}).Await()
//		return
//	}
//
// Any other that recovers stays as it is, for it may be deferred.
func (p *Package) literal(f *function, lit *ast.FuncLit, inPlace bool) {
	switch {
	case inPlace:
		p.body(f, lit.Body)
	case !p.recovers(lit.Body) && !p.hidesTypes(lit.Type):
		p.closure(f, lit)
		p.body(f, lit.Body)
	}
}

func (p *Package) closure(f *function, lit *ast.FuncLit) {
	text := func(n ast.Node) string { return p.source(f, n) }
	var results, assigned []string
	old := ""
	if r := lit.Type.Results; r != nil {
		old = text(r)
		for _, field := range r.List {
			for range max(1, len(field.Names)) {
				name := fmt.Sprintf("async_r%d", len(results))
				results = append(results, name+" "+text(field.Type))
				assigned = append(assigned, name)
			}
		}
	}
	head := fmt.Sprintf(" (%s) { _ = %s.AsyncErr(func() error { ", strings.Join(results, ", "), p.Runtime)
	if len(assigned) > 0 {
		head += strings.Join(assigned, ", ") + " = "
	}
	p.replace(f.file, lit.Type.Params.End(), lit.Body.Lbrace, head+"func() "+old)
	p.replace(f.file, lit.End(), lit.End(), "(); return nil }).Await(); return }")
}

// hidesTypes reports whether a parameter has the name of something in the types of the results,
// which then mean something else in the body.
func (p *Package) hidesTypes(t *ast.FuncType) (found bool) {
	params := map[string]bool{}
	for _, name := range names(t.Params) {
		params[name] = true
	}
	if t.Results != nil {
		ast.Inspect(t.Results, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && params[id.Name]
			return !found
		})
	}
	return found
}
