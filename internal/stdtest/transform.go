package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/internal/asyncify"
	"github.com/asyncgen/asyncgen/internal/exports"
	"github.com/asyncgen/asyncgen/internal/srcedit"
)

// context selects the files: those that are Go through and through, as assembly cannot be
// made asynchronous.
func context() build.Context {
	ctx := build.Default
	ctx.CgoEnabled = false
	ctx.BuildTags = strings.Split(tags, ",")
	return ctx
}

const tags = "math_big_pure_go,purego"

// redirect makes a file import the copy of the package instead of the package.
func redirect(path, copied, name string, text []byte) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var edits []srcedit.Edit
	for _, imp := range f.Imports {
		if imp.Path.Value == strconv.Quote(path) {
			edits = append(edits, srcedit.Edit{
				At: fset.Position(imp.Path.Pos()).Offset, End: fset.Position(imp.Path.End()).Offset,
				Text: strconv.Quote(copied),
			})
		}
	}
	return srcedit.Apply(text, edits), nil
}

// transform makes the functions of the package asynchronous, in its files.
func (j *judge) transform(at site) (functions int, err error) {
	ctx := context()
	pkg, err := ctx.ImportDir(at.dir(), 0)
	if err != nil {
		return 0, err
	}
	if len(pkg.TestGoFiles)+len(pkg.XTestGoFiles) == 0 {
		return 0, fmt.Errorf("%s has no tests", pkg.Dir)
	}
	p := &asyncify.Package{
		Fset:  token.NewFileSet(),
		Info:  &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}},
		Pause: "async_pause.Maybe().Await()", Runtime: "async_rt",
	}
	texts := map[*ast.File][]byte{}
	for _, name := range pkg.GoFiles {
		text, err := os.ReadFile(filepath.Join(pkg.Dir, name))
		if err != nil {
			return 0, err
		}
		f, err := parser.ParseFile(p.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return 0, err
		}
		p.Files, texts[f] = append(p.Files, f), text
	}
	imports, err := j.importer(at, pkg.Imports)
	if err != nil {
		return 0, err
	}
	cfg := types.Config{Importer: imports}
	if _, err := cfg.Check(at.module+"/"+at.folder, p.Fset, p.Files, p.Info); err != nil {
		return 0, err
	}
	needs := fmt.Sprintf("; import async_rt %q; import async_pause %q", "github.com/asyncgen/asyncgen/rt", at.pause())
	edits, functions := p.Edits(texts)
	for i, f := range p.Files {
		if len(edits[f]) > 0 {
			end := p.Fset.Position(f.Name.End()).Offset
			edits[f] = append(edits[f], srcedit.Edit{At: end, End: end, Text: needs},
				srcedit.Edit{At: len(texts[f]), End: len(texts[f]), Text: "\nvar _, _ = async_rt.Yield, async_pause.Maybe\n"})
		}
		if err := writeFile(filepath.Join(pkg.Dir, pkg.GoFiles[i]), srcedit.Apply(texts[f], edits[f])); err != nil {
			return 0, err
		}
	}
	return functions, nil
}

// importer resolves what the package imports.
func (j *judge) importer(at site, paths []string) (types.Importer, error) {
	paths = slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == "unsafe" })
	if len(paths) == 0 {
		return exports.Importer(nil), nil
	}
	out, err := j.goCommand(at.root, append([]string{"list", "-export", "-tags", tags, "-f", exports.Format, "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	return exports.Importer(out), nil
}
