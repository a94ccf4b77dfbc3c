package explain

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
)

// This file finds what one generated declaration mentions: states, fields and variables.

// declaration reads one declaration of the machine r.m.
func (r *reader) declaration(d ast.Decl) {
	states := r.states()
	vars := map[string]*lower.Var{}
	for v, name := range r.l.Vars {
		vars[name] = v
	}
	skip := map[*ast.Ident]bool{} // names that are no variables
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			skip[n.Sel] = true
			if m := r.frameOf(n.X); m != nil {
				r.field(n.Sel, m)
			}
		case *ast.Field:
			for _, id := range n.Names {
				if _, isType := d.(*ast.GenDecl); isType {
					skip[id] = true
					r.field(id, r.m)
					r.tagComment(n.Comment, n.Pos(), states)
				}
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && r.field(id, r.m) {
				skip[id] = true
			}
		case *ast.CaseClause:
			r.clause(n, states)
		case *ast.LabeledStmt:
			skip[n.Label] = true
			r.label(n)
		case *ast.BranchStmt:
			if n.Label != nil {
				skip[n.Label] = true
			}
		case *ast.Ident:
			if s := states[n.Name]; s != nil {
				r.marks[r.offset(n.Pos())] = mark{state, []string{s.Tag}}
				r.tagLines(n.Pos(), n.Pos(), s)
			} else if !skip[n] {
				r.variable(n, vars)
			}
		}
		return true
	})
}

// states maps the constants of the machine to its states.
func (r *reader) states() map[string]*State {
	out := map[string]*State{}
	for _, s := range r.b.made[r.m].States {
		out[s.Name] = s
	}
	return out
}

// frameOf gives the machine whose frame an expression is: the receiver, or the frame of a
// function around it.
func (r *reader) frameOf(e ast.Expr) *lower.Machine {
	switch e := e.(type) {
	case *ast.Ident:
		if e.Name == r.l.Recv {
			return r.m
		}
	case *ast.SelectorExpr:
		if m := r.frameOf(e.X); m != nil && m.Parent != nil && e.Sel.Name == r.b.in.Emitted.Legends[m].Up {
			return m.Parent
		}
	}
	return nil
}

// field marks the name of a field of m with the variables that it holds.
func (r *reader) field(id *ast.Ident, m *lower.Machine) bool {
	if r.b.made[m] == nil {
		return false
	}
	for _, f := range r.b.made[m].Fields {
		if f.Name == id.Name && len(f.Tags) > 0 {
			r.marks[r.offset(id.Pos())] = mark{mention, f.Tags}
			return true
		}
	}
	return false
}

// variable marks a local of Poll, or one that a copied statement has brought along.
func (r *reader) variable(id *ast.Ident, vars map[string]*lower.Var) {
	from := r.b.in.Emitted.Lines[r.line(id.Pos())]
	if tags := r.names[itoa(from)+" "+id.Name]; tags != nil {
		r.marks[r.offset(id.Pos())] = mark{mention, tags}
	} else if v := vars[id.Name]; v != nil {
		r.marks[r.offset(id.Pos())] = mark{mention, []string{r.b.tagOf(v)}}
	}
}

// clause tags all that a switch over the states does for one of them.
func (r *reader) clause(c *ast.CaseClause, states map[string]*State) {
	for _, e := range c.List {
		if id, ok := e.(*ast.Ident); ok && states[id.Name] != nil {
			r.tagLines(c.Pos(), c.End()-1, states[id.Name])
		}
	}
}

// label tags the poll behind the label of an await.
func (r *reader) label(l *ast.LabeledStmt) {
	for _, st := range suspensions(r.m) {
		if r.l.Labels[st.Block] != l.Label.Name {
			continue
		}
		s := r.b.states[st]
		r.tagLines(l.Pos(), l.Pos(), s)
		if st.Block.Await == nil || st.Block.Await.Call.Yield {
			return
		}
		var poll ast.Stmt = l.Stmt
		if block, ok := l.Stmt.(*ast.BlockStmt); ok && len(block.List) > 1 {
			poll = block.List[1] // behind the call of Poll
			r.tagLines(block.List[0].Pos(), block.List[0].Pos(), s)
		}
		r.tagLines(poll.Pos(), poll.End()-1, s)
	}
}

// tagLines says that lines belong to a state.
func (r *reader) tagLines(from, to token.Pos, s *State) {
	for n := r.line(from); n <= r.line(to); n++ {
		r.tagLine(n, s)
	}
}

func (r *reader) tagLine(n int, s *State) {
	if !slices.Contains(r.lines[n], s.Tag) {
		r.lines[n] = append(r.lines[n], s.Tag)
	}
}

// table tags the lines of the table of states above a frame.
func (r *reader) table(doc *ast.CommentGroup) {
	states := r.states()
	for _, c := range doc.List {
		r.tagWords(c.Text, r.line(c.Pos()), states)
	}
}

// tagComment tags a field with the states that its comment names.
func (r *reader) tagComment(c *ast.CommentGroup, pos token.Pos, states map[string]*State) {
	if c != nil {
		r.tagWords(c.Text(), r.line(pos), states)
	}
}

func (r *reader) tagWords(text string, line int, states map[string]*State) {
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t,;", c) }) {
		if s := states[word]; s != nil {
			r.tagLine(line, s)
		}
	}
}
