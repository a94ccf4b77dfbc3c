package emit

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// Comments inside a statement are copied with its text. Those on the lines above it are
// copied here, so that the generated file can be read like the source.

// commentsAbove maps a line to the comment group that ends on it.
func (u *unit) commentsAbove() map[int]*ast.CommentGroup {
	out := map[int]*ast.CommentGroup{}
	for _, g := range u.src.Syntax.Comments {
		out[u.line(g.End())] = g
	}
	return out
}

func (u *unit) line(p token.Pos) int { return u.pkg.Fset.PositionFor(p, false).Line }

// explain copies the comment above what an item comes from.
func (b *bodyWriter) explain(it lower.Item) {
	switch it := it.(type) {
	case *lower.Stmt:
		b.explainAt(it.Node.Pos())
	case *lower.Start:
		b.explainAt(it.Await.Call.Call.Pos())
	case *lower.Yield:
		b.explainAt(it.Await.Call.Call.Pos())
	}
}

func (b *bodyWriter) explainAt(pos token.Pos) {
	g := b.u.comments[b.u.line(pos)-1]
	if g == nil || b.explained[g] || !b.onlyOnItsLines(g) {
		return
	}
	b.explained[g] = true
	for _, c := range g.List {
		// Directives mean something where they stand, not here.
		if strings.HasPrefix(c.Text, "/*") || isDirective(c.Text) {
			return
		}
	}
	for _, c := range g.List {
		b.add(jen.Comment(c.Text))
	}
}

// onlyOnItsLines reports whether no code stands in front of the comment.
func (b *bodyWriter) onlyOnItsLines(g *ast.CommentGroup) bool {
	f := b.u.src
	at := f.Offset(g.Pos())
	start := strings.LastIndexByte(string(f.Source[:at]), '\n') + 1
	return strings.TrimSpace(string(f.Source[start:at])) == ""
}

// isDirective reports whether a comment is one for a tool, such as //go:noinline.
func isDirective(text string) bool {
	rest := strings.TrimPrefix(text, "//")
	name, _, ok := strings.Cut(rest, ":")
	return strings.HasPrefix(rest, "line ") ||
		ok && name != "" && strings.TrimFunc(name, func(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }) == ""
}
