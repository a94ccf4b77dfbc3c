package parse

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A twin has the type parameters of its function or, for a method, those of the receiver's
// type under the names that the method gives them. Stubs are written before anything is
// type-checked, so all of it is found out on syntax: the constraints of a method's type
// parameters stand where its type is declared, which may be another file with other imports.

// generics is what the stubs of one twin need to know of its type parameters.
type generics struct {
	names       []string // as the stubs declare them
	constraints []string
	rename      map[string]string // names of the source that have another one in the stubs
	imports     []string          // what the constraints need, as import specifications
}

// declared writes the type parameters with their constraints, and nothing if there are
// none. The comma at the end keeps [P *T] from being read as the length of an array.
func (g *generics) declared() string {
	if len(g.names) == 0 {
		return ""
	}
	var b strings.Builder
	for i, name := range g.names {
		b.WriteString(name + " " + g.constraints[i] + ",")
	}
	return "[" + b.String() + "]"
}

// args writes the type parameters as arguments.
func (g *generics) args() string {
	if len(g.names) == 0 {
		return ""
	}
	return "[" + strings.Join(g.names, ", ") + "]"
}

// generics finds the type parameters of a twin.
func (t *twin) generics(s *source) *generics {
	g := &generics{rename: make(map[string]string)}
	if t.recv == "" {
		t.ofFunction(g, s)
	} else if own := receiverParams(t.decl.Recv.List[0].Type); len(own) > 0 {
		t.ofMethod(g, s, own)
	}
	return g
}

// ofFunction: type parameters and constraints as written, but for names that mean
// something else in the stubs.
func (t *twin) ofFunction(g *generics, s *source) {
	list := t.decl.Type.TypeParams
	if list == nil {
		return
	}
	for _, f := range list.List {
		for _, id := range f.Names {
			g.add(s, id.Name, t.decl.Name.Name, t.names.Future, t.names.Result)
		}
	}
	for _, f := range list.List {
		for range f.Names {
			g.constraints = append(g.constraints, g.text(s, f.Type, g.rename))
		}
	}
}

// ofMethod: the names of the receiver, with the constraints of the type's declaration.
func (t *twin) ofMethod(g *generics, s *source, own []string) {
	spec, in := s.dir.typeDecl(t.recv, s)
	var constraints []ast.Expr
	var declared []string
	if spec != nil && spec.TypeParams != nil {
		for _, f := range spec.TypeParams.List {
			for _, id := range f.Names {
				declared = append(declared, id.Name)
				constraints = append(constraints, f.Type)
			}
		}
	}
	mentioned := []string{t.decl.Name.Name, t.recv, t.names.Future, t.names.Result}
	for _, c := range constraints {
		mentioned = append(mentioned, identifiers(c)...)
	}
	back := make(map[string]string) // from the names of the declaration
	for i, name := range own {
		if i < len(declared) && declared[i] == name {
			g.add(s, name, t.recv, t.names.Future, t.names.Result)
		} else {
			g.add(s, name, mentioned...)
		}
		if i < len(declared) {
			back[declared[i]] = g.names[i]
		}
	}
	for i := range own {
		if i < len(constraints) {
			if in != s {
				in.qualify(constraints[i], s.dir.alias, back, g)
			}
			g.constraints = append(g.constraints, g.text(in, constraints[i], back))
		} else {
			g.constraints = append(g.constraints, "any") // the type checker will say what is wrong
		}
	}
}

// add names one type parameter.
func (g *generics) add(s *source, name string, taken ...string) {
	stub := name
	if name == "_" || slices.Contains(taken, name) {
		stub = s.dir.alias + "_T" + strconv.Itoa(len(g.names))
		if name != "_" {
			g.rename[name] = stub
		}
	}
	g.names = append(g.names, stub)
}

// text copies a type of the source, with other names where rename has them.
func (g *generics) text(s *source, typ ast.Node, rename map[string]string) string {
	from, end := s.offset(typ.Pos()), s.offset(typ.End())
	var b bytes.Buffer
	eachName(typ, func(id *ast.Ident) {
		if to, ok := rename[id.Name]; ok {
			b.Write(s.text[from:s.offset(id.Pos())])
			b.WriteString(to)
			from = s.offset(id.End())
		}
	})
	b.Write(s.text[from:end])
	return b.String()
}

// receiver writes the receiver of a method with the names of the stubs.
func (g *generics) receiver(s *source, recv *ast.FieldList) string {
	typ := recv.List[0].Type
	if len(receiverParams(typ)) == 0 {
		return g.text(s, recv, nil)
	}
	head := string(s.text[s.offset(recv.Pos()):s.offset(typ.Pos())])
	return head + g.receiverType(typ) + ")"
}

func (g *generics) receiverType(typ ast.Expr) string {
	base := ReceiverBase(typ)
	star := ""
	if isPointerType(typ) {
		star = "*"
	}
	return star + base + g.args()
}

func isPointerType(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.StarExpr)
	return ok
}

// receiverParams gives the names that a receiver has for the type parameters of its type.
func receiverParams(e ast.Expr) (names []string) {
	var list []ast.Expr
	switch e := e.(type) {
	case *ast.ParenExpr:
		return receiverParams(e.X)
	case *ast.StarExpr:
		return receiverParams(e.X)
	case *ast.IndexExpr:
		list = []ast.Expr{e.Index}
	case *ast.IndexListExpr:
		list = e.Indices
	}
	for _, x := range list {
		name := "_"
		if id, ok := ast.Unparen(x).(*ast.Ident); ok {
			name = id.Name
		}
		names = append(names, name)
	}
	return names
}

// eachName visits the identifiers of a type that are looked up where it stands: no names of
// fields, methods and parameters, and nothing behind a dot.
func eachName(typ ast.Node, visit func(*ast.Ident)) {
	ast.Inspect(typ, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if _, method := n.Type.(*ast.FuncType); method || len(n.Names) > 0 {
				eachName(n.Type, visit)
				return false
			}
		case *ast.SelectorExpr:
			eachName(n.X, visit)
			return false
		case *ast.Ident:
			visit(n)
		}
		return true
	})
}

func identifiers(typ ast.Expr) (names []string) {
	eachName(typ, func(id *ast.Ident) { names = append(names, id.Name) })
	return names
}

// qualify finds the packages that a constraint of this file mentions, with a dot import too. A
// stub in another file imports them under names of its own, which go to rename.
func (s *source) qualify(constraint ast.Expr, alias string, rename map[string]string, g *generics) {
	eachName(constraint, func(id *ast.Ident) {
		if rename[id.Name] != "" || types.Universe.Lookup(id.Name) != nil {
			return
		}
		if spec, _ := s.dir.typeDecl(id.Name, s); spec != nil {
			return
		}
		name := alias + "_" + id.Name
		if p := importNamed(s.file, id.Name); p != "" {
			rename[id.Name] = name
			g.imports = append(g.imports, name+" "+strconv.Quote(p))
		} else if p := importNamed(s.file, "."); p != "" {
			rename[id.Name] = name + "." + id.Name
			g.imports = append(g.imports, name+" "+strconv.Quote(p))
		}
	})
}

// importNamed finds the path of the import that name stands for in a file. What a package
// calls itself is not known, but mostly it is how its path ends, and nearly always it is
// part of that.
func importNamed(file *ast.File, name string) string {
	best, rank := "", 0
	for _, imp := range file.Imports {
		p, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue
		}
		r := 1
		switch {
		case imp.Name != nil && imp.Name.Name == name:
			return p
		case imp.Name != nil:
			continue
		case path.Base(p) == name:
			r = 3
		case strings.Contains(p, name):
			r = 2
		}
		if r > rank {
			best, rank = p, r
		}
	}
	return best
}

// typeDecl finds the declaration of a type in the package of s, first in s itself.
func (d *directory) typeDecl(name string, s *source) (*ast.TypeSpec, *source) {
	for _, other := range append([]*source{s}, d.sources...) {
		if other.generated {
			continue
		}
		file := other.syntax()
		if file == nil || file.Name.Name != s.file.Name.Name {
			continue
		}
		for _, decl := range file.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				if ts := spec.(*ast.TypeSpec); ts.Name.Name == name {
					return ts, other.whole
				}
			}
		}
	}
	return nil, nil
}

// syntax gives the declarations of a file. Those of a file without directives are parsed
// only if they are asked for, with positions in a file set of their own.
func (s *source) syntax() *ast.File {
	if s.file != nil {
		s.whole = s
	}
	if s.whole == nil {
		w := &source{dir: s.dir, path: s.path, text: s.text, fset: token.NewFileSet()}
		w.file, _ = parser.ParseFile(w.fset, s.path, s.text, parser.SkipObjectResolution)
		s.whole = w
	}
	return s.whole.file
}
