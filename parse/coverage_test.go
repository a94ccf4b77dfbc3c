package parse

import (
	"flag"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the table in docs/language.md")

// TestLanguage holds the table in docs/language.md, between two comments, to the coverage.
func TestLanguage(t *testing.T) {
	const path = "../docs/language.md"
	const start, end = "<!-- coverage -->\n", "<!-- end of coverage -->\n"
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skip("there is no " + path)
	}
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), start)
	table, after, ok2 := strings.Cut(rest, end)
	want := "\n" + CoverageTable() + "\n"
	switch {
	case !ok1 || !ok2:
		t.Fatalf("%s lacks the lines %s and %s", path, start, end)
	case table == want:
	case *update:
		if err := os.WriteFile(path, []byte(before+start+want+end+after), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table in %s is not that of the code; go test ./parse -run TestLanguage -update rewrites it", path)
	}
}

// TestCoverage holds the coverage to what go/ast declares: every type of node is known,
// and every one that has a meaning in functions is documented.
func TestCoverage(t *testing.T) {
	pkg, err := importer.ForCompiler(token.NewFileSet(), "source", nil).Import("go/ast")
	if err != nil {
		t.Fatal(err)
	}
	node := pkg.Scope().Lookup("Node").Type().Underlying().(*types.Interface)
	documented := make(map[string]bool)
	for _, n := range nodes {
		documented[nodeName(n)] = true
		if s, note := coverage(n); s == Unsupported || (s == Partly) != (note != "") {
			t.Errorf("%s: %s %q", nodeName(n), s, note)
		}
	}
	// Those that are no part of a function body, or of none that type-checks.
	for _, n := range []ast.Node{&ast.BadDecl{}, &ast.BadExpr{}, &ast.BadStmt{}, &ast.Comment{}, &ast.CommentGroup{},
		&ast.Field{}, &ast.FieldList{}, &ast.File{}, &ast.ImportSpec{}, &ast.Package{}} {
		if _, note := coverage(n); note == "unknown to this version of asyncgen" {
			t.Errorf("%s is not covered", nodeName(n))
		}
		documented[nodeName(n)] = true
	}
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() || types.IsInterface(obj.Type()) {
			continue
		}
		if types.Implements(types.NewPointer(obj.Type()), node) && !documented[name] && name != "Directive" {
			t.Errorf("%s is not covered", name)
		}
	}
}
