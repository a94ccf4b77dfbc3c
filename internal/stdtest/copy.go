package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/internal/asyncify"
	"github.com/asyncgen/asyncgen/internal/srcedit"
)

// modulePath is the module that the copies live in. The go command lets packages whose path
// begins with bootstrap/ import the internal packages of the standard library, since Go's own
// bootstrap needs that. So only the package itself has to be copied.
const modulePath = "bootstrap/judge"

// context selects the files: those that are Go through and through, as assembly cannot be
// made asynchronous.
func context() build.Context {
	ctx := build.Default
	ctx.CgoEnabled = false
	ctx.BuildTags = strings.Split(tags, ",")
	return ctx
}

const tags = "math_big_pure_go,purego"

// module writes what the copies share.
func (j *judge) module() error {
	mod := fmt.Sprintf("module %s\n\ngo 1.26.0\n\nrequire github.com/asyncgen/asyncgen v0.0.0\n\nrequire golang.org/x/sys v0.49.0\n\nreplace github.com/asyncgen/asyncgen => %s\n", modulePath, j.root)
	sum, err := os.ReadFile(filepath.Join(j.root, "go.sum"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"go.mod": mod, "go.sum": string(sum), "pause/pause.go": asyncify.PauseSource} {
		if err := writeFile(filepath.Join(j.dir, name), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// copyPackage copies a package with its tests and what they read, and makes its functions
// asynchronous.
func (j *judge) copyPackage(s *subject) (functions int, err error) {
	ctx := context()
	pkg, err := ctx.ImportDir(filepath.Join(j.from, s.path), 0)
	if err != nil {
		return 0, err
	}
	dst := filepath.Join(j.dir, "src", s.path)
	if err := os.RemoveAll(filepath.Join(j.dir, "src")); err != nil {
		return 0, err
	}
	for _, name := range append([]string{filepath.Join(s.path, "testdata")}, s.also...) {
		if err := copyFiles(filepath.Join(j.dir, "src", name), filepath.Join(j.from, name)); err != nil {
			return 0, err
		}
	}
	for _, name := range slices.Concat(pkg.TestGoFiles, pkg.XTestGoFiles) {
		if s.without[name] != "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(pkg.Dir, name))
		if err != nil {
			return 0, err
		}
		if text, err = j.redirect(s.path, name, text); err != nil {
			return 0, err
		}
		if err := writeFile(filepath.Join(dst, name), text); err != nil {
			return 0, err
		}
	}
	return j.copySources(s.path, pkg, dst)
}

func copyFiles(dst, src string) error {
	info, err := os.Stat(src)
	if os.IsNotExist(err) {
		return nil
	} else if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(dst, os.DirFS(src))
	}
	text, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	return writeFile(dst, text)
}

// writeFile writes a file and makes its folder.
func writeFile(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o666)
}

// redirect makes a test import the copy of the package that it tests.
func (j *judge) redirect(path, name string, text []byte) ([]byte, error) {
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
				Text: strconv.Quote(modulePath + "/src/" + path),
			})
		}
	}
	return srcedit.Apply(text, edits), nil
}

// imports are what a file needs besides its own.
const imports = `; import async_rt "github.com/asyncgen/asyncgen/rt"; import async_pause "` + modulePath + `/pause"`

// copySources writes the asynchronous form of the package itself.
func (j *judge) copySources(path string, pkg *build.Package, dst string) (functions int, err error) {
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
	cfg := types.Config{Importer: importer.Default()}
	if _, err := cfg.Check(path, p.Fset, p.Files, p.Info); err != nil {
		return 0, err
	}
	edits, functions := p.Edits(texts)
	for i, f := range p.Files {
		if len(edits[f]) > 0 {
			at := p.Fset.Position(f.Name.End()).Offset
			edits[f] = append(edits[f], srcedit.Edit{At: at, End: at, Text: imports},
				srcedit.Edit{At: len(texts[f]), End: len(texts[f]), Text: "\nvar _, _ = async_rt.Yield, async_pause.Maybe\n"})
		}
		if err := writeFile(filepath.Join(dst, pkg.GoFiles[i]), srcedit.Apply(texts[f], edits[f])); err != nil {
			return 0, err
		}
	}
	return functions, nil
}
