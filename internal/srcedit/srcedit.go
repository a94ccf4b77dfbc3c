// Package srcedit changes Go source text by position, for the commands that turn existing
// programs into test material.
package srcedit

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"
)

// An Edit replaces the bytes from At to End, or inserts at At if both are the same.
type Edit struct {
	At, End int
	Text    string
}

// Apply makes the edits, which must not overlap. Insertions at one place keep their order.
func Apply(text []byte, edits []Edit) []byte {
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.At - b.At })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(text[at:e.At])
		out.WriteString(e.Text)
		at = e.End
	}
	out.Write(text[at:])
	return out.Bytes()
}

// Blocks lists the places behind the brace or colon that opens a list of statements, in the
// function's own frame.
func Blocks(body *ast.BlockStmt) []token.Pos {
	var out []token.Pos
	clauses := map[*ast.BlockStmt]bool{} // these braces open no list of statements
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.SwitchStmt:
			clauses[n.Body] = true
		case *ast.TypeSwitchStmt:
			clauses[n.Body] = true
		case *ast.SelectStmt:
			clauses[n.Body] = true
		case *ast.CaseClause:
			out = append(out, n.Colon+1)
		case *ast.CommClause:
			out = append(out, n.Colon+1)
		case *ast.BlockStmt:
			if !clauses[n] {
				out = append(out, n.Lbrace+1)
			}
		}
		return true
	})
	return out
}
