package asyncify

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/internal/srcedit"
)

// A Package is what is to be turned into its asynchronous form. The type information needs
// Defs, Uses and Selections.
type Package struct {
	Fset  *token.FileSet
	Info  *types.Info
	Files []*ast.File
	// Pause is a statement that awaits. It starts every block of every function. The file
	// that it stands in must know the names in it.
	Pause string
	// Runtime is the name of the runtime package in the files.
	Runtime string

	funcs map[*types.Func]*function
	edits map[*ast.File][]srcedit.Edit
}

// A function is one that has a twin.
type function struct {
	decl   *ast.FuncDecl
	file   *ast.File
	text   []byte // of the file
	number int
	keeps  bool // its name and body
	iter   *iterator
}

// verb is the directive's.
func (f *function) verb() string {
	switch {
	case f.iter == nil:
		return "func"
	case f.iter.stream:
		return "stream"
	}
	return "gen"
}

func (f *function) twin() string  { return fmt.Sprintf("twin%d_%s", f.number, f.decl.Name.Name) }
func (f *function) plain() string { return fmt.Sprintf("plain%d_%s", f.number, f.decl.Name.Name) }

// Edits returns what has to be changed in each file, given the texts of the files, and how
// many functions get a twin.
func (p *Package) Edits(texts map[*ast.File][]byte) (edits map[*ast.File][]srcedit.Edit, functions int) {
	p.funcs = map[*types.Func]*function{}
	p.edits = map[*ast.File][]srcedit.Edit{}
	var order []*function
	for _, file := range p.Files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !p.canHaveTwin(fn) {
				continue
			}
			f := &function{decl: fn, file: file, text: texts[file], number: len(order), keeps: p.recovers(fn.Body) || blankTypeParam(fn)}
			if !f.keeps {
				f.iter = p.iterator(fn, f.number)
			}
			p.funcs[p.Info.Defs[fn.Name].(*types.Func)] = f
			order = append(order, f)
		}
	}
	for _, f := range order {
		p.declare(f)
		switch {
		case f.iter == nil:
			p.body(f, f.decl.Body)
		case f.iter.stream:
			p.body(f, f.iter.lit.Body)
		default:
			p.ranges(f, f.iter.lit.Body, true)
		}
	}
	return p.edits, len(order)
}

// canHaveTwin reports whether a directive is possible. What must not grow the stack has no
// business in a machine either, nor has what hides pointers in its arguments.
func (p *Package) canHaveTwin(fn *ast.FuncDecl) bool {
	if fn.Body == nil || fn.Name.Name == "_" || fn.Recv == nil && fn.Name.Name == "init" {
		return false
	}
	if _, ok := p.Info.Defs[fn.Name].(*types.Func); !ok {
		return false
	}
	return !has(fn.Doc, "//go:nosplit") && !has(fn.Doc, "//go:noescape") && !has(fn.Doc, "//go:uintptrescapes")
}

// blankTypeParam reports whether a function has a type parameter that cannot be passed on.
func blankTypeParam(fn *ast.FuncDecl) bool {
	return fn.Type.TypeParams != nil && slices.Contains(names(fn.Type.TypeParams), "_")
}

func has(doc *ast.CommentGroup, directive string) bool {
	if doc != nil {
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, directive) {
				return true
			}
		}
	}
	return false
}

// recovers reports whether a body calls recover in its own frame.
func (p *Package) recovers(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			found = found || p.Info.Uses[n] == types.Universe.Lookup("recover")
		}
		return !found
	})
	return found
}

func (p *Package) offset(pos token.Pos) int { return p.Fset.PositionFor(pos, false).Offset }

func (p *Package) replace(file *ast.File, from, to token.Pos, text string) {
	p.edits[file] = append(p.edits[file], srcedit.Edit{At: p.offset(from), End: p.offset(to), Text: text})
}

func (p *Package) source(f *function, n ast.Node) string {
	return string(f.text[p.offset(n.Pos()):p.offset(n.End())])
}

// declare adds the directive and the function that has the old name.
func (p *Package) declare(f *function) {
	fn := f.decl
	p.replace(f.file, fn.Pos(), fn.Pos(), "\n//\n//async:"+f.verb()+" as="+f.twin()+"\n")
	if f.keeps {
		return
	}
	p.replace(f.file, fn.Name.Pos(), fn.Name.End(), f.plain())
	p.replace(f.file, fn.End(), fn.End(), "\n\n"+p.delegate(f)+"\n")
}

// delegate is the function of the old name: it calls the twin and waits.
func (p *Package) delegate(f *function) string {
	fn := f.decl
	text := func(n ast.Node) string { return p.source(f, n) }
	var b strings.Builder
	b.WriteString("func ")
	callee := f.twin()
	if fn.Recv != nil {
		fmt.Fprintf(&b, "(async_recv %s) ", text(fn.Recv.List[0].Type))
		callee = "async_recv." + callee
	}
	b.WriteString(fn.Name.Name)
	if fn.Type.TypeParams != nil {
		b.WriteString(text(fn.Type.TypeParams))
		callee += "[" + strings.Join(names(fn.Type.TypeParams), ", ") + "]"
	}
	params, args := parameters(fn.Type.Params, text)
	fmt.Fprintf(&b, "(%s) ", params)
	ret := ""
	if r := fn.Type.Results; r != nil && len(r.List) > 0 {
		fmt.Fprintf(&b, "(%s) ", resultTypes(r, text))
		ret = "return "
	}
	if f.iter != nil {
		fmt.Fprintf(&b, "{ %s }", p.iterate(f, callee+"("+args+")"))
	} else {
		fmt.Fprintf(&b, "{ %s%s(%s).Await() }", ret, callee, args)
	}
	return b.String()
}

func names(l *ast.FieldList) (out []string) {
	for _, f := range l.List {
		for _, n := range f.Names {
			out = append(out, n.Name)
		}
	}
	return out
}

// parameters declares parameters of the same types, all with names, and passes them on.
func parameters(l *ast.FieldList, text func(ast.Node) string) (params, args string) {
	var ps, as []string
	for _, f := range l.List {
		for range max(1, len(f.Names)) {
			name := fmt.Sprintf("async_p%d", len(ps))
			ps = append(ps, name+" "+text(f.Type))
			if _, variadic := f.Type.(*ast.Ellipsis); variadic {
				name += "..."
			}
			as = append(as, name)
		}
	}
	return strings.Join(ps, ", "), strings.Join(as, ", ")
}

func resultTypes(l *ast.FieldList, text func(ast.Node) string) string {
	var out []string
	for _, f := range l.List {
		for range max(1, len(f.Names)) {
			out = append(out, text(f.Type))
		}
	}
	return strings.Join(out, ", ")
}

// body adds the awaits to the body of f, or of a literal in it that awaits with it.
func (p *Package) body(f *function, body *ast.BlockStmt) {
	if p.Pause != "" {
		for _, at := range srcedit.Blocks(body) {
			p.replace(f.file, at, at, p.Pause+";")
		}
	}
	started, deferred := map[*ast.CallExpr]bool{}, map[*ast.CallExpr]bool{}
	inPlace := map[*ast.FuncLit]bool{} // called on the spot, or deferred
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			started[n.Call] = true
		case *ast.CallExpr:
			if started[n] {
				break
			}
			if lit, ok := n.Fun.(*ast.FuncLit); ok {
				inPlace[lit] = true
			}
			if id, callee := p.callee(n); callee != nil && callee.iter == nil && !(deferred[n] && callee.keeps) {
				p.replace(f.file, id.Pos(), id.End(), callee.twin())
				p.replace(f.file, n.End(), n.End(), ".Await()")
			}
		case *ast.DeferStmt:
			deferred[n.Call] = true
		case *ast.RangeStmt:
			p.rangeOver(f, n, false)
		case *ast.FuncLit:
			p.literal(f, n, inPlace[n])
			return false
		}
		return true
	})
}

// callee gives the name in a static call of a function that has a twin.
func (p *Package) callee(call *ast.CallExpr) (*ast.Ident, *function) {
	var id *ast.Ident
	fun := call.Fun
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		sel := p.Info.Selections[fun]
		if sel == nil || sel.Kind() != types.MethodVal {
			return nil, nil
		}
		id = fun.Sel
	default:
		return nil, nil
	}
	fn, ok := p.Info.Uses[id].(*types.Func)
	if !ok {
		return nil, nil
	}
	return id, p.funcs[fn.Origin()]
}
