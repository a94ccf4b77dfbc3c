package emit

import (
	"go/types"
	"strconv"

	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A package may declare len, nil or int itself, and then generated code cannot use the
// predeclared one. Functions have stand-ins in the runtime, types in a package of aliases. What
// would call recover is called by such a stand-in, which is deferred in its place.

// redeclared reports whether name means something of the package's own in this file.
func (u *unit) redeclared(name string) bool {
	return u.pkg.Types.Scope().Lookup(name) != nil
}

// predeclaredType writes the name of a predeclared type.
func (u *unit) predeclaredType(name string) *jen.Statement {
	if !u.redeclared(name) {
		return jen.Id(name)
	}
	return u.qual(parse.RuntimePath+"/predeclared", "predeclared", parse.UpperFirst(name))
}

// truth writes a boolean constant.
func (u *unit) truth(value bool) string {
	switch name := strconv.FormatBool(value); {
	case !u.redeclared(name):
		return name
	case value:
		return "(0 == 0)"
	default:
		return "(0 != 0)"
	}
}

func (u *unit) newOf(t *jen.Statement) *jen.Statement {
	if u.redeclared("new") {
		return u.rt(symNew).Types(t).Call()
	}
	return jen.New(t)
}

// nilOf writes nil as the value of a pointer or interface of type t.
func (u *unit) nilOf(t *jen.Statement) *jen.Statement {
	if u.redeclared("nil") {
		return u.rt(symZero).Types(t).Call()
	}
	return jen.Nil()
}

// lenOf writes the length of the slice or string x.
func (b *bodyWriter) lenOf(x lower.Expr) *jen.Statement {
	if !b.u.redeclared("len") {
		return jen.Len(b.expr(x))
	}
	sym := symSliceLen
	if ref, ok := x.(lower.Ref); ok {
		if basic, ok := typeset.Core(ref.Var.Type).(*types.Basic); ok && basic.Info()&types.IsString != 0 {
			sym = symStringLen
		}
	}
	return b.u.rt(sym).Call(b.expr(x))
}

// panicCompleted writes what a poll after completion does.
func (u *unit) panicCompleted(name string) *jen.Statement {
	if u.redeclared("panic") {
		return u.rt(symPanicCompleted).Call(jen.Lit(name))
	}
	return jen.Panic(u.rt(symCompleted).Call(jen.Lit(name)))
}

// deferLeave defers leave, which needs what recover returns, with its arguments.
//
//	defer f.leave(&out)
//	defer rt.Recovering(func() bool { return f.state == fetchRunning }, func(v any) { f.leave(v, &out) })
func (u *unit) deferLeave(args ...jen.Code) *jen.Statement {
	n := u.names
	leave := jen.Id(n.recv).Dot(n.leave)
	if !u.redeclared("recover") {
		return jen.Defer().Add(leave).Call(args...)
	}
	v := jen.Id(u.own("v"))
	return jen.Defer().Add(u.rt(symRecovering)).Call(
		jen.Func().Params().Add(u.predeclaredType("bool")).Block(jen.Return(jen.Id(n.recv).Dot(n.state).Op("==").Id(u.pn.running))),
		jen.Func().Params(jen.Add(v).Add(u.predeclaredType("any"))).Block(leave.Call(append([]jen.Code{v}, args...)...)))
}

// leaveParams adds the parameter that deferLeave may have an argument for.
func (u *unit) leaveParams(params ...jen.Code) []jen.Code {
	if u.redeclared("recover") {
		return append([]jen.Code{jen.Id(u.own("v")).Add(u.predeclaredType("any"))}, params...)
	}
	return params
}

// recovered writes what recover returns in leave.
func (u *unit) recovered() *jen.Statement {
	if u.redeclared("recover") {
		return jen.Id(u.own("v"))
	}
	return jen.Recover()
}

// enumerate writes the constants of a type, from zero.
func (u *unit) enumerate(names []string, t string, comments map[string]string) []jen.Code {
	var out []jen.Code
	for i, name := range names {
		d := jen.Id(name)
		switch {
		case u.redeclared("iota"):
			d.Id(t).Op("=").Id(strconv.Itoa(i))
		case i == 0:
			d.Id(t).Op("=").Iota()
		}
		if c := comments[name]; c != "" {
			d.Comment(c)
		}
		out = append(out, d)
	}
	return out
}
