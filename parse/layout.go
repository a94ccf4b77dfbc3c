package parse

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// Local gives the folders with directives that packages of r are compiled with, their own
// included, in order: all that a run must generate to know the frames of r's machines, which can
// be parts of each other.
func (r *Result) Local() []string { return r.local }

// localFolders finds the folders with directives that the scan has come across.
func (l *loader) localFolders() (dirs []string) {
	for path, d := range l.scan.dirs {
		if d == nil {
			continue
		}
		if some, _ := d.hasDirectives(); some {
			dirs = append(dirs, path)
		}
	}
	slices.Sort(dirs)
	return dirs
}

// Layout type-checks the package that the given source file belongs to, with generated files in
// the place of stubs: there a type of a machine is what it will be, with all of its fields, so
// that sizes can be asked for. Generated maps paths to texts, which need not be on disk.
func Layout(cfg Config, file string, generated map[string][]byte) (*types.Package, types.Sizes, error) {
	fset := token.NewFileSet()
	l := &loader{cfg: cfg, fset: fset, diags: &diag.List{Fset: fset}, scan: newScanner(fset)}
	l.sizes = types.SizesFor("gc", l.goarch())
	overlay := maps.Clone(generated)
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedExportFile | packages.NeedModule | packages.NeedForTest,
		Dir: cfg.Dir, Env: cfg.Env, BuildFlags: l.buildFlags(),
		Overlay: overlay,
		Tests:   strings.HasSuffix(file, "_test.go"),
	}, filepath.Dir(file))
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(pkgs, func(p *packages.Package) bool { return slices.Contains(p.GoFiles, file) })
	if i < 0 {
		return nil, nil, fmt.Errorf("the go command finds no package with %s", file)
	}
	p := pkgs[i]
	var variant *packages.Package
	if p.ForTest != "" {
		variant = p
	}
	files, err := parseFiles(fset, p.GoFiles, overlay)
	if err != nil {
		return nil, nil, err
	}
	u := &unit{l: l, pkg: p}
	check := &types.Config{
		GoVersion: u.goVersion(),
		Importer:  newUniverse(l, variant).importerFor(p),
		Sizes:     l.sizes, FakeImportC: true,
		IgnoreFuncBodies: true,
	}
	pkg, err := check.Check(p.PkgPath, fset, files, nil)
	return pkg, l.sizes, err
}

// parseFiles parses files as the go command sees them.
func parseFiles(fset *token.FileSet, paths []string, overlay map[string][]byte) (files []*ast.File, err error) {
	for _, path := range paths {
		text := overlay[path]
		if text == nil {
			if text, err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
		file, err := parser.ParseFile(fset, path, bytes.Clone(text), parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}
