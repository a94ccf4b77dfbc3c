package emit

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// This file writes what the machine of a generator has in place of Poll, Await and Cancel:
// Next, which runs the body to its next yield, Stop, and what a range over it needs.

// generator writes everything that belongs to a generator.
func (u *unit) generator() {
	m := u.m
	if isCoroutine(m) {
		u.coroutine()
		return
	}
	u.assertion()
	u.constructor()
	u.states()
	if m.Walk != nil {
		u.walkTypes()
	}
	u.frameStruct()
	u.nextMethod()
	u.finishNextMethod()
	if m.Walk != nil {
		u.walkMethods()
	} else {
		u.stopMethod()
	}
	switch {
	case u.unwinds():
		u.deferringMethods()
	case m.Exit:
		u.leaveNextMethod()
		u.unwindMethods()
	}
	for _, c := range m.Closures {
		u.write(c)
	}
}

// iterConstructor writes the constructor: what stands before the return statement of the
// source, and a frame that begins with the variables as they are then.
func (u *unit) iterConstructor() {
	fn := u.m.Func
	if isCoroutine(u.m) {
		u.coroutineConstructor()
		return
	}
	u.hiddenFrame()
	params, recv, values := u.params(fn.Names.Future)
	body := u.prelude()
	for _, obj := range fn.Gen.Inits {
		if v, _ := u.m.Lookup(obj); v != nil && inFrame(v) {
			x := jen.Id(obj.Name())
			if v.Storage == lower.Cell || v.Storage == lower.Boxed {
				x = jen.Op("&").Id(obj.Name())
			}
			values[jen.Id(u.names.fields[v.Slot])] = x
		} else {
			body = append(body, jen.Id("_").Op("=").Id(obj.Name()))
		}
	}
	u.constructorComment()
	s := jen.Func()
	if recv != nil {
		s.Params(recv)
	}
	s.Id(fn.Names.Constructor)
	if recv == nil {
		s.Add(u.typeParams())
	}
	body = append(body, jen.Return(jen.Op("&").Add(u.future(u.m)).Values(values)))
	u.out.Add(s.Params(params...).Op("*").Add(u.future(u.m)).Block(body...))
}

// constructorComment says what the constructor makes.
func (u *unit) constructorComment() {
	fn := u.m.Func
	if isStream(fn) {
		u.out.Commentf("%s makes a stream of the elements of [%s]. It begins with the first poll of the future", fn.Names.Constructor, fn.Names.Func)
		u.out.Comment("of a Next; one that is not used up must be stopped or canceled.")
	} else {
		u.out.Commentf("%s makes an iterator over the elements of [%s], as iter.Pull does. It begins with the", fn.Names.Constructor, fn.Names.Func)
		u.out.Comment("first Next; one that is not used up must be stopped.")
	}
	u.out.Comment("")
	u.out.Comment("//async:new")
}

// hiddenFrame reports a name in front of the return statement that hides the machine's type.
func (u *unit) hiddenFrame() {
	fn := u.m.Func
	if len(fn.Gen.Prelude) == 0 {
		return
	}
	ast.Inspect(fn.Decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == fn.Names.Future && u.pkg.Info.Defs[id] != nil {
			u.problems = append(u.problems, problem{id.Pos(), id.Name + " hides the generated type of that name: rename it"})
		}
		return n != fn.Gen.Lit
	})
}

// prelude copies what stands before the return statement. Its variables are those of the
// constructor.
func (u *unit) prelude() []jen.Code {
	b := &bodyWriter{u: u, used: map[*lower.Block]bool{}, explained: map[*ast.CommentGroup]bool{}, asWritten: true}
	for _, s := range u.m.Func.Gen.Prelude {
		b.explainAt(s.Pos())
		b.lineAt(s.Pos())
		b.add(b.parts(s))
		b.endLine()
	}
	return b.stmts
}

// nextMethod writes Next.
func (u *unit) nextMethod() {
	b := &bodyWriter{u: u, used: map[*lower.Block]bool{}, explained: map[*ast.CommentGroup]bool{}}
	body := u.pollBody(b)
	if u.m.Walk != nil {
		u.out.Comment("step runs the body to its next element or to that of a machine inside it. It returns false")
		u.out.Comment("if there is none.")
		u.out.Func().Params(u.receiver()).Id("step").Params(jen.Id(u.names.cx).Op("*").Add(u.rootType())).Params(u.nextResults(false)...).Block(body...)
		return
	}
	u.out.Comment("Next runs the generator to its next element. It returns false if there is none.")
	u.out.Func().Params(u.receiver()).Id("Next").Params().Params(u.nextResults(false)...).Block(body...)
}

// nextResults lists the results of Next, with names where that is asked for.
func (u *unit) nextResults(named bool) []jen.Code {
	var out []jen.Code
	result := func(name string, t *jen.Statement) {
		if named {
			t = jen.Id(name).Add(t)
		}
		out = append(out, t)
	}
	hints := u.nextHints()
	for i, t := range u.m.Func.Gen.Values {
		result(hints[i], u.typ(t))
	}
	result(hints[len(hints)-1], u.predeclaredType("bool"))
	return out
}

// nextHints lists what the results of Next are called.
func (u *unit) nextHints() []string {
	k, v, ok := u.own("k"), u.own("v"), u.own("ok")
	return [][]string{{ok}, {v, ok}, {k, v, ok}}[len(u.m.Func.Gen.Values)]
}

// dispatchNext jumps to the yield at which the generator stands. While it runs its state is
// such that a panic leaves a generator that has ended: with deferred calls these must run
// first.
//
//	state := f.state
//	f.state = walkDone
//	switch state { … }
func (u *unit) dispatchNext(b *bodyWriter) []jen.Code {
	m, n := u.m, u.names
	if m.Walk != nil {
		return u.dispatchStep(b)
	}
	field := jen.Id(n.recv).Dot(n.state)
	var out []jen.Code
	during := u.pn.done
	if m.Exit {
		during = u.pn.running
		out = append(out, jen.If(jen.Add(field).Op("==").Id(u.pn.running)).Block(u.panicReentered()), u.deferLeave())
	}
	clauses := []jen.Code{jen.Case(jen.Id(u.pn.start)).Block()}
	for _, st := range m.States {
		clauses = append(clauses, jen.Case(jen.Id(u.pn.states[st])).Block(b.goTo(st.Block)))
	}
	clauses = append(clauses, jen.Default().Block(jen.Return(u.finishNext())))
	return append(out,
		jen.Id(n.cancelState).Op(":=").Add(field),
		jen.Add(field).Op("=").Id(during),
		jen.Switch(jen.Id(n.cancelState)).Block(clauses...))
}

// dispatchStep is dispatchNext of a machine of a group: while it runs, the outermost has no
// innermost machine, and that it has begun is enough to know that it has ended.
func (u *unit) dispatchStep(b *bodyWriter) []jen.Code {
	field := jen.Id(u.names.recv).Dot(u.names.state)
	clauses := []jen.Code{jen.Case(jen.Id(u.pn.start)).Block(jen.Add(field).Op("=").Id(u.pn.done))}
	for _, st := range u.m.States {
		clauses = append(clauses, jen.Case(jen.Id(u.pn.states[st])).Block(b.goTo(st.Block)))
	}
	return []jen.Code{jen.Switch(field).Block(append(clauses, jen.Default().Block(jen.Return(u.finishNext())))...)}
}

// yield writes a call of yield up to the suspension:
//
//	if f.Yields() {
//		f.state = walkYield
//		return f.key, true
//	}
//
// or, where it goes without saying that the consumer wants the element, without the if.
// Operands that could be evaluated twice, or not at all, or whose variables are cleared
// before the return, have a local.
func (b *bodyWriter) yield(a *lower.Await) {
	u := b.u
	args := a.Call.Call.Args
	var values []jen.Code
	if len(args) < len(u.m.Func.Gen.Values) { // a call that has both
		b.capture(args[0])
		for _, v := range u.m.Temps[args[0]] {
			values = append(values, b.access(v, 0))
		}
	} else {
		for _, e := range args {
			b.capture(e)
		}
		var decl *jen.Statement
		values, decl = b.held(args, u.m.Func.Gen.Values, "elem", func(e ast.Expr) bool { return b.isTimeless(e, a.State.Clear) })
		if decl != nil {
			b.declares = true
			b.add(decl)
		}
	}
	if isStream(u.m.Func) {
		ready := u.elem(u.m.Func, values)
		b.add(jen.If(jen.Id(u.names.recv).Dot("Yields").Call()).Block(append(b.standAt(a.State), jen.Return(ready))...))
		return
	}
	more := jen.Id(u.truth(true))
	suspend := append(b.standAt(a.State), jen.Return(append(values, more)...))
	if u.m.Walk != nil {
		if !u.unwinds() { // otherwise the outermost machine knows
			suspend = append([]jen.Code{jen.Id(u.names.cx).Dot("top").Op("=").Id(u.names.recv)}, suspend...)
		}
		b.add(jen.If(jen.Id(u.names.cx).Dot("More").Call()).Block(suspend...))
		b.synth(jen.Id(u.names.recv).Dot("refuse").Call())
		return
	}
	if a.Wanted {
		b.add(suspend...)
		return
	}
	b.add(jen.If(jen.Id(u.names.recv).Dot("Yields").Call()).Block(suspend...))
}

// held gives the values of a list, which are to become ones of the given types, locals of their own,
// except for those that may be evaluated later. All are assigned at once: in statements of their own,
// what is loaded from memory would be loaded before the calls of those behind it.
func (b *bodyWriter) held(list []ast.Expr, typs []types.Type, hint string, later func(ast.Expr) bool) (values []jen.Code, decl *jen.Statement) {
	var names, held []jen.Code
	var at []int // where they stand in the list
	for i, e := range list {
		x := b.source(e)
		if !later(e) {
			name := jen.Id(b.u.names.inner.pick(hint))
			names, held, at = append(names, name), append(held, x), append(at, i)
			x = jen.Add(name)
		}
		values = append(values, x)
	}
	if len(at) == 0 {
		return values, nil
	}
	for j, i := range at {
		if !b.isHeldUntyped(list[i]) {
			continue
		}
		if len(at) == 1 {
			return values, jen.Var().Add(names[0]).Add(b.u.typ(typs[i])).Op("=").Add(held[0])
		}
		held[j] = jen.Parens(b.u.typ(typs[i])).Parens(held[j])
	}
	return values, jen.List(names...).Op(":=").List(held...)
}

// isHeldUntyped reports whether e needs to be told the type of the variable that it is assigned to.
func (b *bodyWriter) isHeldUntyped(e ast.Expr) bool {
	return isUntypedOperation(e) && b.u.m.Temps[e] == nil && !isDefaultType(b.info().TypeOf(e))
}

// isDefaultType reports whether an operation on untyped constants has type t by itself.
func isDefaultType(t types.Type) bool {
	basic, ok := types.Unalias(t).(*types.Basic)
	return ok && (basic.Kind() == types.Bool || basic.Kind() == types.Int || basic.Kind() == types.String)
}

// isTimeless reports whether it does not matter when, and whether, e is evaluated, except that
// it must not be a variable that is cleared before.
func (b *bodyWriter) isTimeless(e ast.Expr, cleared []*lower.Var) bool {
	if tv := b.info().Types[e]; tv.Value != nil || tv.IsNil() {
		return true
	}
	if t := b.u.m.Temps[e]; t != nil {
		return !isCleared(t[0], cleared)
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	obj, ok := b.info().Uses[id].(*types.Var)
	if !ok {
		return false
	}
	v, _ := b.u.m.Lookup(obj)
	return v == nil || !isCleared(v, cleared)
}

// isCleared reports whether v loses its value when the given variables are cleared: it may share
// the field of one of them.
func isCleared(v *lower.Var, cleared []*lower.Var) bool {
	return slices.ContainsFunc(cleared, func(c *lower.Var) bool { return c == v || v.Slot != nil && c.Slot == v.Slot })
}

// resume writes what a call of yield returns.
func (b *bodyWriter) resume(a *lower.Await) {
	more := jen.Id(b.u.names.recv).Dot("More").Call()
	if len(a.Result) == 0 || a.Result[0] == nil || a.Result[0].Storage == lower.Unused {
		return
	}
	v := a.Result[0]
	if v.Kind == lower.Temp && local(v) {
		b.inline[v] = b.u.names.recv + ".More()"
		return
	}
	b.set(a.Result, a.Define, more, true)
}

// finishNext ends the iteration.
func (u *unit) finishNext() *jen.Statement {
	return jen.Id(u.names.recv).Dot(u.names.finish).Call()
}

// finishNextMethod writes what Next returns when there are no more elements.
func (u *unit) finishNextMethod() {
	n := u.names
	u.out.Line()
	u.out.Func().Params(u.receiver()).Id(n.finish).Params().Params(u.nextResults(true)...).Block(
		jen.Id(n.recv).Dot(n.state).Op("=").Id(u.pn.done),
		jen.Return(),
	)
}

// stopMethod writes Stop. A generator that has not begun never does.
func (u *unit) stopMethod() {
	f := jen.Id(u.names.recv)
	state := jen.Add(f).Dot(u.names.state)
	clauses := []jen.Code{
		jen.Case(jen.Id(u.pn.start)).Block(jen.Add(state).Op("=").Id(u.pn.done)),
		jen.Case(jen.Id(u.pn.done)).Block(),
	}
	if len(u.m.States) > 0 {
		last := []jen.Code{jen.Add(f).Dot("Leave").Call(), jen.Add(f).Dot("Next").Call()}
		if u.m.Exit {
			last = append(last, jen.Add(f).Dot("Left").Call())
		}
		clauses = append(clauses, jen.Default().Block(last...))
	}
	u.out.Comment("Stop ends the generator, whose calls of yield return false from now on. It must be called")
	u.out.Comment("if not all elements are wanted; otherwise it does nothing.")
	u.out.Func().Params(u.receiver()).Id("Stop").Params().Block(jen.Switch(state).Block(clauses...))
}

// leaveNextMethod runs the deferred calls when the body ends otherwise than by a return.
func (u *unit) leaveNextMethod() {
	n := u.names
	f := jen.Id(n.recv)
	state := jen.Add(f).Dot(n.state)
	u.out.Commentf("%s runs the deferred calls if the body ends with a panic or with runtime.Goexit.", n.leave)
	u.out.Func().Params(u.receiver()).Id(n.leave).Params(u.leaveParams()...).Block(
		jen.If(jen.Add(state).Op("!=").Id(u.pn.running)).Block(jen.Return()),
		jen.Add(state).Op("=").Id(u.pn.done),
		jen.Add(f).Dot(n.defers).Dot("Unwind").Call(u.recovered()),
	)
}

// unwindMethods write what a range over the generator does when its body does not end:
// the deferred calls see what is in flight.
func (u *unit) unwindMethods() {
	u.panicMethod()
	enter, idle := u.unwindHead()
	u.out.Comment("Exit ends a range over the elements as runtime.Goexit in the loop's body does.")
	u.out.Func().Params(u.receiver()).Id("Exit").Params().Block(append(enter, jen.If(jen.Op("!").Parens(idle)).Block(
		jen.Id(u.names.recv).Dot(u.names.defers).Dot("Unwind").Call(u.nilOf(u.predeclaredType("any")))))...)
}

// panicMethod writes the method Panic of a generator, or stream, with deferred calls that do not await.
func (u *unit) panicMethod() {
	f, v := jen.Id(u.names.recv), jen.Id(u.own("v"))
	enter, idle := u.unwindHead()
	u.out.Comment("Panic ends a range over the elements as a panic of the loop's body does.")
	u.out.Func().Params(u.receiver()).Id("Panic").Params(jen.Add(v).Add(u.predeclaredType("any"))).Block(append(enter,
		jen.If(idle).Block(jen.Add(f).Dot(symGen).Dot("Panic").Call(v)),
		jen.Add(f).Dot(u.names.defers).Dot("Unwind").Call(v),
		jen.Add(f).Dot("Recovered").Call())...)
}

// unwindHead writes how such a method begins, which takes the machine from where it stands, and the
// condition that it stood nowhere.
func (u *unit) unwindHead() (enter []jen.Code, idle *jen.Statement) {
	field, state := jen.Id(u.names.recv).Dot(u.names.state), jen.Id(u.names.cancelState)
	enter = []jen.Code{jen.Add(state).Op(":=").Add(field), jen.Add(field).Op("=").Id(u.pn.done)}
	return enter, jen.Add(state).Op("==").Id(u.pn.start).Op("||").Add(state).Op("==").Id(u.pn.done)
}

// context writes the Context of the poll that is going on, which a generator does not have.
func (u *unit) context() *jen.Statement {
	if isGenerator(u.m.Func) {
		return u.nilOf(jen.Op("*").Add(u.rt(symContext)))
	}
	return jen.Id(u.names.cx)
}
