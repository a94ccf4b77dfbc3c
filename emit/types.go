package emit

import (
	"fmt"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// typ writes a type as this file would.
func (u *unit) typ(t types.Type) *jen.Statement {
	if u.stands != nil {
		if s := u.stands.stand(t); s != nil {
			return s
		}
	}
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return u.qual("unsafe", "unsafe", "Pointer")
		}
		return u.predeclaredType(t.Name())
	case *types.Alias:
		if t.Obj().Pkg() == nil { // any
			return u.predeclaredType(t.Obj().Name())
		}
		if lower.HasNoName(t.Obj(), u.pkg) {
			return u.typ(types.Unalias(t))
		}
		return u.typeName(t.Obj(), t.TypeArgs())
	case *types.Named:
		if lower.HasNoName(t.Obj(), u.pkg) {
			u.mentions(t)
		}
		return u.typeName(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return jen.Id(u.typeParam(t))
	case *types.Pointer:
		return jen.Op("*").Add(u.typ(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(u.typ(t.Elem()))
	case *types.Array:
		return jen.Index(jen.Lit(int(t.Len()))).Add(u.typ(t.Elem()))
	case *types.Map:
		return jen.Map(u.typ(t.Key())).Add(u.typ(t.Elem()))
	case *types.Chan:
		return u.chanType(t)
	case *types.Signature:
		return jen.Func().Add(u.signature(t))
	case *types.Struct:
		if name := u.structAlias(nil, t); name != "" {
			return jen.Id(name)
		}
		return u.structType(t)
	case *types.Interface:
		return u.interfaceType(t)
	case *types.Union:
		return u.unionType(t)
	}
	panic("emit: type without a notation: " + t.String())
}

// mentions reports a type that would have to be written although it has no name here.
func (u *unit) mentions(t types.Type) {
	fn := u.src.Funcs[0]
	if u.m != nil {
		fn = u.m.Func
	}
	u.problems = append(u.problems, problem{fn.Body.Pos(), fmt.Sprintf(
		"the code generated for %s would have to mention the type %s, which has no name in this package; assign the value to a variable of an exported or interface type", fn.Names.Func, t)})
}

func (u *unit) typeName(obj *types.TypeName, args *types.TypeList) *jen.Statement {
	var list []jen.Code
	for a := range args.Types() {
		list = append(list, u.typ(a))
	}
	if name := u.sharedName(obj); name != "" {
		return jen.Id(name).Add(u.typeArgs(list...))
	}
	s := u.object(obj)
	if len(list) > 0 {
		s.Types(list...)
	}
	return s
}

// object refers to an object of package level, or to a local one by the name that it has
// here.
func (u *unit) object(obj types.Object) *jen.Statement {
	switch {
	case obj.Pkg() == nil:
		return u.predeclaredType(obj.Name())
	case u.names != nil && u.names.decls[obj] != "":
		return jen.Id(u.names.decls[obj])
	case obj.Pkg() == u.pkg.Types:
		return jen.Id(obj.Name())
	}
	return u.qual(obj.Pkg().Path(), obj.Pkg().Name(), obj.Name())
}

func (u *unit) chanType(t *types.Chan) *jen.Statement {
	elem := u.typ(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		return jen.Chan().Op("<-").Add(elem)
	case types.RecvOnly:
		return jen.Op("<-").Chan().Add(elem)
	}
	if c, ok := t.Elem().(*types.Chan); ok && c.Dir() == types.RecvOnly {
		elem = jen.Parens(elem)
	}
	return jen.Chan().Add(elem)
}

// signature writes parameters and results without names.
func (u *unit) signature(t *types.Signature) *jen.Statement {
	var params []jen.Code
	for i := range t.Params().Len() {
		params = append(params, u.paramType(t, i))
	}
	s := jen.Params(params...)
	var results []jen.Code
	for r := range t.Results().Variables() {
		results = append(results, u.typ(r.Type()))
	}
	switch len(results) {
	case 0:
	case 1:
		s.Add(results[0])
	default:
		s.Params(results...)
	}
	return s
}

func (u *unit) paramType(t *types.Signature, i int) *jen.Statement {
	p := t.Params().At(i).Type()
	if t.Variadic() && i == t.Params().Len()-1 {
		return jen.Op("...").Add(u.typ(p.(*types.Slice).Elem()))
	}
	return u.typ(p)
}

func (u *unit) structType(t *types.Struct) *jen.Statement {
	var fields []jen.Code
	for i := range t.NumFields() {
		f := t.Field(i)
		s := u.typ(f.Type())
		if !f.Embedded() {
			s = jen.Id(f.Name()).Add(s)
		} else if n := parse.EmbeddedType(f); u.sharedName(n) != "" && u.sharedName(n) != f.Name() {
			u.embeds(n.Pos(), f.Name())
		}
		if tag := t.Tag(i); tag != "" {
			s.Lit(tag)
		}
		fields = append(fields, s)
	}
	return jen.Struct(fields...)
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func (u *unit) interfaceType(t *types.Interface) *jen.Statement {
	var parts []jen.Code
	for m := range t.ExplicitMethods() {
		parts = append(parts, jen.Id(m.Name()).Add(u.signature(m.Type().(*types.Signature))))
	}
	for e := range t.EmbeddedTypes() {
		parts = append(parts, u.typ(e))
	}
	return jen.Interface(parts...)
}
