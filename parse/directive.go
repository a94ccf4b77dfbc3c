package parse

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/internal/diag"
)

// directivePrefix starts every directive. As for all of Go's directives it stands at the
// very start of a // comment.
const directivePrefix = "//async:"

// A directive is one //async: line.
type directive struct {
	pos     token.Pos
	verb    string   // what follows the colon, such as func
	options []string // the words after it
	spaced  bool     // there is a space after the colon, which is wrong
}

// parseDirective reads a directive from a comment, if it is one. As a courtesy a further
// comment may follow on the line.
func parseDirective(c *ast.Comment) (directive, bool) {
	rest, ok := strings.CutPrefix(c.Text, directivePrefix)
	if !ok {
		return directive{}, false
	}
	rest, _, _ = strings.Cut(rest, " //")
	words := strings.Fields(rest)
	if len(words) == 0 {
		return directive{pos: c.Pos()}, true
	}
	return directive{c.Pos(), words[0], words[1:], !strings.HasPrefix(rest, words[0])}, true
}

// spacedDirective is what a directive looks like with a space in it, which makes a comment of it, and
// of its function one without a twin.
var spacedDirective = regexp.MustCompile(`(?m)^//[ \t]+async:(func|gen|stream|new|in)((?:[ \t]+(?:as=\S+|dyn|children))*)[ \t\r]*(?://.*)?$`)

// checkSpaced reports a comment that is such a line.
func checkSpaced(c *ast.Comment, diags *diag.List) {
	if m := spacedDirective.FindStringSubmatch(c.Text); m != nil {
		diags.Add(c.Pos(), "a directive has no space: write %s%s%s", directivePrefix, m[1], m[2])
	}
}

// A twin is what one directive asks for, before type checking.
type twin struct {
	verb   string        // func, gen or stream
	index  int           // of its declaration in the file's Decls
	decl   *ast.FuncDecl // in the tree of the scan, not the one that is type-checked
	recv   string        // name of the receiver's base type, or ""
	as     string
	dyn    bool
	names  Names
	source *source // that it is in

	bad    bool // it has a diagnostic, so no machine is made
	stubAt int  // index of its stub in the text of the stub file
	clash  bool // a name of it is taken, so it gets no stub either
}

// directives finds the twins that a file asks for and reports every directive that
// cannot be followed. A function with a bad directive has no twin.
func directives(file *ast.File, test bool, diags *diag.List) (twins []*twin) {
	seen := make(map[*ast.Comment]bool)
	for i, d := range file.Decls {
		decl, ok := d.(*ast.FuncDecl)
		if !ok || decl.Doc == nil {
			continue
		}
		var found []directive
		for _, c := range decl.Doc.List {
			if dir, ok := parseDirective(c); ok {
				seen[c] = true
				found = append(found, dir)
			}
			checkSpaced(c, diags)
		}
		if len(found) == 0 {
			continue
		}
		if t := newTwin(decl, i, test, found, diags); t != nil {
			twins = append(twins, t)
		}
	}
	for _, g := range file.Comments {
		for _, c := range g.List {
			if dir, ok := parseDirective(c); ok && !seen[c] {
				diags.Add(dir.pos, "%s%s is not in the doc comment of a function: move it directly above the func declaration that it is meant for", directivePrefix, dir.verb)
			}
		}
	}
	return twins
}

// newTwin checks the directives of one declaration and the declaration itself.
func newTwin(decl *ast.FuncDecl, index int, test bool, found []directive, diags *diag.List) *twin {
	before := diags.Len()
	t := &twin{index: index, decl: decl}
	var first *directive
	for i := range found {
		d := &found[i]
		if !checkVerb(d, diags) {
			continue
		}
		if first != nil {
			diags.Add(d.pos, "%s%s: the function already has the directive %s%s", directivePrefix, d.verb, directivePrefix, first.verb)
			continue
		}
		first = d
		if d.isMark() {
			d.checkMarkOptions(diags)
		} else {
			t.verb = d.verb
			t.setOptions(d, diags)
		}
	}
	if first == nil {
		return nil
	}
	if first.isMark() {
		checkMark(first, decl, diags)
		return nil
	}
	// A twin whose options are wrong is still declared, so that its uses are no errors.
	t.bad = diags.Len() > before
	if !t.checkDecl(first.pos, test, diags) {
		return nil
	}
	t.names = twinNames(t.verb, t.recv, decl.Name.Name, t.as)
	return t
}

// checkVerb reports whether a directive is one that can be followed. One with a space is followed, so
// that the uses of the twin are no errors besides.
func checkVerb(d *directive, diags *diag.List) bool {
	switch d.verb {
	case "func", "gen", "stream", "new", "in":
		if d.spaced {
			diags.Add(d.pos, "a directive has no space: write %s%s", directivePrefix, strings.Join(append([]string{d.verb}, d.options...), " "))
		}
		return true
	default:
		diags.Add(d.pos, "unknown directive %s%s: known are func, gen, stream, new and in", directivePrefix, d.verb)
	}
	return false
}

// setOptions reads the options of a directive that asks for a twin.
func (t *twin) setOptions(d *directive, diags *diag.List) {
	for _, o := range d.options {
		key, value, hasValue := strings.Cut(o, "=")
		switch {
		case key == "dyn" && !hasValue && t.verb == "func":
			t.dyn = true
		case key == "as" && hasValue && t.as != "":
			diags.Add(d.pos, "%s%s: option as is given twice", directivePrefix, d.verb)
		case key == "as" && token.IsIdentifier(value) && value != "_":
			t.as = value
		case key == "as":
			diags.Add(d.pos, "%s%s: option %q needs a Go identifier, as in as=FetchLater", directivePrefix, d.verb, o)
		case t.verb != "func":
			diags.Add(d.pos, "%s%s: unknown option %q: known is as=Name", directivePrefix, d.verb, o)
		default:
			diags.Add(d.pos, "%sfunc: unknown option %q: known are as=Name and dyn", directivePrefix, o)
		}
	}
}

// checkDecl reports what keeps a function from having a twin at all.
func (t *twin) checkDecl(pos token.Pos, test bool, diags *diag.List) bool {
	before := diags.Len()
	name := t.decl.Name.Name
	if recv := t.decl.Recv; recv != nil && len(recv.List) == 1 {
		t.recv = ReceiverBase(recv.List[0].Type)
	}
	final := twinNames(t.verb, t.recv, name, t.as).Constructor
	switch {
	case t.decl.Body == nil:
		diags.Add(pos, "%s%s: %s has no body to compile", directivePrefix, t.verb, name)
	case name == "_":
		diags.Add(pos, "%s%s: a function called _ cannot be called, so it needs no twin: give it a name", directivePrefix, t.verb)
	case name == "init" && t.recv == "":
		diags.Add(pos, "%s%s: init cannot be called, so it needs no twin: move the body to a function of another name", directivePrefix, t.verb)
	case keepsArguments(t.decl.Doc):
		diags.Add(pos, "%s%s: //go:uintptrescapes keeps what arguments point to during a call, and the twin of %s works on them after the call of its constructor: make the parameters unsafe.Pointer", directivePrefix, t.verb, name)
	case test && t.recv == "" && runByGoTest(final):
		diags.Add(pos, "go test would take %s for a test of its own: name the twin with %s%s as=Name", final, directivePrefix, t.verb)
	}
	if t.verb != "func" {
		t.checkGenerator(pos, diags)
	}
	return diags.Len() == before
}

// keepsArguments reports whether the Go compiler is told that pointers hide among the arguments.
func keepsArguments(doc *ast.CommentGroup) bool {
	return slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return c.Text == "//go:uintptrescapes" || c.Text == "//go:uintptrkeepalive"
	})
}

// ReceiverBase finds the name of the type that a receiver is of.
func ReceiverBase(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.ParenExpr:
		return ReceiverBase(e.X)
	case *ast.StarExpr:
		return ReceiverBase(e.X)
	case *ast.IndexExpr:
		return ReceiverBase(e.X)
	case *ast.IndexListExpr:
		return ReceiverBase(e.X)
	}
	return ""
}
