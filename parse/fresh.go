package parse

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// marks knows which functions are constructors, which are generators, and which wake others: those that carry
// a directive that says so in the source of their package. Export data holds no comments,
// so the source files are read, but only those of packages whose functions are called to
// make a future or to range over, and only parsed where their text has a directive at all.
type marks struct {
	u      *unit
	byPath map[string]map[string]mark // package path, then Func or Recv.Method
}

// A mark is what the directive of a function means for its callers.
type mark struct {
	fresh bool // it is a constructor, whose result nobody else has
	// children: futures among its arguments are children of its result.
	children bool
	in       bool   // it is a method with one beside it that is called in a poll
	iter     string // it is a generator or stream, whose machine this function makes
	// stream: it is a stream, whose elements are awaited.
	stream bool
}

func newMarks(u *unit) *marks {
	return &marks{u: u, byPath: make(map[string]map[string]mark)}
}

// generator gives the name of the constructor for fn's machine, or "" if it has none, and
// says whether that is a stream.
func (m *marks) generator(fn *types.Func) (constructor string, stream bool) {
	mark := m.of(fn.Pkg().Path())[funcKey(fn)]
	return mark.iter, mark.stream
}

// constructor gives the constructor that an expression calls statically, or nil. What
// such a call returns is a pointer that nobody else has.
func (m *marks) constructor(info *types.Info, e ast.Expr) *types.Func {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil
	}
	fn := typeutil.StaticCallee(info, call)
	if fn == nil || fn.Pkg() == nil || isMethodExpr(info, call.Fun) {
		return nil
	}
	if _, ok := types.Unalias(info.TypeOf(call)).(*types.Pointer); !ok {
		return nil
	}
	fn = fn.Origin()
	if !m.of(fn.Pkg().Path())[funcKey(fn)].fresh {
		return nil
	}
	return fn
}

// children gives the arguments of the constructor that e calls which are fresh themselves, and
// belong to what it makes; theirs follow them.
func (m *marks) children(info *types.Info, e ast.Expr) (list []*ast.CallExpr) {
	fn := m.constructor(info, e)
	if fn == nil || !m.of(fn.Pkg().Path())[funcKey(fn)].children {
		return nil
	}
	for _, arg := range ast.Unparen(e).(*ast.CallExpr).Args {
		if m.constructor(info, arg) != nil {
			list = append(list, ast.Unparen(arg).(*ast.CallExpr))
			list = append(list, m.children(info, arg)...)
		}
	}
	return list
}

// isMethodExpr reports whether a function is named in the form T.Method, whose receiver
// is an argument.
func isMethodExpr(info *types.Info, fun ast.Expr) bool {
	sel, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	return ok && info.Selections[sel] != nil && info.Selections[sel].Kind() == types.MethodExpr
}

// of gives the marked functions of a package.
func (m *marks) of(path string) map[string]mark {
	if set, ok := m.byPath[path]; ok {
		return set
	}
	set := make(map[string]mark)
	m.byPath[path] = set
	if path == m.u.pkg.PkgPath {
		for _, f := range m.u.files {
			addMarks(set, f)
		}
		return set
	}
	p := m.u.universe.find(path)
	if p == nil {
		return set
	}
	for _, file := range p.GoFiles {
		text := m.u.l.overlay[file]
		if text == nil {
			text, _ = os.ReadFile(file)
		}
		if !bytes.Contains(text, []byte(directivePrefix)) {
			continue
		}
		// Positions of another package's source are of no use: it has a file set of its own.
		if f, _ := parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments|parser.SkipObjectResolution); f != nil {
			addMarks(set, f)
		}
	}
	return set
}

// addMarks enters the marked functions of a file. Files of the package itself that do not
// mention directives were parsed without comments, and have none.
func addMarks(set map[string]mark, file *ast.File) {
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Doc == nil {
			continue
		}
		switch d, _ := DirectiveOf(fn); d.Verb {
		case "new":
			set[declKey(fn)] = mark{fresh: true, children: d.Children}
		case "in":
			set[declKey(fn)] = mark{in: true}
		case "gen", "stream":
			set[declKey(fn)] = mark{iter: d.Names.Constructor, stream: d.Verb == "stream"}
		}
	}
}

// declKey names a declared function within its package.
func declKey(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	base := ReceiverBase(d.Recv.List[0].Type)
	return base + "." + d.Name.Name
}

// funcKey is [declKey] of the declaration of fn.
func funcKey(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	typ := types.Unalias(recv.Type())
	if p, ok := typ.(*types.Pointer); ok {
		typ = types.Unalias(p.Elem())
	}
	name := types.TypeString(typ, func(*types.Package) string { return "" })
	name, _, _ = strings.Cut(name, "[")
	return name + "." + fn.Name()
}
