// Package standin answers for the go command when the compiler asks about packages.
//
// The go command compiles what it is asked about, since the compiler wants the export data of
// what its packages import. In tests of many small packages that nobody imports it does so for
// nothing, which takes a third of their time. A stand-in knows such packages from their files, and
// asks the go command about their imports only. It speaks the protocol of drivers of
// golang.org/x/tools/go/packages: it is a script that prints a file, since all there is to
// know is known before.
package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A metaPackage is a package in that protocol.
type metaPackage struct {
	ID, PkgPath, Name string
	GoFiles           []string
	ExportFile        string            `json:",omitempty"`
	Imports           map[string]string `json:",omitempty"`
}

// Env returns env with a stand-in for the packages in the folders, which are the keys of a map
// to their import paths. They may not import each other, and the imports need not be there. The
// other packages are looked up from dir, and always among them those that the text of
// generated files needs, also. The script is written to base, and its answer beside it.
func Env(env []string, base, dir string, folders map[string]string, also ...string) ([]string, error) {
	answer := struct {
		Roots    []string
		Packages []*metaPackage
	}{}
	imported := slices.Clone(also)
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		p, err := scanned(folder, also)
		if err != nil {
			return nil, err
		}
		p.PkgPath, p.ID = folders[folder], folders[folder]
		imported = slices.AppendSeq(imported, maps.Keys(p.Imports))
		answer.Roots, answer.Packages = append(answer.Roots, p.ID), append(answer.Packages, p)
	}
	slices.Sort(imported)
	deps, err := compiled(env, dir, slices.Compact(imported))
	if err != nil {
		return nil, err
	}
	answer.Packages = append(answer.Packages, deps...)
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(base+".json", text, 0o666); err != nil {
		return nil, err
	}
	script := "#!/bin/sh\nexec cat '" + base + ".json'\n"
	return append(slices.Clone(env), "GOPACKAGESDRIVER="+base), os.WriteFile(base, []byte(script), 0o777)
}

// scanned describes the package in a folder by its files, without those that the compiler writes.
func scanned(folder string, also []string) (*metaPackage, error) {
	p := &metaPackage{Imports: map[string]string{}}
	for _, path := range also {
		p.Imports[path] = path
	}
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
		p.Name = f.Name.Name
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
func compiled(env []string, dir string, paths []string) ([]*metaPackage, error) {
	cmd := exec.Command("go", append([]string{"list", "-export", "-json=ImportPath,Name,Dir,GoFiles,Export"}, paths...)...)
	cmd.Dir, cmd.Env = dir, env
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
