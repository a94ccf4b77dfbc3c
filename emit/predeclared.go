package emit

import (
	"go/types"
	"strconv"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/internal/typeset"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A package may declare len, nil or int itself, and then generated code cannot use the
// predeclared one. Functions have stand-ins in the runtime, types in a package of aliases. For
// recover there can be none, nor for true, and the user is told.

// redeclared reports whether name means something of the package's own in this file.
func (u *unit) redeclared(name string) bool {
	return u.pkg.Types.Scope().Lookup(name) != nil
}

// predeclaredType writes the name of a predeclared type, or of a value that has no stand-in.
func (u *unit) predeclaredType(name string) *jen.Statement {
	if !u.redeclared(name) {
		return jen.Id(name)
	}
	if _, ok := types.Universe.Lookup(name).(*types.TypeName); ok {
		return u.qual(parse.RuntimePath+"/predeclared", "predeclared", parse.UpperFirst(name))
	}
	u.missing[name] = true
	return jen.Id(name)
}

// reportMissing tells which declarations of the package are in the way.
func (u *unit) reportMissing(diags *diag.List) {
	for name := range u.missing {
		diags.Add(u.pkg.Types.Scope().Lookup(name).Pos(),
			"%s is declared here, but the code generated for %s needs the predeclared one; rename this declaration",
			name, u.src.Funcs[0].Names.Func)
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

// recoverCall writes a call of recover, which has no stand-in: only a deferred function
// itself can recover.
func (u *unit) recoverCall() *jen.Statement {
	u.predeclaredType("recover")
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
