package emit

import (
	"bytes"
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// With Options.Line, statements of the user carry //line directives that lead to the source.
// Synthesised code must not: behind each such statement another directive leads back to
// the generated file, whose line is known only when the file is complete. Until then a
// mark stands for it.
const backMark = "//line asyncgen-back:1"

// lineOf marks what comes from the source.
func (b *bodyWriter) lineOf(it lower.Item) {
	switch it := it.(type) {
	case *lower.Stmt:
		b.lineAt(it.Node.Pos())
	case *lower.Set:
		if s, ok := it.Src.(lower.Source); ok {
			b.lineAt(s.X.Pos())
		}
	case *lower.Start:
		b.lineAt(it.Await.Call.Call.Pos())
	}
}

// lineAt makes the statement that is added next begin at pos, if lines are asked for.
func (b *bodyWriter) lineAt(pos token.Pos) {
	if b.u.opts.Line {
		b.nextLine = pos
	}
}

// beginLine leads to the source, in front of the first code of the user.
func (b *bodyWriter) beginLine() {
	if b.nextLine.IsValid() {
		p := b.u.pkg.Fset.Position(b.nextLine)
		b.synth(jen.Comment(fmt.Sprintf("//line %s:%d", filepath.Base(p.Filename), p.Line)))
		b.nextLine, b.lined = token.NoPos, true
	}
}

// endLine goes back to the lines of the generated file.
func (b *bodyWriter) endLine() {
	b.nextLine = token.NoPos
	if b.lined {
		b.synth(jen.Comment(backMark))
		b.lined = false
	}
}

// lineDirectives puts the line that follows in the place of each mark.
func lineDirectives(src []byte, name string) []byte {
	var out bytes.Buffer
	line := 0
	for l := range strings.Lines(string(src)) {
		line++
		if strings.TrimSpace(l) == backMark {
			fmt.Fprintf(&out, "//line %s:%d\n", name, line+1)
			continue
		}
		out.WriteString(l)
	}
	return out.Bytes()
}
