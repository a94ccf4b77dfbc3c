package parse

import (
	"errors"
	"fmt"
	"go/types"
	"os"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// A universe is a set of packages as their export data describes them, in which each
// path means one package. Test variants need one of their own: there, the tested package
// and all that import it are other packages under the same paths.
type universe struct {
	l       *loader
	imports map[string]*types.Package
	pkgs    map[string]*packages.Package // by path; see [universe.find]
	roots   []*packages.Package          // of which pkgs does not hold the dependencies yet
}

// newUniverse makes a universe; variant is the test variant that it is for, or nil.
func newUniverse(l *loader, variant *packages.Package) *universe {
	u := &universe{l: l, imports: make(map[string]*types.Package), pkgs: make(map[string]*packages.Package)}
	if variant != nil {
		u.roots = append(u.roots, variant)
	}
	return u
}

// importerFor gives the importer for one package. It reads the export data of those
// packages only that are imported directly, and each once.
func (u *universe) importerFor(p *packages.Package) types.Importer {
	u.roots = append(u.roots, p)
	return importerFunc(func(path string) (*types.Package, error) {
		if path == "unsafe" {
			return types.Unsafe, nil
		}
		dep := p.Imports[path]
		if dep == nil {
			return nil, &importError{path: path}
		}
		if pkg := u.imports[dep.PkgPath]; pkg != nil && pkg.Complete() {
			return pkg, nil
		}
		if dep.ExportFile == "" {
			return nil, &importError{path, dep}
		}
		return u.read(dep)
	})
}

// An importError says that a package could not be compiled, or does not exist.
type importError struct {
	path string
	pkg  *packages.Package // nil if the go command knows nothing of it
}

func (e *importError) Error() string { return "not available" }

// read reads a package's export data.
func (u *universe) read(p *packages.Package) (*types.Package, error) {
	f, err := os.Open(p.ExportFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	pkg, err := gcexportdata.Read(r, u.l.fset, u.imports, p.PkgPath)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("export data of %s", p.PkgPath), err)
	}
	return pkg, nil
}

// find gives what the go command knows of the package with the given path.
func (u *universe) find(path string) *packages.Package {
	packages.Visit(u.roots, func(p *packages.Package) bool {
		if u.pkgs[p.PkgPath] != nil {
			return false
		}
		u.pkgs[p.PkgPath] = p
		return true
	}, nil)
	u.roots = nil
	return u.pkgs[path]
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }
