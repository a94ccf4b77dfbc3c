package emit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A type that is declared inside the function moves to the top of Poll under its own name,
// so that %T shows what it shows in the plain function. A literal that awaits has a Poll of
// its own, and both must mean the same type: one that a literal needs moves to package
// level, under a name that is free there, and both have an alias for it.

// shareTypes finds the types of m that its literals need and names them.
func (u *unit) shareTypes(m *lower.Machine) map[types.Object]string {
	shared := map[types.Object]string{}
	declared := map[*types.TypeName]bool{}
	lits := slices.Concat(m.Lits, m.Closures)
	if len(lits) == 0 {
		return shared
	}
	for _, t := range u.localTypes(m) {
		declared[u.pkg.Info.Defs[t.Name].(*types.TypeName)] = true
	}
	if len(declared) == 0 {
		return shared
	}
	var need func(t types.Type)
	need = func(t types.Type) {
		lower.Mentions(t, func(n *types.TypeName) bool {
			if declared[n] && shared[n] == "" {
				shared[n] = u.scope.pick(parse.LowerFirst(m.Func.Names.Future) + parse.UpperFirst(n.Name()))
				need(n.Type().Underlying())
			}
			return false
		})
	}
	for _, lit := range lits {
		u.eachType(lit, need)
	}
	return shared
}

// localTypes lists the declarations of types in m, those in its plain literals included.
func (u *unit) localTypes(m *lower.Machine) (specs []*ast.TypeSpec) {
	inner := map[ast.Node]bool{}
	for _, lit := range slices.Concat(m.Func.Lits, m.Func.Closures) {
		inner[lit.Lit] = true
	}
	ast.Inspect(m.Func.Body, func(n ast.Node) bool {
		if t, ok := n.(*ast.TypeSpec); ok {
			specs = append(specs, t)
		}
		return !inner[n]
	})
	return specs
}

// sharedAlias writes the declaration of a local type that has moved to package level, in the
// place where the source has it.
func (b *bodyWriter) sharedAlias(t *ast.TypeSpec) jen.Code {
	if name := b.u.all[b.u.m].shared[b.info().Defs[t.Name]]; name != "" {
		return jen.Id(t.Name.Name).Op("=").Id(name).Add(b.u.typeArgs())
	}
	return nil
}

// sharedName is the name at package level of a local type that has moved there, or "".
func (u *unit) sharedName(obj types.Object) string {
	for m := u.m; m != nil; m = m.Outer {
		if n := u.all[m]; n != nil && n.shared[obj] != "" {
			return n.shared[obj]
		}
	}
	return ""
}

// eachType visits the types of everything that a literal refers to.
func (u *unit) eachType(lit *lower.Machine, visit func(types.Type)) {
	for _, v := range lit.Vars {
		for _, t := range append(v.TypeArgs, v.Type) {
			visit(t)
		}
	}
	ast.Inspect(lit.Func.Lit, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj := u.pkg.Info.ObjectOf(id); obj != nil {
				visit(obj.Type())
			}
		}
		return true
	})
}

// sharedTypes declares at package level what literals need.
func (u *unit) sharedTypes() {
	for _, t := range u.localTypes(u.m) {
		obj := u.pkg.Info.Defs[t.Name]
		name := u.all[u.m].shared[obj]
		if name == "" {
			continue
		}
		u.out.Commentf("%s is the type %s of [%s], which a literal in it uses too.", name, t.Name.Name, u.m.Func.Names.Func)
		if t.Assign.IsValid() {
			u.out.Type().Id(name).Add(u.typeParams()).Op("=").Add(u.typ(types.Unalias(obj.Type())))
		} else {
			u.out.Type().Id(name).Add(u.typeParams()).Add(u.typ(obj.Type().Underlying()))
		}
	}
}

// embeds reports an embedded field whose type has to have another name: the field would
// have it too.
func (u *unit) embeds(pos token.Pos, name string) {
	u.problems = append(u.problems, problem{pos, fmt.Sprintf(
		"the local type %s is embedded, but generated code has to declare it under another name, which would be the field's too; rename the type so that it is the only one of its name in the function, and do not use it in a literal that awaits", name)})
}

// checkEmbedded looks for embedded fields of local types that have another name here.
func (u *unit) checkEmbedded(m *lower.Machine) {
	var root ast.Node = m.Func.Body
	ast.Inspect(root, func(n ast.Node) bool {
		st, ok := n.(*ast.StructType)
		if !ok {
			return true
		}
		for _, f := range st.Fields.List {
			if len(f.Names) > 0 {
				continue
			}
			e := ast.Unparen(f.Type)
			if star, ok := e.(*ast.StarExpr); ok {
				e = star.X
			}
			if id, ok := e.(*ast.Ident); ok {
				if name := u.names.decls[u.pkg.Info.Uses[id]]; name != "" && name != id.Name {
					u.embeds(id.Pos(), id.Name)
				}
			}
		}
		return true
	})
}

// hoisted writes the constants and types at the top of Poll: its own, and the constants of
// the functions around a literal.
func (u *unit) hoisted(b *bodyWriter) []jen.Code {
	out := u.outsideConsts()
	b.inline, b.aliases, b.named = map[*lower.Var]string{}, map[*lower.Var]string{}, map[string]bool{}
	var around []*lower.Machine // the outermost first: what is inside refers to it
	for m := u.m; m != nil; m = m.Outer {
		around = append(around, m)
	}
	for _, m := range slices.Backward(around) {
		for _, g := range m.Decls {
			switch {
			case g.Tok == token.CONST:
				out = append(out, b.constants(g))
			case m == u.m:
				for _, spec := range g.Specs {
					if t := spec.(*ast.TypeSpec); u.all[m].shared[u.pkg.Info.Defs[t.Name]] == "" {
						out = append(out, jen.Type().Add(b.parts(t)))
					}
				}
			}
			for _, spec := range g.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok {
					obj := u.pkg.Info.Defs[t.Name]
					if name := u.all[m].shared[obj]; name != "" {
						out = append(out, jen.Type().Id(u.names.decls[obj]).Op("=").Id(name).Add(u.typeArgs()))
					}
				}
			}
		}
	}
	return out
}
