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
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/internal/asyncify"
	"github.com/asyncgen/asyncgen/internal/srcedit"
)

// A transformer turns programs into asynchronous ones. Its importer is shared, since most
// programs import the same few packages.
type transformer struct{ importer types.Importer }

func newTransformer() *transformer { return &transformer{importer.Default()} }

// A rewrite is the work on one program.
type rewrite struct {
	*transformer
	program *program
	fset    *token.FileSet
	checked map[string]*types.Package // packages of the program, by the path that the others import
}

var (
	errC    = errors.New("uses cgo")
	errMain = errors.New("its last package is not main")
	errSize = errors.New("is generated and so large that to compile its machine takes minutes")
)

// transform returns the files of the asynchronous program, by their names in the module.
// Unless it has to be alone, its last package registers its main function with the package
// that joins many.
func (t *transformer) transform(p *program) (files map[string][]byte, err error) {
	r := &rewrite{transformer: t, program: p, fset: token.NewFileSet(), checked: map[string]*types.Package{}}
	files = map[string][]byte{}
	if len(p.packages) == 0 {
		return nil, errSize
	}
	units := make([]*unit, len(p.packages))
	for i, sources := range p.packages {
		if units[i], err = r.check(sources); err != nil {
			return nil, err
		}
		p.alone = p.alone || units[i].initialises()
	}
	if units[len(units)-1].name != "main" {
		return nil, errMain
	}
	for i, u := range units {
		r.rewrite(u, i == len(units)-1, files)
	}
	return files, nil
}

// A unit is one package of a program.
type unit struct {
	asyncify.Package
	name    string
	sources []source // of Files
	texts   map[*ast.File][]byte
}

// Import finds the packages of the program, which the others import by relative paths, and
// those of the standard library.
func (r *rewrite) Import(path string) (*types.Package, error) {
	if strings.HasPrefix(path, "./") {
		if pkg := r.checked[path[2:]]; pkg != nil {
			return pkg, nil
		}
		return nil, fmt.Errorf("package %s is missing", path)
	}
	return r.importer.Import(path)
}

// check parses and checks a package.
func (r *rewrite) check(sources []source) (*unit, error) {
	u := &unit{sources: sources, texts: map[*ast.File][]byte{}}
	u.Fset, u.Runtime, u.Pause = r.fset, "async_rt", "async_pause.Maybe().Await()"
	u.Info = &types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	for _, s := range sources {
		file, err := parser.ParseFile(r.fset, s.name, s.text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, imp := range file.Imports {
			if imp.Path.Value == `"C"` {
				return nil, errC
			}
		}
		u.name = file.Name.Name
		u.Files, u.texts[file] = append(u.Files, file), s.text
		r.program.alone = r.program.alone || bytes.Contains(s.text, []byte("main."))
	}
	cfg := types.Config{Importer: r}
	pkg, err := cfg.Check(u.name, r.fset, u.Files, u.Info)
	if err != nil {
		return nil, err
	}
	// Packages import each other by the name of the file that declares them, if it is not
	// that of the package.
	r.checked[u.name] = pkg
	if len(sources) == 1 {
		r.checked[strings.TrimSuffix(sources[0].name, ".go")] = pkg
	}
	return u, nil
}

// rewrite adds the files of a package.
func (r *rewrite) rewrite(u *unit, last bool, files map[string][]byte) {
	edits, _ := u.Edits(u.texts)
	folder := r.program.name
	if !last {
		folder += "/" + u.name
	}
	for i, file := range u.Files {
		text := u.texts[file]
		change := func(from, to token.Pos, text string) {
			at, end := r.fset.PositionFor(from, false).Offset, r.fset.PositionFor(to, false).Offset
			edits[file] = append(edits[file], srcedit.Edit{At: at, End: end, Text: text})
		}
		imports := "; import async_rt \"github.com/asyncgen/asyncgen/rt\"; import async_pause \"" + modulePath + "/pause\""
		end := "\n\nvar _, _ = async_rt.Yield, async_pause.Maybe\n"
		if last && !r.program.alone {
			change(file.Name.Pos(), file.Name.End(), r.program.name)
			if i == 0 {
				imports += "; import async_all \"" + modulePath + "/all\""
				end += "\nfunc init() { async_all.Register(\"" + r.program.name + "\", main) }\n"
			}
		}
		change(file.Name.End(), file.Name.End(), imports)
		for _, imp := range file.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			if pkg := r.checked[strings.TrimPrefix(path, "./")]; pkg != nil && strings.HasPrefix(path, "./") {
				change(imp.Path.Pos(), imp.Path.End(), strconv.Quote(modulePath+"/"+r.program.name+"/"+pkg.Name()))
			}
		}
		edits[file] = append(edits[file], srcedit.Edit{At: len(text), End: len(text), Text: end})
		files[folder+"/"+u.sources[i].name] = srcedit.Apply(text, edits[file])
	}
}

// initialises reports whether the program does something before main: it has a function
// init, or a package-level variable whose value comes from its own functions.
func (u *unit) initialises() bool {
	for _, file := range u.Files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.Name == "init" && d.Recv == nil {
					return true
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR && u.calls(d) {
					return true
				}
			}
		}
	}
	return false
}

// calls reports whether a declaration mentions functions of the program or a literal.
func (u *unit) calls(d *ast.GenDecl) (found bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = true
		case *ast.Ident:
			fn, ok := u.Info.Uses[n].(*types.Func)
			found = found || ok && fn.Pkg() != nil && fn.Pkg().Name() == u.name
		}
		return !found
	})
	return found
}
