package progen

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/internal/exports"
)

// NewImporter resolves the packages that programs import from their export data, which
// the go command makes. dir lies inside this module.
func NewImporter(dir string) (types.Importer, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", exports.Format, harnessPath)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, stderr.Bytes())
	}
	return exports.Importer(out), nil
}

// Check type-checks the copy with the hand-made twins, and gives the first error of each
// function that has one, by name.
func (p *Program) Check(imports types.Importer) (map[string]string, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	bad := map[string]string{}
	blame := func(file string, text string) error {
		base := strings.TrimSuffix(filepath.Base(file), ".go")
		for _, f := range p.Funcs {
			if strings.EqualFold(f.Name, base) {
				if bad[f.Name] == "" {
					bad[f.Name] = text
				}
				return nil
			}
		}
		return fmt.Errorf("%s: %s", file, text)
	}
	sources := p.files(true)
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		text := sources[name]
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			if err := blame(name, err.Error()); err != nil {
				return nil, err
			}
			continue
		}
		files = append(files, f)
	}
	if len(bad) > 0 {
		return bad, nil
	}
	var failure error
	conf := types.Config{Importer: imports, GoVersion: "go1.26", Error: func(err error) {
		var te types.Error
		if errors.As(err, &te) {
			if err := blame(te.Fset.Position(te.Pos).Filename, err.Error()); err != nil && failure == nil {
				failure = err
			}
		}
	}}
	_, _ = conf.Check("p", fset, files, nil) // every error went to conf.Error
	return bad, failure
}
