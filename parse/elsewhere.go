package parse

import (
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strconv"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// A local type may have to move to package level under its own name, because it is embedded. The
// name must be free there in every build: in files that build constraints leave out as well, and
// in tests.

// elsewhere collects the names that mean something at package level, or in one file, in the files
// of the folder that have no directives, if some local type may need to know.
func (u *unit) elsewhere(p *Package) map[string]bool {
	if !slices.ContainsFunc(p.Funcs, func(fn *Func) bool { return len(EmbeddedLocals(fn)) > 0 }) {
		return nil
	}
	names := make(map[string]bool)
	for _, s := range u.target.dir.sources {
		if s.generated {
			continue
		}
		file := s.syntax()
		if file == nil {
			continue
		}
		for _, imp := range file.Imports {
			if imp.Name != nil {
				names[imp.Name.Name] = true
			} else if p, err := strconv.Unquote(imp.Path.Value); err == nil {
				names[path.Base(p)] = true
			}
		}
		for _, d := range file.Decls {
			for _, id := range declaredNames(d) {
				names[id.Name] = true
			}
		}
	}
	return names
}

// declaredNames lists what a declaration declares at package level.
func declaredNames(d ast.Decl) (ids []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			ids = append(ids, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				ids = append(ids, spec.Name)
			case *ast.ValueSpec:
				ids = append(ids, spec.Names...)
			}
		}
	}
	return ids
}

// EmbeddedLocals lists the local types of a function that are embedded in a struct which its
// literals with machines use, so that both have to be declared at package level, if the name of
// the type means nothing else in the function.
func EmbeddedLocals(fn *Func) []*types.TypeName {
	if fn.Decl == nil || fn.TypeParams.Len() > 0 {
		return nil
	}
	e := &embeddedLocals{fn: fn, seen: make(map[*types.TypeName]bool)}
	e.literals(fn)
	return slices.DeleteFunc(e.found, func(obj *types.TypeName) bool { return !meansOnly(fn, obj) })
}

type embeddedLocals struct {
	fn    *Func
	found []*types.TypeName
	seen  map[*types.TypeName]bool
}

func (e *embeddedLocals) literals(fn *Func) {
	for _, lit := range slices.Concat(fn.Lits, fn.Closures) {
		ast.Inspect(lit.Lit, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if obj := fn.Pkg.Info.ObjectOf(id); obj != nil {
					e.uses(obj.Type(), lit)
				}
			}
			return true
		})
		e.literals(lit)
	}
}

// uses looks at a type that a literal uses, and at what the local types in it consist of.
func (e *embeddedLocals) uses(t types.Type, lit *Func) {
	typeset.PartOf(t, func(t types.Type) bool {
		if name := nameOf(t); name != nil {
			if e.outside(name, lit) && !e.seen[name] {
				e.seen[name] = true
				e.uses(types.Unalias(t).Underlying(), lit)
			}
			return false
		}
		if st, ok := t.(*types.Struct); ok {
			for f := range st.Fields() {
				if name := EmbeddedType(f); name != nil && e.outside(name, lit) && !slices.Contains(e.found, name) {
					e.found = append(e.found, name)
				}
			}
		}
		return false
	})
}

// outside reports whether a type is declared in the function, but not in the literal.
func (e *embeddedLocals) outside(obj types.Object, lit *Func) bool {
	in := func(n ast.Node) bool { return n.Pos() <= obj.Pos() && obj.Pos() < n.End() }
	return in(e.fn.Body) && !in(lit.Lit)
}

// nameOf gives the name of a type that has one of its own.
func nameOf(t types.Type) *types.TypeName {
	switch t := t.(type) {
	case *types.Alias:
		return t.Obj()
	case *types.Named:
		return t.Obj()
	}
	return nil
}

// EmbeddedType gives the name of the type that a field embeds, or nil.
func EmbeddedType(f *types.Var) *types.TypeName {
	if !f.Embedded() {
		return nil
	}
	t := f.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	return nameOf(t)
}

// meansOnly reports whether the name of obj means nothing else in the function, but for fields.
func meansOnly(fn *Func, obj types.Object) bool {
	only := true
	ast.Inspect(fn.Decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == obj.Name() {
			switch other := fn.Pkg.Info.ObjectOf(id).(type) {
			case nil:
				only = false // a label, or the symbol of a type switch
			case *types.Var:
				only = only && other.IsField()
			default:
				only = only && other == obj
			}
		}
		return only
	})
	return only
}
