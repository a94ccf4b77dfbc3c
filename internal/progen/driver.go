package progen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The compiler asks the go command about its packages, and for that the go command compiles
// them: here, the plain functions of a whole module once more, a third of the time of a run,
// for export data that nobody reads. So a driver answers in its place, in the protocol of
// golang.org/x/tools/go/packages. It is a script that prints a file, since all there is to
// know is known before.

// A metaPackage is a package in that protocol.
type metaPackage struct {
	ID, PkgPath, Name string
	GoFiles           []string
	ExportFile        string            `json:",omitempty"`
	Imports           map[string]string `json:",omitempty"`
}

// driver writes the answer about the packages below dir, and gives the environment in which
// the compiler gets it.
func driver(dir string) ([]string, error) {
	packages, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	answer := struct {
		Roots    []string
		Packages []*metaPackage
	}{}
	imported := []string{rtPath}
	for _, folder := range packages {
		p, err := scanned(folder)
		if err != nil {
			return nil, err
		}
		p.PkgPath = scratchPath + "/" + filepath.Base(dir) + "/" + filepath.Base(folder)
		p.ID = p.PkgPath
		for path := range p.Imports {
			imported = append(imported, path)
		}
		answer.Roots, answer.Packages = append(answer.Roots, p.ID), append(answer.Packages, p)
	}
	slices.Sort(imported)
	deps, err := compiled(dir, slices.Compact(imported))
	if err != nil {
		return nil, err
	}
	answer.Packages = append(answer.Packages, deps...)
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	base := filepath.Join(filepath.Dir(dir), "driver")
	if err := os.WriteFile(base+".json", text, 0o666); err != nil {
		return nil, err
	}
	script := "#!/bin/sh\nexec cat '" + base + ".json'\n"
	return append(os.Environ(), "GOPACKAGESDRIVER="+base), os.WriteFile(base, []byte(script), 0o777)
}

// scanned describes the package in a folder by its files, without those that the compiler writes.
func scanned(folder string) (*metaPackage, error) {
	p := &metaPackage{Name: "p", Imports: map[string]string{rtPath: rtPath}}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_async.go") {
			continue
		}
		p.GoFiles = append(p.GoFiles, file)
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return nil, err
		}
		for _, imp := range f.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return nil, err
			}
			p.Imports[path] = path
		}
	}
	return p, nil
}

// compiled describes packages that the go command has to compile.
func compiled(dir string, paths []string) ([]*metaPackage, error) {
	cmd := exec.Command("go", append([]string{"list", "-export", "-json=ImportPath,Name,Dir,GoFiles,Export"}, paths...)...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, stderr.Bytes())
	}
	var list []*metaPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Name, Dir, Export string
			GoFiles                       []string
		}
		if err := d.Decode(&p); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		for i, file := range p.GoFiles {
			p.GoFiles[i] = filepath.Join(p.Dir, file)
		}
		list = append(list, &metaPackage{ID: p.ImportPath, PkgPath: p.ImportPath, Name: p.Name, GoFiles: p.GoFiles, ExportFile: p.Export})
	}
}
