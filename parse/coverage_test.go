package parse

import (
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"testing"
)

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
