package emit

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A type that is declared inside the function moves to the top of Poll under its own name,
// so that %T shows what it shows in the plain function (see typeNest for several types of one
// name). A literal that awaits has a Poll of its own, and both must mean the same type: one
// that a literal needs moves to package level, under a name that is free there, and both have
// an alias for it. If it is embedded somewhere, its name is that of a field, and so it keeps it
// there too, if the package has no other use for it.

// ownTypeNames finds the local types that keep their names at package level: the first that is
// called so. All files of a package agree about them.
func (u *unit) ownTypeNames() {
	u.ownNames = map[types.Object]string{}
	for _, fn := range u.pkg.Funcs {
		for _, t := range parse.EmbeddedLocals(fn) {
			if ownParams(t).Len() == 0 && !u.scope.taken[t.Name()] && !u.pkg.Elsewhere[t.Name()] {
				u.scope.take(t.Name())
				u.ownNames[t] = t.Name()
			}
		}
	}
}

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
				if shared[n] = u.ownNames[n]; shared[n] == "" {
					shared[n] = u.scope.pick(parse.LowerFirst(m.Func.Names.Future) + parse.UpperFirst(n.Name()))
				}
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
	switch name := b.u.all[b.u.m].shared[b.info().Defs[t.Name]]; name {
	case "":
		return nil
	case t.Name.Name: // an alias would mean itself
		return jen.Id("_").Op("=").Id(name)
	default:
		return b.u.aliasOf(b.info().Defs[t.Name], t.Name.Name)
	}
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
			u.out.Type().Id(name).Add(u.declareParams(u.m.Func.TypeParams, ownParams(obj))).Op("=").Add(u.typ(types.Unalias(obj.Type())))
		} else {
			u.out.Type().Id(name).Add(u.declareParams(u.m.Func.TypeParams, ownParams(obj))).Add(u.typ(obj.Type().Underlying()))
		}
	}
}

// embeds reports an embedded field whose type has to have another name: the field would
// have it too.
func (u *unit) embeds(pos token.Pos, name string) {
	u.problems = append(u.problems, problem{pos, fmt.Sprintf(
		"the local type %s is embedded in another one, but generated code has to declare it under another name, which would be the field's too, since something else has this one; rename it, declare it at package level, or give the field a name", name)})
}

// checkEmbedded looks for embedded fields of local types that have another name here.
func (u *unit) checkEmbedded(m *lower.Machine) {
	for _, id := range embeddedNames(m.Func.Body) {
		obj := u.pkg.Info.Uses[id]
		if name := u.names.decls[obj]; name != "" && name != id.Name && !u.names.scoped[obj] {
			u.embeds(id.Pos(), id.Name)
		}
	}
}

// hoisted writes the constants and types at the top of Poll: its own, and the constants of
// the functions around a literal. What comes after it stands in the innermost of the blocks.
func (u *unit) hoisted(b *bodyWriter) (blocks [][]jen.Code) {
	b.inline, b.aliases, b.named = map[*lower.Var]string{}, map[*lower.Var]string{}, map[string]bool{}
	nest := &typeNest{b: b, blocks: [][]jen.Code{u.outsideDecls()}, means: map[string]types.Object{}}
	var around []*lower.Machine // the outermost first: what is inside refers to it
	for m := u.m; m != nil; m = m.Outer {
		around = append(around, m)
	}
	for _, m := range slices.Backward(around) {
		for _, g := range m.Decls {
			if g.Tok == token.CONST {
				nest.add(b.constants(g))
				continue
			}
			for _, spec := range g.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				obj := u.pkg.Info.Defs[t.Name]
				if shared := u.all[m].shared[obj]; shared != "" {
					if shared == u.names.decls[obj] {
						continue // it has this name at package level
					}
					nest.add(jen.Type().Add(u.aliasOf(obj, u.names.decls[obj])))
				} else if m == u.m {
					nest.declare(t, obj)
				}
			}
		}
	}
	for i, s := range u.names.structs {
		if i == 0 || s.name != u.names.structs[i-1].name {
			nest.unnamed(s)
		}
	}
	return nest.blocks
}

// nameStructs names what unnamedStructs lists.
func (u *unit) nameStructs() {
	for _, st := range u.unnamedStructs() {
		t := u.pkg.Info.TypeOf(st)
		name := u.structAlias(nil, t)
		if name == "" {
			name = u.names.inner.pick("embedding")
		}
		u.names.structs = append(u.names.structs, structAlias{st, t, name})
	}
	slices.SortStableFunc(u.names.structs, func(a, b structAlias) int { return strings.Compare(a.name, b.name) })
}

// unnamedStructs lists the struct types that the machine writes elsewhere than in the types that have
// moved to the top of Poll, and that embed one of several local types of one name.
func (u *unit) unnamedStructs() (out []*ast.StructType) {
	inner := map[ast.Node]bool{}
	for _, lit := range slices.Concat(u.m.Func.Lits, u.m.Func.Closures) {
		inner[lit.Lit] = true
	}
	for _, g := range u.m.Decls {
		inner[g] = true
	}
	ast.Inspect(u.m.Func.Body, func(n ast.Node) bool {
		st, ok := n.(*ast.StructType)
		if !ok {
			return !inner[n]
		}
		if slices.ContainsFunc(embeddedNames(st), func(id *ast.Ident) bool { return u.names.scoped[u.pkg.Info.Uses[id]] }) {
			out = append(out, st)
			return false
		}
		return true
	})
	return out
}

// A typeNest is a nest of blocks for local types that have one name in the source. Each is
// declared under that name, which %T shows, in a block of its own, and the rest of Poll knows
// it by an alias:
//
//	type T struct{ s string }
//	type T2 = T
//	{
//		type T float64
//		type T3 = T
//		…
//
// The name of an embedded field is that of its type. Where it means another one by now, it
// is declared once more, as an alias in a further block. So a struct type without a name that embeds
// one of them gets an alias there.
type typeNest struct {
	b      *bodyWriter
	blocks [][]jen.Code
	means  map[string]types.Object // what the names mean at this point
}

func (x *typeNest) add(c ...jen.Code) {
	last := len(x.blocks) - 1
	x.blocks[last] = append(x.blocks[last], c...)
}

// enter makes a name free for another meaning.
func (x *typeNest) enter(name string, obj types.Object) {
	if x.means[name] != nil {
		x.blocks = append(x.blocks, nil)
	}
	x.means[name] = obj
}

func (x *typeNest) declare(t *ast.TypeSpec, obj types.Object) {
	n := x.b.u.names
	restore := x.embed(t)
	name := n.decls[obj]
	if n.scoped[obj] {
		x.enter(t.Name.Name, obj)
		n.decls[obj] = t.Name.Name
	}
	x.add(jen.Type().Add(x.b.parts(t)))
	n.decls[obj] = name
	restore()
	if n.scoped[obj] {
		x.add(jen.Type().Id(name).Op("=").Id(t.Name.Name))
	}
}

// embed gives the types that are embedded in t their own names, until restore is called.
func (x *typeNest) embed(t ast.Node) (restore func()) {
	n := x.b.u.names
	aliases := map[types.Object]string{}
	for _, id := range embeddedNames(t) {
		e := x.b.info().Uses[id]
		if !n.scoped[e] || aliases[e] != "" {
			continue
		}
		if x.means[id.Name] != e {
			x.enter(id.Name, e)
			x.add(jen.Type().Id(id.Name).Op("=").Id(n.decls[e]))
		}
		aliases[e] = n.decls[e]
		n.decls[e] = id.Name
	}
	return func() { maps.Copy(n.decls, aliases) }
}

// unnamed declares the alias of a struct type that has no name.
func (x *typeNest) unnamed(s structAlias) {
	restore := x.embed(s.node)
	x.add(jen.Type().Id(s.name).Op("=").Add(x.b.parts(s.node)))
	restore()
}

// A structAlias is the name of a struct type that has none in the source.
type structAlias struct {
	node *ast.StructType
	typ  types.Type
	name string
}

// structAlias gives the name that n, a node, or t, a type, has in the Poll that is written, or "".
func (u *unit) structAlias(n ast.Node, t types.Type) string {
	if u.names == nil {
		return ""
	}
	for _, s := range u.names.structs {
		if n == s.node || t != nil && types.Identical(t, s.typ) {
			return s.name
		}
	}
	return ""
}

// embeddedNames lists the unqualified names of the types that are embedded in t.
func embeddedNames(t ast.Node) (out []*ast.Ident) {
	ast.Inspect(t, func(n ast.Node) bool {
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
				out = append(out, id)
			}
		}
		return true
	})
	return out
}
