package emit

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"github.com/dave/jennifer/jen"
)

// constants writes a declaration of constants as it stands or, where one of them has to have
// another name here, by their values: an expression that later lines repeat may mean
// something else on each.
func (b *bodyWriter) constants(g *ast.GenDecl) *jen.Statement {
	renamed := false
	for _, spec := range g.Specs {
		for _, id := range spec.(*ast.ValueSpec).Names {
			if obj := b.info().Defs[id]; obj != nil && b.u.names.decls[obj] != "" {
				renamed = renamed || b.u.names.decls[obj] != id.Name
			}
		}
	}
	if !renamed {
		return b.parts(g)
	}
	var defs []jen.Code
	for _, spec := range g.Specs {
		for _, id := range spec.(*ast.ValueSpec).Names {
			c, ok := b.info().Defs[id].(*types.Const)
			if !ok || id.Name == "_" {
				continue
			}
			d := jen.Id(b.u.names.decls[c])
			if basic, ok := c.Type().(*types.Basic); !ok || basic.Info()&types.IsUntyped == 0 {
				d.Add(b.u.typ(c.Type()))
			}
			defs = append(defs, d.Op("=").Id(b.u.constant(c.Val(), c.Type())))
		}
	}
	return jen.Const().Defs(defs...)
}

// constant writes a constant as [literal] does, in a package that may redeclare true.
func (u *unit) constant(v constant.Value, t types.Type) string {
	if v.Kind() == constant.Bool {
		return u.truth(constant.BoolVal(v))
	}
	return literal(v, t)
}

// literal writes a constant so that it has the kind of t: an untyped rune stays one.
func literal(v constant.Value, t types.Type) string {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return v.ExactString()
	}
	switch basic.Kind() {
	case types.UntypedRune:
		return `'\x00' + ` + v.ExactString()
	case types.UntypedFloat:
		return floating(v)
	case types.UntypedComplex, types.Complex64, types.Complex128:
		return floating(constant.Real(v)) + " + " + floating(constant.Imag(v)) + "*1i"
	case types.Float32, types.Float64:
		return floating(v)
	}
	return v.ExactString()
}

// floating writes a number as a floating-point expression; a fraction is exact.
func floating(v constant.Value) string {
	num, den, fraction := strings.Cut(constant.ToFloat(v).ExactString(), "/")
	if !strings.ContainsAny(num, ".epx") {
		num += ".0"
	}
	if fraction {
		return num + " / " + den + ".0"
	}
	return num
}
