package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"github.com/asyncgen/asyncgen/internal/srcedit"
)

// A transformer turns programs into asynchronous ones. Its importer is shared, since most
// programs import the same few packages.
type transformer struct{ importer types.Importer }

func newTransformer() *transformer { return &transformer{importer.Default()} }

// A rewrite is the work on one program.
type rewrite struct {
	fset  *token.FileSet
	file  *ast.File
	info  *types.Info
	twins map[*types.Func]string // the constructors of those that get a directive
	taken map[string]int         // how many functions have a name that differs in case only
	edits []srcedit.Edit
}

var (
	errTwins = errors.New("no function can have a twin")
	errC     = errors.New("uses cgo")
)

// transform returns the text of the asynchronous program. Unless it has to be alone, it
// is a package that registers its main function with the package that joins many.
func (t *transformer) transform(p *program) ([]byte, error) {
	r := &rewrite{fset: token.NewFileSet(), twins: map[*types.Func]string{}, taken: map[string]int{}}
	var err error
	r.file, err = parser.ParseFile(r.fset, p.path, p.text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, imp := range r.file.Imports {
		if imp.Path.Value == `"C"` {
			return nil, errC
		}
	}
	r.info = &types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	cfg := types.Config{Importer: t.importer}
	pkg, err := cfg.Check("main", r.fset, []*ast.File{r.file}, r.info)
	if err != nil {
		return nil, err
	}
	main, ok := pkg.Scope().Lookup("main").(*types.Func)
	if !ok {
		return nil, errTwins
	}
	for _, d := range r.file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			r.declare(fn)
		}
	}
	for _, d := range r.file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && r.twins[r.object(fn)] != "" {
			r.function(fn)
		}
	}
	r.rename(main)
	p.alone = p.alone || r.initialises() || bytes.Contains(p.text, []byte("main."))
	r.frame(p.name, !p.alone)
	return srcedit.Apply(p.text, r.edits), nil
}

func (r *rewrite) object(fn *ast.FuncDecl) *types.Func {
	obj, _ := r.info.Defs[fn.Name].(*types.Func)
	return obj
}

func (r *rewrite) offset(p token.Pos) int { return r.fset.PositionFor(p, false).Offset }

func (r *rewrite) insert(at token.Pos, text string) {
	r.edits = append(r.edits, srcedit.Edit{At: r.offset(at), End: r.offset(at), Text: text})
}

// declare decides whether a function gets a twin.
func (r *rewrite) declare(fn *ast.FuncDecl) {
	obj := r.object(fn)
	if fn.Body == nil || obj == nil || fn.Name.Name == "_" || fn.Name.Name == "init" && fn.Recv == nil {
		return
	}
	name := fn.Name.Name + "Async"
	key := strings.ToLower(obj.FullName())
	if r.taken[key]++; r.taken[key] > 1 {
		name = fmt.Sprintf("%s%d", name, r.taken[key]) // the names of the futures would clash
	}
	r.twins[obj] = name
}

// function adds the directive and the awaits.
func (r *rewrite) function(fn *ast.FuncDecl) {
	option, name := "", r.twins[r.object(fn)]
	if name != fn.Name.Name+"Async" {
		option = " as=" + name
	}
	r.insert(fn.Pos(), "\n//\n//async:func"+option+"\n")
	for _, at := range srcedit.Blocks(fn.Body) {
		r.insert(at, "conformrt.Yield().Await();")
	}
	started := map[*ast.CallExpr]bool{} // by go and defer
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			started[n.Call] = true
		case *ast.DeferStmt:
			started[n.Call] = true
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if callee, twin := r.callee(n); callee != nil && !started[n] {
				r.insert(callee.End(), strings.TrimPrefix(twin, callee.Name))
				r.insert(n.End(), ".Await()")
			}
		}
		return true
	})
}

// callee gives the name in a static call of a function that has a twin, and the twin's.
func (r *rewrite) callee(call *ast.CallExpr) (id *ast.Ident, twin string) {
	fun := call.Fun
	switch f := fun.(type) { // with type arguments
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		sel := r.info.Selections[fun]
		if sel == nil || sel.Kind() != types.MethodVal {
			return nil, ""
		}
		id = fun.Sel
	default:
		return nil, ""
	}
	if fn, ok := r.info.Uses[id].(*types.Func); ok {
		twin = r.twins[fn.Origin()]
	}
	if twin == "" {
		return nil, ""
	}
	return id, twin
}

// rename frees the name main.
func (r *rewrite) rename(main *types.Func) {
	for _, names := range []map[*ast.Ident]types.Object{r.info.Defs, r.info.Uses} {
		for id, obj := range names {
			if obj == main {
				r.insert(id.Pos(), "old_")
			}
		}
	}
}

// frame adds imports and the function that runs the twin.
func (r *rewrite) frame(name string, library bool) {
	text := "; import conformrt \"github.com/asyncgen/asyncgen/rt\""
	if library {
		text += "; import conformall \"" + modulePath + "/all\""
	}
	r.insert(r.file.Name.End(), text)
	end := "\n\nfunc main() { old_mainAsync().Await() }\n"
	if library {
		r.edits = append(r.edits, srcedit.Edit{At: r.offset(r.file.Name.Pos()), End: r.offset(r.file.Name.End()), Text: name})
		end = "\n\nfunc init() { conformall.Register(\"" + name + "\", func() { old_mainAsync().Await() }) }\n"
	}
	r.insert(r.file.FileEnd, end+"\nvar _ = conformrt.Yield\n")
}

// initialises reports whether the program does something before main: it has a function
// init, or a package-level variable whose value comes from its own functions.
func (r *rewrite) initialises() bool {
	for _, d := range r.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == "init" && d.Recv == nil {
				return true
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR && r.calls(d) {
				return true
			}
		}
	}
	return false
}

// calls reports whether a declaration mentions functions of the program or a literal.
func (r *rewrite) calls(d *ast.GenDecl) (found bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = true
		case *ast.Ident:
			fn, ok := r.info.Uses[n].(*types.Func)
			found = found || ok && fn.Pkg() != nil && fn.Pkg().Name() == "main"
		}
		return !found
	})
	return found
}
