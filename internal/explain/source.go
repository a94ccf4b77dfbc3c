package explain

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
)

// A Text is a part of a file, cut into tokens.
type Text struct {
	Name  string // of the file
	Lines []*Line
}

// A Line is one line of a text.
type Line struct {
	No     int // from 1; 0 for a gap between parts
	Tokens []Token
	Tags   []string
	Body   bool // here begins the method that runs the machine
}

// A Token is a piece of a line. Its class is empty for what needs no colour.
type Token struct {
	Text  string
	Class string
	Tags  []string
}

// Classes of tokens.
const (
	keyword = "kw"
	literal = "lit"
	comment = "com"
	mention = "var" // of a variable
	state   = "st"  // of a state
)

// marks say what stands at an offset of a text.
type marks map[int]mark

type mark struct {
	class string
	tags  []string
}

// source cuts the function of m out of its file. The mentions of variables are known by their
// objects, and an await by the position of its call.
func (b *builder) source(m *lower.Machine) *Text {
	f, fn := b.in.File, m.Func
	var root ast.Node = fn.Lit
	from := fn.Body.Pos()
	if fn.Decl != nil {
		root, from = fn.Decl, fn.Decl.Pos()
		if fn.Decl.Doc != nil {
			from = fn.Decl.Doc.Pos()
		}
	} else {
		from = fn.Lit.Pos()
	}
	t := &Text{Name: filepath.Base(f.Path)}
	t.Lines = cut(f.Source, f.Offset(from), f.Offset(root.End()), b.sourceMarks(root))
	states := map[int][]string{}
	for _, s := range b.states {
		states[s.Line] = append(states[s.Line], s.Tag)
	}
	for _, l := range t.Lines {
		l.Tags = append([]string{lineTag(l.No)}, slices.Sorted(slices.Values(states[l.No]))...)
	}
	return t
}

func lineTag(n int) string { return "l" + itoa(n) }

// sourceMarks finds the variables of the function, and the futures that it awaits: these have no
// name in the source, so the name of what makes them is marked.
func (b *builder) sourceMarks(root ast.Node) marks {
	f := b.in.File
	out := marks{}
	ast.Inspect(root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := f.Pkg.Info.ObjectOf(id).(*types.Var); ok && !v.IsField() && v.Parent() != v.Pkg().Scope() && id.Name != "_" {
				out[f.Offset(id.Pos())] = mark{mention, []string{b.tag(v)}}
			}
		}
		return true
	})
	for _, m := range b.machines {
		for _, st := range m.States {
			a := st.Block.Await
			if a.Child == nil || a.Call.Operand == nil {
				continue
			}
			if id := lastName(a.Call.Operand); id != nil {
				at := f.Offset(id.Pos())
				out[at] = mark{mention, append(out[at].tags, b.tagOf(a.Child))}
			}
		}
	}
	return out
}

// lastName is the name of what an operand calls or mentions.
func lastName(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return lastName(e.Fun)
	case *ast.IndexExpr:
		return lastName(e.X)
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.Ident:
		return e
	}
	return nil
}

// cut splits the whole lines between two offsets of a text into tokens.
func cut(text []byte, from, to int, at marks) []*Line {
	from = strings.LastIndexByte(string(text[:from]), '\n') + 1
	no := strings.Count(string(text[:from]), "\n") + 1
	c := &cutter{text: text, at: from, lines: []*Line{{No: no}}}
	fset := token.NewFileSet()
	file := fset.AddFile("", 1, to-from)
	var s scanner.Scanner
	s.Init(file, text[from:to], nil, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue
		}
		offset := from + int(pos) - 1
		c.write(offset, Token{})
		t := Token{Class: at[offset].class, Tags: at[offset].tags}
		switch {
		case tok == token.COMMENT:
			t.Class = comment
		case tok.IsKeyword():
			t.Class = keyword
		case tok.IsLiteral() && tok != token.IDENT:
			t.Class = literal
		}
		c.write(offset+max(len(lit), len(tok.String())*boolInt(lit == "")), t)
	}
	c.write(to, Token{})
	return c.lines
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A cutter collects lines of tokens; what stands before at has been written.
type cutter struct {
	text  []byte
	at    int
	lines []*Line
}

// write adds the text up to an offset, as tokens that look like t. One may end in another line.
func (c *cutter) write(to int, t Token) {
	if to <= c.at {
		return
	}
	for i, part := range strings.Split(string(c.text[c.at:to]), "\n") {
		if i > 0 {
			c.lines = append(c.lines, &Line{No: c.lines[len(c.lines)-1].No + 1})
		}
		if part != "" {
			last := c.lines[len(c.lines)-1]
			last.Tokens = append(last.Tokens, Token{part, t.Class, t.Tags})
		}
	}
	c.at = to
}
