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
		b.hoisting = true
		defer func() { b.hoisting = false }()
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

// constant gives the value of a constant expression that mentions a variable, such as the
// length of an array: the variable may have no place here. Of an expression that has to stay, only the
// parts that mention one are replaced.
func (s *splicer) constant(e ast.Expr) jen.Code {
	b := s.b
	tv := b.info().Types[e]
	if tv.Value == nil || b.asWritten {
		return nil
	}
	ours, stays := b.mentions(e)
	if !ours || (stays || s.operand) && !b.isBuiltinCall(e) {
		return nil
	}
	lit := jen.Id(b.u.constant(tv.Value, tv.Type))
	basic, ok := tv.Type.(*types.Basic)
	switch {
	case ok && basic.Kind() == types.Int && s.operand:
		// A bare number would have the type of the other operand. That the source calls len or
		// cap here shows that the names have their usual meaning.
		call := ast.Unparen(e.(*ast.CallExpr).Fun).(*ast.Ident)
		return jen.Id(call.Name).Call(jen.Index(lit).Struct().Values())
	case ok && (basic.Kind() == types.Int || basic.Info()&types.IsUntyped != 0):
		return lit
	}
	return jen.Add(b.u.typ(tv.Type)).Parens(lit)
}

// mentions reports whether a constant expression mentions variables of the machine, and whether it has to
// stay as it is: because of iota, for later lines of its declaration may repeat it, or of a variable that
// stays where it is declared, and that nothing else may use.
func (b *bodyWriter) mentions(e ast.Expr) (ours, stays bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		switch obj := b.info().Uses[id].(type) {
		case *types.Const:
			stays = stays || obj.Parent() == types.Universe && obj.Name() == "iota"
		case *types.Var:
			if obj.IsField() || obj.Parent() == obj.Pkg().Scope() {
				break
			}
			if m, _ := b.u.m.Lookup(obj); m != nil || b.hoisting {
				ours = true
			} else {
				stays = true
			}
		}
		return true
	})
	return ours, stays
}

// isBuiltinCall reports whether e calls a predeclared function, or one of package unsafe.
func (b *bodyWriter) isBuiltinCall(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && b.info().Types[call.Fun].IsBuiltin()
}

// mixedOperation writes a constant operation that has to stay.
func (s *splicer) mixedOperation(e *ast.BinaryExpr) bool {
	if s.b.info().Types[e].Value == nil || s.b.asWritten {
		return false
	}
	if ours, stays := s.b.mentions(e); !ours || !stays {
		return false
	}
	outer := s.operand
	s.operand = true
	s.walk(e.X, false)
	s.walk(e.Y, false)
	s.operand = outer
	return true
}
