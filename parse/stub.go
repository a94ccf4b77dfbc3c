package parse

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/token"
	"slices"
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
	var b, twins bytes.Buffer
	imports := []string{s.dir.alias + " " + strconv.Quote(RuntimePath)}
	for _, t := range s.twins {
		if clashes || !t.clash {
			t.stubAt = twins.Len()
			for _, imp := range t.writeStub(&twins, s) {
				if !slices.Contains(imports, imp) {
					imports = append(imports, imp)
				}
			}
		}
	}
	if twins.Len() == 0 {
		return nil
	}
	end := s.offset(s.file.Name.End())
	b.Write(s.text[:end])
	for _, imp := range imports {
		b.WriteString("; import " + imp)
	}
	if at := s.position(s.file.Name.End()); at.Column > 0 {
		// The line directive gives what follows on this line its own column back. It names no
		// file, which means that the file's name stays.
		fmt.Fprintf(&b, " /*line :%d:%d*/", at.Line, at.Column)
	}
	b.Write(s.text[end:])
	st := &stub{twins: b.Len(), imports: len(imports)}
	for _, t := range s.twins {
		if clashes || !t.clash {
			t.stubAt += st.twins
		}
	}
	b.Write(twins.Bytes())
	st.text = b.Bytes()
	return st
}

// writeStub declares what the generated file will declare for t, and gives the imports that
// takes. The bodies are loops, because any name they could call may mean something else in
// the package. Poll of a generic twin mentions the function, whose body it will have: so
// the type checker finds the cycles of instantiation that lead through it.
func (t *twin) writeStub(b *bytes.Buffer, s *source) (imports []string) {
	typ := t.decl.Type
	g := t.generics(s)
	text := func(n ast.Node) string { return g.text(s, n, g.rename) }
	rt, future := s.dir.alias, t.names.Future
	switch t.verb {
	case "gen":
		return t.writeIterStub(b, s, g)
	case "stream":
		return t.writeStreamStub(b, s, g)
	}
	value := t.valueType(text, g)

	recv, typeParams, body := "", g.declared(), ""
	plain := t.decl.Name.Name + g.args()
	if t.decl.Recv != nil {
		recv, typeParams = g.receiver(s, t.decl.Recv)+" ", ""
		plain = "(" + g.receiverType(t.decl.Recv.List[0].Type) + ")." + t.decl.Name.Name
	}
	if len(g.names) > 0 {
		body = "_ = " + plain + "; "
	}
	if t.dyn {
		fmt.Fprintf(b, "\nfunc %s%s%s%s %s.Future[%s] { for {} }\n", recv, t.names.Constructor, typeParams, text(typ.Params), rt, value)
	} else {
		fmt.Fprintf(b, "\n%snew\nfunc %s%s%s%s *%s { for {} }\n", directivePrefix, recv, t.names.Constructor, typeParams, text(typ.Params), future+g.args())
	}
	if fields := t.values(); len(fields) > 1 {
		// The results of an interface's method are of one type, whatever implements it.
		alias := ""
		if t.dyn {
			alias = "= "
		}
		fmt.Fprintf(b, "type %s%s %sstruct {\n", t.names.Result, g.declared(), alias)
		for i, name := range ResultFields(fieldNames(fields)) {
			fmt.Fprintf(b, "%s %s\n", name, text(fields[i].typ))
		}
		b.WriteString("}\n")
	}
	results := ""
	if typ.Results != nil {
		results = text(typ.Results) + " "
	}
	fmt.Fprintf(b, "type %s%s struct { %s.Pin }\n", future, g.declared(), rt)
	future += g.args()
	fmt.Fprintf(b, "func (*%s) Poll(*%s.Context) %s.Poll[%s] { %sfor {} }\n", future, rt, rt, value, body)
	fmt.Fprintf(b, "func (*%s) Await() %s{ for {} }\n", future, results)
	fmt.Fprintf(b, "func (*%s) Cancel() { for {} }\n", future)
	return g.imports
}

// valueType gives the text of T in the Poll[T] of a twin.
func (t *twin) valueType(text func(ast.Node) string, g *generics) string {
	switch v := t.values(); len(v) {
	case 0:
		return "struct{}"
	case 1:
		return text(v[0].typ)
	default:
		return t.names.Result + g.args()
	}
}

// A result is one result of a function, flattened.
type result struct {
	name string
	typ  ast.Expr
}

// values gives the results without a trailing error, which is the future's own.
func (t *twin) values() []result {
	if t.verb != "func" {
		return nil
	}
	out := flatten(t.decl.Type.Results)
	if t.hasErr() {
		out = out[:len(out)-1]
	}
	return out
}

// hasErr decides on syntax, as it must before type checking, whether the last result is an
// error. The check phase reports where types say otherwise.
func (t *twin) hasErr() bool {
	list := t.decl.Type.Results
	if list.NumFields() == 0 || t.verb != "func" {
		return false
	}
	return t.source.isError(list.List[len(list.List)-1].Type, 0)
}

// isError reports whether a type is the predeclared error, under its own name or one that the
// package gives it.
func (s *source) isError(e ast.Expr, depth int) bool {
	const longest = 100 // an alias may lead in a circle
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok || depth == longest {
		return false
	}
	switch spec, in := s.dir.typeDecl(id.Name, s); {
	case spec == nil:
		return id.Name == "error"
	case spec.Assign.IsValid() && spec.TypeParams == nil:
		return in.isError(spec.Type, depth+1)
	}
	return false
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
	text    []byte
	twins   int // index in text at which the declarations of twins start
	imports int // how many imports stand behind the name of the package
	file    *ast.File
}

// IsStub reports whether an import of f is one that the stubs brought along: it stands
// on the line of the package clause, where users cannot have put it without a semicolon.
func (f *File) IsStub(imp *ast.ImportSpec) bool {
	line := func(p token.Pos) int { return f.Pkg.Fset.PositionFor(p, false).Line }
	return imp.Name != nil && strings.HasPrefix(imp.Name.Name, "asyncgen_rt") &&
		line(imp.Pos()) == line(f.Syntax.Name.Pos())
}
