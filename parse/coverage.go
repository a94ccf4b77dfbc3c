package parse

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// A Support says how much of a construct annotated functions may use.
type Support string

const (
	Supported   Support = "yes"
	Partly      Support = "partly"
	Unsupported Support = "no"
)

// coverage is the authority on what an annotated function may consist of: every kind of
// node that go/ast knows is in one of its three blocks. What a later version of Go adds
// ends up in the last line and is reported, not miscompiled. The note of a construct that
// is supported in part names the part that is not; the code that reports it stands where
// types are known.
func coverage(n ast.Node) (s Support, note string) {
	switch n.(type) {
	// Supported.
	case *ast.ArrayType, *ast.BasicLit, *ast.BinaryExpr, *ast.ChanType, *ast.CompositeLit, *ast.Ellipsis,
		*ast.FuncType, *ast.Ident, *ast.IndexExpr, *ast.IndexListExpr, *ast.InterfaceType, *ast.KeyValueExpr,
		*ast.MapType, *ast.ParenExpr, *ast.SliceExpr, *ast.StarExpr, *ast.StructType,
		*ast.TypeAssertExpr, *ast.UnaryExpr:
		return Supported, ""
	case *ast.AssignStmt, *ast.BlockStmt, *ast.BranchStmt, *ast.CaseClause, *ast.CommClause, *ast.DeclStmt,
		*ast.EmptyStmt, *ast.ExprStmt, *ast.ForStmt, *ast.IfStmt, *ast.IncDecStmt, *ast.LabeledStmt,
		*ast.RangeStmt, *ast.ReturnStmt, *ast.SelectStmt, *ast.SendStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return Supported, ""
	case *ast.Comment, *ast.CommentGroup, *ast.Field, *ast.FieldList, *ast.File, *ast.GenDecl, *ast.ImportSpec,
		*ast.TypeSpec, *ast.ValueSpec:
		return Supported, ""

	// Supported in part.
	case *ast.FuncDecl:
		return Partly, "with a body; neither `init` nor `_`"
	case *ast.FuncLit:
		return Partly, "an await in a literal suspends where the literal is called on the spot or deferred, or handed to `rt.Async`, `rt.AsyncErr` or a group's `Go`; in any other it blocks the goroutine"
	case *ast.SelectorExpr:
		return Partly, "nothing of cgo's package C"
	case *ast.CallExpr:
		return Partly, "a call of a future's `Poll` needs a context"
	case *ast.DeferStmt:
		return Supported, ""
	case *ast.GoStmt:
		return Partly, "`go x.Await()` blocks a goroutine of its own; awaits in the operands of the call are supported"

	// Not supported: no source that type-checks has them.
	case *ast.BadDecl, *ast.BadExpr, *ast.BadStmt, *ast.Package:
		return Unsupported, "does not occur in source that type-checks"
	}
	return Unsupported, "unknown to this version of asyncgen"
}

// nodes holds a node of each kind, in the order of the documentation.
var nodes = []ast.Node{
	&ast.FuncDecl{}, &ast.GenDecl{}, &ast.ValueSpec{}, &ast.TypeSpec{},

	&ast.AssignStmt{}, &ast.BlockStmt{}, &ast.BranchStmt{}, &ast.DeclStmt{}, &ast.DeferStmt{}, &ast.EmptyStmt{},
	&ast.ExprStmt{}, &ast.ForStmt{}, &ast.GoStmt{}, &ast.IfStmt{}, &ast.IncDecStmt{}, &ast.LabeledStmt{},
	&ast.RangeStmt{}, &ast.ReturnStmt{}, &ast.SelectStmt{}, &ast.CommClause{}, &ast.SendStmt{}, &ast.SwitchStmt{},
	&ast.TypeSwitchStmt{}, &ast.CaseClause{},

	&ast.BasicLit{}, &ast.BinaryExpr{}, &ast.CallExpr{}, &ast.CompositeLit{}, &ast.KeyValueExpr{}, &ast.FuncLit{},
	&ast.Ident{}, &ast.IndexExpr{}, &ast.IndexListExpr{}, &ast.ParenExpr{}, &ast.SelectorExpr{}, &ast.SliceExpr{},
	&ast.StarExpr{}, &ast.TypeAssertExpr{}, &ast.UnaryExpr{},

	&ast.ArrayType{}, &ast.ChanType{}, &ast.Ellipsis{}, &ast.FuncType{}, &ast.InterfaceType{}, &ast.MapType{},
	&ast.StructType{},
}

// CoverageTable gives, as a Markdown table, what annotated functions may consist of.
func CoverageTable() string {
	var b strings.Builder
	b.WriteString("| construct (go/ast) | supported | what is not |\n|---|---|---|\n")
	for _, n := range nodes {
		s, note := coverage(n)
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", nodeName(n), s, note)
	}
	return b.String()
}

func nodeName(n ast.Node) string { return strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast.") }

// covered reports every node of a function that is not supported at all.
func (b *bodies) covered(fn *Func) {
	ast.Inspect(fn.Decl, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		if s, note := coverage(n); s == Unsupported {
			b.errorf(n.Pos(), "not supported: %s (%s)", nodeName(n), note)
			return false
		}
		if sel, ok := n.(*ast.SelectorExpr); ok && b.isC(sel.X) {
			b.errorf(n.Pos(), "not supported: C.%s in an annotated function, whose generated file could not import C as this one does; use it in a plain function, and Go types here", sel.Sel.Name)
		}
		return true
	})
}

// isC reports whether e is the name of the pseudo-package C.
func (b *bodies) isC(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	pkg, ok := b.info.Uses[id].(*types.PkgName)
	return ok && pkg.Imported().Path() == "C"
}
