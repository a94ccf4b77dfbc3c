package golden

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"github.com/asyncgen/asyncgen/internal/srcedit"
	"github.com/asyncgen/asyncgen/parse"
)

// A function that awaits a twin blocks on a machine also where it runs as a plain function: both
// forms of it have the same machine below them, and agree even if that is wrong. So a case is
// built a second time with the plain functions called instead, and what these do is what all
// other forms are compared with.

// throughoutDir is the folder with the copies of cases.
const throughoutDir = "throughout"

// throughout gives the files of the package of p's sources in which a static call of a twin that
// is awaited on the spot calls the function itself. There are none if nothing changes.
func throughout(p *parse.Package, twins map[string]*parse.Func) (map[string][]byte, error) {
	out := make(map[string][]byte)
	for _, f := range p.Files {
		text, err := os.ReadFile(f.Path)
		if err != nil {
			return nil, err
		}
		r := rewriter{pkg: p, twins: twins, text: string(text)}
		ast.Inspect(f.Syntax, r.visit)
		if len(r.edits) > 0 {
			out[filepath.Base(f.Path)] = srcedit.Apply(text, r.edits)
		}
	}
	return out, nil
}

// twinsOf lists the functions of packages whose twins have a type of their own, by the full names of their
// constructors. One package sees the others through export data, so that objects do not serve.
func twinsOf(pkgs []*parse.Package) map[string]*parse.Func {
	out := make(map[string]*parse.Func)
	for _, p := range pkgs {
		for _, f := range p.Funcs {
			if f.Decl == nil || f.Gen != nil || f.Dyn {
				continue
			}
			name := f.Obj.FullName()
			out[strings.TrimSuffix(name, f.Obj.Name())+f.Names.Constructor] = f
		}
	}
	return out
}

// A rewriter collects the edits of one file.
type rewriter struct {
	pkg   *parse.Package
	twins map[string]*parse.Func
	text  string // on disk, which has no stubs
	edits []srcedit.Edit
}

func (r *rewriter) visit(n ast.Node) bool {
	await, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	sel, ok := await.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Await" {
		return true
	}
	call, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok {
		return true
	}
	id := callee(call.Fun)
	if id == nil {
		return true
	}
	fn, ok := r.pkg.Info.Uses[id].(*types.Func)
	if !ok {
		return true
	}
	f := r.twins[fn.Origin().FullName()]
	if f == nil || r.hidden(f, id) {
		return true
	}
	r.edits = append(r.edits,
		srcedit.Edit{At: r.offset(id.Pos()), End: r.offset(id.End()), Text: f.Obj.Name()},
		srcedit.Edit{At: r.offset(sel.X.End()), End: r.offset(await.End())})
	return true
}

// callee is the name that a static call has of its function or method.
func callee(fun ast.Expr) *ast.Ident {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	case *ast.IndexExpr:
		return callee(fun.X)
	case *ast.IndexListExpr:
		return callee(fun.X)
	}
	return nil
}

// hidden reports whether the name of f means something else at id.
func (r *rewriter) hidden(f *parse.Func, id *ast.Ident) bool {
	if f.Obj.Signature().Recv() != nil || f.Pkg != r.pkg {
		return false
	}
	_, obj := r.pkg.Types.Scope().Innermost(id.Pos()).LookupParent(f.Obj.Name(), id.Pos())
	return obj != f.Obj
}

// offset finds pos in the text on disk.
func (r *rewriter) offset(pos token.Pos) int {
	p := r.pkg.Fset.Position(pos)
	at := 0
	for range p.Line - 1 {
		at += strings.IndexByte(r.text[at:], '\n') + 1
	}
	return at + p.Column - 1
}
