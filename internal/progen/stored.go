package progen

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"regexp"
	"strings"
)

// Stored gives p as text that [ParseStored] reads: a Go file with the functions, whose
// first line tells the seed, from which the arguments of the calls are drawn. Reduced
// programs are kept in this form.
func (p *Program) Stored() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// seed %d\n\n", p.Config.Seed)
	q := p.Funcs[0].names
	usesRT := false
	for _, f := range p.Funcs {
		usesRT = usesRT || f.Body.usesRT()
	}
	b.WriteString("package p\n\nimport (\n")
	fmt.Fprintf(&b, "\t%s %q\n", q.harness, harnessPath)
	if usesRT {
		fmt.Fprintf(&b, "\t%s %q\n", q.rt, rtPath)
	}
	b.WriteString(")\n")
	for _, f := range p.Funcs {
		g := *f
		g.names = q
		_, body, _ := strings.Cut(g.Source(false), ")\n\n// ")
		b.WriteString("\n// " + body)
	}
	text, err := format.Source([]byte(b.String()))
	if err != nil {
		return b.String()
	}
	return string(text)
}

// ParseStored reads a program that [Program.Stored] wrote. Its functions cannot be
// reduced any further: each body is one piece of text.
func ParseStored(text string) (*Program, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "stored.go", text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	p := &Program{}
	if _, err := fmt.Sscanf(text, "// seed %d", &p.Config.Seed); err != nil {
		return nil, fmt.Errorf("first line: %v", err)
	}
	p.draw(rand.New(rand.NewPCG(p.Config.Seed, 1)))
	q := names{"harness", "rt"}
	for _, imp := range file.Imports {
		switch {
		case imp.Name == nil:
		case strings.Contains(imp.Path.Value, "harness"):
			q.harness = imp.Name.Name
		default:
			q.rt = imp.Name.Name
		}
	}
	source := func(from, to token.Pos) string {
		return strings.ReplaceAll(text[fset.Position(from).Offset:fset.Position(to).Offset], q.harness+".", "$")
	}
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			f := &Func{Name: fn.Name.Name, names: q}
			if fn.Recv != nil {
				f.Receiver = source(fn.Recv.List[0].Type.Pos(), fn.Recv.List[0].Type.End())
			}
			f.options(fn)
			f.Params, f.Variadic = fields(fn.Type.Params, source)
			f.Params = f.Params[1:] // fuel
			// The first statements are added by Source again.
			first := 0
			if f.Kind == "func" {
				f.Results, _ = fields(fn.Type.Results, source)
				f.Named = len(f.Results) > 0 && f.Results[0].Name != ""
				first = 1
			} else {
				seq := fn.Type.Results.List[0].Type.(*ast.FuncType).Params.List[0].Type
				for _, p := range seq.(*ast.FuncType).Params.List {
					f.Yields = append(f.Yields, source(p.Type.Pos(), p.Type.End()))
				}
			}
			body := strings.TrimSpace(source(fn.Body.List[first].End(), fn.Body.Rbrace))
			f.Body = &Node{Kind: Block, Kids: []*Node{{Kind: Stmt, Text: escape(body, q)}}}
			p.Funcs = append(p.Funcs, f)
		}
	}
	return p, nil
}

// options reads the type parameters of f and the options of its directive.
func (f *Func) options(fn *ast.FuncDecl) {
	f.TypeParams = paramNames.FindAllString(f.Receiver, -1)
	if fn.Type.TypeParams != nil {
		for _, field := range fn.Type.TypeParams.List {
			for _, name := range field.Names {
				f.TypeParams = append(f.TypeParams, name.Name)
			}
		}
	}
	for _, c := range fn.Doc.List {
		if verb, ok := strings.CutPrefix(c.Text, "//async:"); ok {
			f.Kind, _, _ = strings.Cut(verb, " ")
		}
		for _, option := range strings.Fields(c.Text) {
			if name, ok := strings.CutPrefix(option, "as="); ok {
				f.As = name
			}
			f.Dyn = f.Dyn || option == "dyn" && strings.HasPrefix(c.Text, "//async:")
		}
	}
}

// escape turns program text into the text of a node: package rt has to be recognised as used.
func escape(body string, q names) string {
	return regexp.MustCompile(`\b`+q.rt+`\.(Await|Async|Spawn|Group)`).ReplaceAllString(body, "#$1")
}

// fields lists parameters or results, and whether the last one is variadic.
func fields(list *ast.FieldList, source func(from, to token.Pos) string) (out []Param, variadic bool) {
	if list == nil {
		return nil, false
	}
	for _, f := range list.List {
		t := source(f.Type.Pos(), f.Type.End())
		if e, ok := f.Type.(*ast.Ellipsis); ok {
			t, variadic = "[]"+source(e.Elt.Pos(), e.Elt.End()), true
		}
		if len(f.Names) == 0 {
			out = append(out, Param{"", t})
		}
		for _, n := range f.Names {
			out = append(out, Param{n.Name, t})
		}
	}
	return out, variadic
}
