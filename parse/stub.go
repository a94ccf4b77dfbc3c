package parse

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/token"
	"strconv"
	"strings"
)

// RuntimePath is the package that generated code calls. The compiler knows it by its
// path alone and never imports it.
const RuntimePath = "github.com/asyncgen/asyncgen/rt"

// freshName gives a name for the runtime that occurs in none of the texts.
func freshName(sources []*source) string {
	name := "asyncgen_rt"
	for i := 1; ; i++ {
		clash := false
		for _, s := range sources {
			clash = clash || bytes.Contains(s.text, []byte(name))
		}
		if !clash {
			return name
		}
		name = "asyncgen_rt" + strconv.Itoa(i)
	}
}

// stubs gives a source file in the form in which it is type-checked: its own text
// with the runtime imported directly behind the package name, so that no line moves, and
// declarations of its twins at the end, where the file's imports serve their signatures.
// A twin whose name clashes is left out if clashes is false. Without any twin the text
// stays as it is, and the result is nil.
func (s *source) stubs(clashes bool) *stub {
	var b bytes.Buffer
	end := s.offset(s.file.Name.End())
	b.Write(s.text[:end])
	at := s.position(s.file.Name.End())
	fmt.Fprintf(&b, "; import %s %q", s.dir.alias, RuntimePath)
	if at.Column > 0 {
		// The line directive gives what follows on this line its own column back. It names no
		// file, which means that the file's name stays.
		fmt.Fprintf(&b, " /*line :%d:%d*/", at.Line, at.Column)
	}
	b.Write(s.text[end:])
	st := &stub{twins: b.Len()}
	for _, t := range s.twins {
		if clashes || !t.clash {
			t.stubAt = b.Len()
			t.writeStub(&b, s)
		}
	}
	if st.text = b.Bytes(); len(st.text) == st.twins {
		return nil
	}
	return st
}

// writeStub declares what the generated file will declare for t. The bodies are
// loops, because any name they could call may mean something else in the package.
func (t *twin) writeStub(b *bytes.Buffer, s *source) {
	typ := t.decl.Type
	text := func(n ast.Node) string { return string(s.text[s.offset(n.Pos()):s.offset(n.End())]) }
	rt, future := s.dir.alias, t.names.Future
	value := t.valueType(text)

	recv := ""
	if t.decl.Recv != nil {
		recv = text(t.decl.Recv) + " "
	}
	if t.dyn {
		fmt.Fprintf(b, "\nfunc %s%s%s %s.Future[%s] { for {} }\n", recv, t.names.Constructor, text(typ.Params), rt, value)
	} else {
		fmt.Fprintf(b, "\n%snew\nfunc %s%s%s *%s { for {} }\n", directivePrefix, recv, t.names.Constructor, text(typ.Params), future)
	}
	if fields := t.values(); len(fields) > 1 {
		// The results of an interface's method are of one type, whatever implements it.
		alias := ""
		if t.dyn {
			alias = "= "
		}
		fmt.Fprintf(b, "type %s %sstruct {\n", t.names.Result, alias)
		for i, name := range ResultFields(fieldNames(fields)) {
			fmt.Fprintf(b, "%s %s\n", name, text(fields[i].typ))
		}
		b.WriteString("}\n")
	}
	results := ""
	if typ.Results != nil {
		results = text(typ.Results) + " "
	}
	fmt.Fprintf(b, "type %s struct { %s.Pin }\n", future, rt)
	fmt.Fprintf(b, "func (*%s) Poll(*%s.Context) %s.Poll[%s] { for {} }\n", future, rt, rt, value)
	fmt.Fprintf(b, "func (*%s) Await() %s{ for {} }\n", future, results)
	fmt.Fprintf(b, "func (*%s) Cancel() { for {} }\n", future)
}

// valueType gives the text of T in the Poll[T] of a twin.
func (t *twin) valueType(text func(ast.Node) string) string {
	switch v := t.values(); len(v) {
	case 0:
		return "struct{}"
	case 1:
		return text(v[0].typ)
	default:
		return t.names.Result
	}
}

// A result is one result of a function, flattened.
type result struct {
	name string
	typ  ast.Expr
}

// values gives the results without a trailing error, which is the future's own.
func (t *twin) values() []result {
	out := flatten(t.decl.Type.Results)
	if t.hasErr() {
		out = out[:len(out)-1]
	}
	return out
}

// hasErr decides by spelling, as it must before type checking, whether the last result
// is an error. The check phase reports where types say otherwise.
func (t *twin) hasErr() bool {
	list := t.decl.Type.Results
	if list.NumFields() == 0 {
		return false
	}
	id, ok := ast.Unparen(list.List[len(list.List)-1].Type).(*ast.Ident)
	return ok && id.Name == "error"
}

func flatten(list *ast.FieldList) (out []result) {
	if list == nil {
		return nil
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			out = append(out, result{n.Name, f.Type})
		}
		if len(f.Names) == 0 {
			out = append(out, result{"", f.Type})
		}
	}
	return out
}

func fieldNames(results []result) []string {
	names := make([]string, len(results))
	for i, r := range results {
		names[i] = r.name
	}
	return names
}

// buildLines gives the //go:build lines that stand before the package clause, verbatim.
func buildLines(file *ast.File) (lines []string) {
	for _, g := range file.Comments {
		if g.Pos() > file.Package {
			break
		}
		for _, c := range g.List {
			if constraint.IsGoBuild(c.Text) {
				lines = append(lines, strings.TrimRight(c.Text, "\r"))
			}
		}
	}
	return lines
}

// A stub is a source in the form in which it is type-checked.
type stub struct {
	text  []byte
	twins int // index in text at which the declarations of twins start
	file  *ast.File
}

// IsStub reports whether an import of f is the one that the stubs brought along: it stands
// on the line of the package clause, where users cannot have put it without a semicolon.
func (f *File) IsStub(imp *ast.ImportSpec) bool {
	line := func(p token.Pos) int { return f.Pkg.Fset.PositionFor(p, false).Line }
	return imp.Name != nil && strings.HasPrefix(imp.Name.Name, "asyncgen_rt") &&
		line(imp.Pos()) == line(f.Syntax.Name.Pos())
}
