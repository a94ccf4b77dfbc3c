package explain

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

// This file finds, in the generated file, what belongs to the machines that are explained.

// A reader goes through the syntax of a generated file.
type reader struct {
	b     *builder
	fset  *token.FileSet
	marks marks
	lines map[int][]string    // tags, by line
	body  int                 // the line on which the method begins that runs the first machine
	names map[string][]string // tags, by line of the source and name
	// Of the machine whose declaration is being read:
	m *lower.Machine
	l *emit.Legend
}

// generated cuts the declarations of the machines out of the generated file.
func (b *builder) generated() *Text {
	e := b.in.Emitted
	r := &reader{b: b, fset: token.NewFileSet(), marks: marks{}, lines: map[int][]string{}}
	file, err := parser.ParseFile(r.fset, "", e.Text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		panic("explain: the generated file: " + err.Error())
	}
	t := &Text{Name: filepath.Base(b.in.File.Output)}
	r.names = b.namesOnLines()
	for _, d := range b.declarations(file) {
		r.m, r.l = d.m, e.Legends[d.m]
		r.declaration(d.decl)
		if f, ok := d.decl.(*ast.FuncDecl); ok && f.Recv != nil && d.m == b.machines[0] && r.body == 0 {
			r.body = r.line(d.decl.Pos()) // the first method that is written
		}
		from := d.decl.Pos()
		if doc := docOf(d.decl); doc != nil {
			from = doc.Pos()
			r.table(doc)
		}
		if len(t.Lines) > 0 {
			t.Lines = append(t.Lines, &Line{})
		}
		end := r.offset(d.decl.End())
		if i := bytes.IndexByte(e.Text[end:], '\n'); i >= 0 {
			end += i // with the comment behind it
		}
		t.Lines = append(t.Lines, cut(e.Text, r.offset(from), end, r.marks)...)
	}
	for _, l := range t.Lines {
		if l.No == 0 {
			continue
		}
		l.Body = l.No == r.body
		if n := e.Lines[l.No]; n > 0 {
			l.Tags = append(l.Tags, lineTag(n))
		}
		for _, tag := range r.lines[l.No] {
			if !slices.Contains(l.Tags, tag) {
				l.Tags = append(l.Tags, tag)
			}
		}
	}
	return t
}

func (r *reader) offset(p token.Pos) int { return r.fset.Position(p).Offset }
func (r *reader) line(p token.Pos) int   { return r.fset.Position(p).Line }

// An owned is a declaration of a machine.
type owned struct {
	decl ast.Decl
	m    *lower.Machine
}

// declarations lists those of the machines that are explained. A file has one machine after the
// other, each of which begins with the line that asserts the type of its function, so what says
// by itself to which machine it belongs speaks for its neighbours: assertions belong to
// what follows, other things to what precedes.
func (b *builder) declarations(file *ast.File) (out []owned) {
	owner := map[string]*lower.Machine{}
	for m, l := range b.in.Emitted.Legends {
		n := m.Func.Names
		for _, name := range []string{n.Future, n.Result, n.Base + "Next", n.Base + "Stop", l.StateType, l.Start} {
			owner[name] = m
		}
	}
	var last *lower.Machine
	var waiting []ast.Decl
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && (g.Tok == token.IMPORT || last == nil && g.Tok == token.CONST && len(out) == 0 && !g.Lparen.IsValid()) {
			continue
		}
		if isAssertion(d) {
			waiting = append(waiting, d)
			continue
		}
		m := b.owner(d, owner)
		if m == nil {
			m = last
		}
		for _, w := range waiting {
			out = append(out, owned{w, m})
		}
		out, waiting, last = append(out, owned{d, m}), nil, m
	}
	return slices.DeleteFunc(out, func(o owned) bool { return !slices.Contains(b.machines, o.m) })
}

// isAssertion reports whether a declaration is there to fail if the function has changed.
func isAssertion(d ast.Decl) bool {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name == "_"
	case *ast.GenDecl:
		v, ok := d.Specs[0].(*ast.ValueSpec)
		return ok && d.Tok == token.VAR && v.Names[0].Name == "_"
	}
	return false
}

// owner finds the machine that a declaration names: by the type or constant that it declares, its
// receiver, or its own name.
func (b *builder) owner(d ast.Decl, types map[string]*lower.Machine) *lower.Machine {
	switch d := d.(type) {
	case *ast.GenDecl:
		switch s := d.Specs[0].(type) {
		case *ast.TypeSpec:
			return types[s.Name.Name]
		case *ast.ValueSpec:
			return types[s.Names[0].Name]
		}
	case *ast.FuncDecl:
		if d.Recv != nil {
			if m := types[parse.ReceiverBase(d.Recv.List[0].Type)]; m != nil {
				return m
			}
		}
		for m := range b.in.Emitted.Legends {
			if m.Func.Decl != nil && m.Func.Names.Constructor == d.Name.Name && (m.Func.Decl.Recv == nil) == (d.Recv == nil) &&
				(d.Recv == nil || parse.ReceiverBase(d.Recv.List[0].Type) == parse.ReceiverBase(m.Func.Decl.Recv.List[0].Type)) {
				return m
			}
		}
	}
	return nil
}

func docOf(d ast.Decl) *ast.CommentGroup {
	switch d := d.(type) {
	case *ast.GenDecl:
		return d.Doc
	case *ast.FuncDecl:
		return d.Doc
	}
	return nil
}

// namesOnLines maps a line of the source with a name on it to the tags of the variable of that
// name: statements are copied with the variables that they declare themselves.
func (b *builder) namesOnLines() map[string][]string {
	out := map[string][]string{}
	for _, l := range b.text.Lines {
		for _, t := range l.Tokens {
			if t.Class == mention {
				out[itoa(l.No)+" "+t.Text] = t.Tags
			}
		}
	}
	return out
}
