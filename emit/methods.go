package emit

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// leaveMethod runs the deferred calls when the body ends otherwise than by a return.
func (u *unit) leaveMethod() {
	n := u.names
	f := jen.Id(n.recv)
	state := jen.Add(f).Dot(n.state)
	b := &bodyWriter{u: u}
	unwind := jen.Add(f).Dot(n.defers).Dot("Unwind").Call(u.recovered())
	body := []jen.Code{
		jen.If(jen.Add(state).Op("!=").Id(u.pn.running)).Block(jen.Return()),
		jen.Add(state).Op("=").Id(u.pn.done),
	}
	if st := u.m.ExitState; st != nil {
		body = append(body, b.setPolled()...)
		suspend := b.suspend(st)
		suspend[len(suspend)-1] = jen.Return() // what is in out is pending
		unwind = jen.If(jen.Op("!").Add(f).Dot(n.defers).Dot("UnwindPoll").Call(jen.Id(n.cx), u.recovered())).Block(suspend...)
	}
	u.out.Commentf("%s runs the deferred calls if the body ends with a panic or with runtime.Goexit.", n.leave)
	u.out.Func().Params(u.receiver()).Id(n.leave).Params(u.leaveParams(u.leaveArgs(
		jen.Id(n.cx).Op("*").Add(u.rt(symContext)),
		jen.Id(n.out).Op("*").Add(u.rt(symPoll).Types(u.valueType(u.m.Func))))...)...).Block(append(body,
		unwind,
		jen.Op("*").Id(n.out).Op("=").Add(b.outcome()),
	)...)
}

// leaveArgs are the parameters or arguments of leave: it needs a context to await with.
func (u *unit) leaveArgs(cx, out jen.Code) []jen.Code {
	if u.m.ExitState == nil {
		return []jen.Code{out}
	}
	return []jen.Code{cx, out}
}

// awaitMethod writes Await, which blocks a goroutine and has the results of the source.
func (u *unit) awaitMethod() {
	fn := u.m.Func
	sig := fn.Sig
	values, hasErr := splitResults(sig)
	p := jen.Id(u.names.poll)
	var list []jen.Code
	switch len(values) {
	case 0:
	case 1:
		list = append(list, jen.Add(p).Dot("Value"))
	default:
		for _, name := range resultFields(values) {
			list = append(list, jen.Add(p).Dot("Value").Dot(name))
		}
	}
	if hasErr {
		list = append(list, jen.Add(p).Dot("Err"))
	}
	block := u.rt(symBlock).Types(u.valueType(fn)).Call(
		jen.Id(u.names.recv), jen.Parens(jen.Op("*").Add(u.future(u.m))).Dot("Poll"))
	u.out.Comment("Await runs the machine to its end and blocks the goroutine meanwhile. In a function")
	u.out.Comment("with a directive it is the marker that suspends.")
	s := jen.Func().Params(u.receiver()).Id("Await").Add(u.resultList(sig))
	if len(list) == 0 {
		u.out.Add(s.Block(block))
		return
	}
	u.out.Add(s.Block(jen.Add(p).Op(":=").Add(block), jen.Return(list...)))
}

// resultList writes the results of a signature, with their names where those hide nothing
// that Await needs.
func (u *unit) resultList(sig *types.Signature) *jen.Statement {
	results := sig.Results()
	if results.Len() == 0 {
		return jen.Params()
	}
	keep := results.At(0).Name() != ""
	for r := range results.Variables() {
		name := r.Name()
		if name == u.names.recv || name == u.names.poll || u.aliases[name] || u.isTypeName(name) {
			keep = false
		}
	}
	var list []jen.Code
	for r := range results.Variables() {
		t := u.typ(r.Type())
		if keep {
			t = jen.Id(r.Name()).Add(t)
		}
		list = append(list, t)
	}
	if len(list) == 1 && !keep {
		return jen.Params().Add(list[0])
	}
	return jen.Params().Params(list...)
}

// isTypeName reports whether name may be that of a type which a method has to mention: one of the
// package, of a dot import, a predeclared one, or one that is generated for this function.
func (u *unit) isTypeName(name string) bool {
	if names := u.m.Func.Names; name == names.Future || name == names.Result {
		return true
	}
	_, obj := u.pkg.Info.Scopes[u.src.Syntax].LookupParent(name, token.NoPos)
	return obj != nil && (isType(obj) || obj.Parent() == types.Universe)
}

// cancelMethod writes Cancel: the child first, then the deferred calls.
func (u *unit) cancelMethod() {
	m, n := u.m, u.names
	f := jen.Id(n.recv)
	field := jen.Add(f).Dot(n.state)
	b := &bodyWriter{u: u}
	var clauses []jen.Code
	for _, st := range m.States {
		if st.Block.Await.Child == nil {
			clauses = append(clauses, jen.Case(jen.Id(u.pn.states[st])).Block())
			continue
		}
		if !u.cancels(st.Block.Await.Child) {
			continue
		}
		child := b.childOperand(st.Block.Await)
		if v := st.Block.Await.Child; v.Storage == lower.Boxed {
			// Its type has a name in Poll only.
			child = u.field(v, 0).Assert(jen.Interface(jen.Id("Cancel").Params()))
		}
		clauses = append(clauses, jen.Case(jen.Id(u.pn.states[st])).Block(child.Dot("Cancel").Call()))
	}
	if st := m.ExitState; st != nil {
		clauses = append(clauses, jen.Case(jen.Id(u.pn.states[st])).Block(jen.Add(f).Dot(n.defers).Dot("CancelAwait").Call()))
	}
	state := jen.Id(n.cancelState)
	var body []jen.Code
	body = append(body, jen.Add(state).Op(":=").Add(field))
	if m.Exit {
		body = append(body,
			jen.If(jen.Add(state).Op("==").Id(u.pn.running)).Block(jen.Return()),
			jen.Add(field).Op("=").Id(u.pn.done),
			jen.If(jen.Add(state).Op("==").Id(u.pn.start).Op("||").Add(state).Op("==").Id(u.pn.done)).Block(jen.Return()),
		)
		if n.polled != "" && u.m.ExitState != nil {
			body = append(body, jen.Add(f).Dot(n.polled).Op("=").Add(u.nilOf(jen.Op("*").Add(u.rt(symContext)))))
		}
		body = append(body,
			jen.Defer().Add(f).Dot(n.defers).Dot("Canceled").Call(jen.Add(f).Dot(n.defers).Dot("Mark").Call()),
		)
	} else {
		body = append(body, jen.Add(field).Op("=").Id(u.pn.done))
	}
	if len(clauses) > 0 {
		body = append(body, jen.Switch(state).Block(clauses...))
	} else if !m.Exit {
		body = body[1:]
	}
	if m.Exit && len(m.States) == 0 && m.ExitState == nil {
		// Never suspended: there is nothing to cancel.
		body = []jen.Code{jen.If(jen.Add(field).Op("==").Id(u.pn.start)).Block(jen.Add(field).Op("=").Id(u.pn.done))}
	}
	if isStream(m.Func) {
		u.out.Comment("Cancel ends the stream at the await or yield where it stands, as runtime.Goexit would.")
	} else {
		u.out.Comment("Cancel ends the machine at the await where it stands, as runtime.Goexit would.")
	}
	u.out.Func().Params(u.receiver()).Id("Cancel").Params().Block(body...)
}

// cancels reports whether a future has a method Cancel. One that can be polled need not.
func (u *unit) cancels(child *lower.Var) bool {
	if child.Type == nil {
		return true
	}
	obj, _, _ := types.LookupFieldOrMethod(child.Type, true, u.pkg.Types, "Cancel")
	fn, ok := obj.(*types.Func)
	return ok && fn.Signature().Params().Len() == 0
}

// short is an operand without its arguments.
func short(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return short(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		return short(e.Fun)
	case *ast.ParenExpr:
		return short(e.X)
	case *ast.StarExpr:
		return short(e.X)
	case *ast.UnaryExpr:
		return short(e.X)
	case *ast.IndexExpr:
		return short(e.X) + "[…]"
	case *ast.TypeAssertExpr:
		return short(e.X)
	}
	return "a future"
}
