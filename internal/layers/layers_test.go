package layers

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/asyncgen/asyncgen/"

// layers says what the packages of the module may import besides the standard library. A
// name without a dot is a package of the module; the test files of a package may import
// more. Reading the sources, rather than asking go list, makes the test depend on
// them, so that its result is not taken from the cache when they change.
var layers = map[string][]string{
	"internal/diag":      nil,
	"internal/typeset":   nil,
	"parse":              {"internal/diag", "internal/typeset", "golang.org/x/tools", "golang.org/x/mod"},
	"lower":              {"internal/diag", "internal/typeset", "parse"},
	"emit":               {"internal/diag", "internal/typeset", "parse", "lower", "github.com/dave/jennifer"},
	"internal/explain":   {"parse", "lower", "emit"},
	"internal/driver":    {"internal/diag", "internal/explain", "parse", "lower", "emit", "github.com/rogpeppe/go-internal/diff", "golang.org/x/mod"},
	"vet":                {"internal/typeset", "parse", "golang.org/x/tools"},
	"cmd/asyncgen":       {"internal/driver", "internal/diag", "vet"},
	"rt":                 {"rt/internal/poller", "rt/internal/timers", "rt/internal/runq", "rt/internal/sim", "golang.org/x/sys"},
	"rt/predeclared":     nil,
	"rt/internal/poller": {"golang.org/x/sys"},
	"rt/internal/timers": nil,
	"rt/internal/runq":   nil,
	"rt/internal/leak":   nil,
	"rt/internal/leaf":   {"rt", "rt/internal/leak"},
	"rt/internal/model":  nil,
	"rt/internal/sim":    nil,
	"rt/rttest":          {"rt", "rt/internal/sim", "rt/internal/leak"},
	"rt/rtdebug":         {"rt"},
	"rt/anet":            {"rt", "golang.org/x/sys"},
	"rt/aio":             {"rt"},
	"rt/afs":             {"rt", "rt/aio"},
	"internal/twin":      {"rt"},
	"internal/pitfalls":  {"rt", "internal/twin"},

	"rt/internal/waitlist": {"rt"},
	"rt/achan":             {"rt", "rt/internal/waitlist"},
	"rt/alock":             {"rt", "rt/internal/waitlist"},
}

func TestImports(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for pkg, allowed := range layers {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pkg), "*.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no files (%v)", pkg, err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				checkFile(t, pkg, file, allowed)
			}
		}
	}
}

func checkFile(t *testing.T, pkg, file string, allowed []string) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, imp := range f.Imports {
		path, _ := strconv.Unquote(imp.Path.Value)
		first, _, _ := strings.Cut(path, "/")
		if !strings.Contains(first, ".") {
			continue // standard library
		}
		ok := slices.ContainsFunc(allowed, func(a string) bool {
			if strings.Contains(a, ".") {
				return path == a || strings.HasPrefix(path, a+"/")
			}
			return path == module+a
		})
		if !ok {
			t.Errorf("%s: package %s must not import %s", filepath.Base(file), pkg, path)
		}
	}
}

// TestComplete makes a new package of the compiler or the runtime get its place above.
func TestComplete(t *testing.T) {
	for _, top := range []string{"parse", "lower", "emit", "vet", "rt", "cmd"} {
		err := filepath.WalkDir(filepath.Join("../..", top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			files, _ := filepath.Glob(filepath.Join(path, "*.go"))
			rel, _ := filepath.Rel("../..", path)
			if _, ok := layers[filepath.ToSlash(rel)]; len(files) > 0 && !ok && !strings.Contains(path, "testdata") {
				t.Errorf("package %s has no place in the table", rel)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
