package parse

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// A source is one .go file, as far as it can be known before the go command has been
// asked: its text, and its directives if the text has any.
type source struct {
	dir       *directory
	path      string // absolute
	text      []byte // as on disk
	test      bool   // its name ends in _test.go
	generated bool   // by this program, going by its first line

	fset    *token.FileSet
	file    *ast.File // with comments; nil where the text mentions no directive
	bad     error     // the syntax errors of file
	twins   []*twin
	diags   diag.List // of its directives; reported only if the file is built
	imports []string  // the import paths
	whole   *source   // itself, or what syntax made of a file without directives
}

// A directory is one folder with its .go files, whatever the build constraints say of them.
type directory struct {
	path    string
	sources []*source
	alias   string // name under which stubs import the runtime
}

// A scanner reads folders, each once.
type scanner struct {
	fset    *token.FileSet
	dirs    map[string]*directory // by absolute path; nil for what is not a folder
	modules map[string]*module    // by folder; nil outside of modules
}

// A module is a go.mod file.
type module struct {
	dir, path string
	ignore    []string // folders that patterns leave out, relative to dir
}

func newScanner(fset *token.FileSet) *scanner {
	return &scanner{fset, make(map[string]*directory), make(map[string]*module)}
}

// scan reads the folder at path.
func (sc *scanner) scan(path string) (*directory, error) {
	if d, ok := sc.dirs[path]; ok {
		return d, nil
	}
	sc.dirs[path] = nil
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	d := &directory{path: path}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_") {
			continue
		}
		if s := sc.read(d, filepath.Join(path, e.Name())); s != nil {
			d.sources = append(d.sources, s)
		}
	}
	d.alias = freshName(d.sources)
	sc.dirs[path] = d
	return d, nil
}

// read reads one file; nil if it cannot be read, which the go command will report.
func (sc *scanner) read(d *directory, path string) *source {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	s := &source{dir: d, path: path, text: text, fset: sc.fset}
	s.test = strings.HasSuffix(path, "_test.go")
	s.generated = IsGenerated(text)
	s.diags.Fset = sc.fset
	mode := parser.ImportsOnly | parser.SkipObjectResolution
	marked := !s.generated && (bytes.Contains(text, []byte(directivePrefix)) || spacedDirective.Match(text))
	if marked {
		mode = parser.ParseComments | parser.SkipObjectResolution
	}
	file, err := parser.ParseFile(sc.fset, path, text, mode)
	if file == nil {
		return s
	}
	for _, spec := range file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			s.imports = append(s.imports, p)
		}
	}
	if marked {
		s.file = file
		s.bad = err
		if err == nil {
			s.twins = directives(file, s.test, &s.diags)
			for _, t := range s.twins {
				t.source = s
			}
		}
	}
	return s
}

// offset gives the index of pos in the text.
func (s *source) offset(pos token.Pos) int { return s.fset.PositionFor(pos, false).Offset }

// position is where users look for pos: line directives apply.
func (s *source) position(pos token.Pos) token.Position { return s.fset.Position(pos) }

// asks reports whether the file has directives, right or wrong ones: such a file is
// never the source that an orphan lacks.
func (s *source) asks() bool { return len(s.twins) > 0 || s.diags.Len() > 0 || s.bad != nil }

// hasDirectives reports whether any file has something to report or to generate; test
// says whether a test file has.
func (d *directory) hasDirectives() (some, test bool) {
	for _, s := range d.sources {
		if s.asks() {
			some = true
			test = test || s.test
		}
	}
	return some, test
}

// find gives the source of the given path.
func (d *directory) find(path string) *source {
	for _, s := range d.sources {
		if s.path == path {
			return s
		}
	}
	return nil
}

// orphans lists the generated files whose source is gone or asks for nothing. Build
// constraints play no part.
func (d *directory) orphans() (paths []string) {
	for _, s := range d.sources {
		if !s.generated {
			continue
		}
		path, ok := sourcePath(s.path)
		if !ok {
			continue
		}
		if src := d.find(path); src == nil || src.generated || !src.asks() {
			paths = append(paths, s.path)
		}
	}
	return paths
}

// follow scans the folders of the same module that d imports, directly or not: their
// twins need stubs too.
func (sc *scanner) follow(d *directory, seen map[*directory]bool) {
	if d == nil || seen[d] {
		return
	}
	seen[d] = true
	mod := sc.module(d.path)
	if mod == nil {
		return
	}
	for _, s := range d.sources {
		if s.generated {
			continue
		}
		for _, path := range s.imports {
			rest, ok := strings.CutPrefix(path, mod.path)
			if !ok || rest != "" && rest[0] != '/' {
				continue
			}
			if next, err := sc.scan(filepath.Join(mod.dir, filepath.FromSlash(rest))); err == nil {
				sc.follow(next, seen)
			}
		}
	}
}

// module finds the module that a folder belongs to.
func (sc *scanner) module(dir string) *module {
	if m, ok := sc.modules[dir]; ok {
		return m
	}
	m := readModule(dir)
	if parent := filepath.Dir(dir); m == nil && parent != dir {
		m = sc.module(parent)
	}
	sc.modules[dir] = m
	return m
}

// readModule reads the go.mod file of a folder, if it has one. An unreadable one is the
// go command's to report.
func readModule(dir string) *module {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil
	}
	m := &module{dir: dir, path: modfile.ModulePath(text)}
	if f, err := modfile.ParseLax("go.mod", text, nil); err == nil {
		for _, i := range f.Ignore {
			m.ignore = append(m.ignore, filepath.FromSlash(i.Path))
		}
	}
	return m
}
