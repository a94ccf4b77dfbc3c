package emit

import (
	"github.com/asyncgen/asyncgen/parse"
	"github.com/dave/jennifer/jen"
)

// A stream is the machine of an async function that also yields: its poll is ready with each
// element, and once more when there are none left. The futures of its Next and Stop are of
// types that have the same structure, so that a conversion of the pointer makes them:
//
//	type LinesNext LinesIter
//
//	func (f *LinesIter) Next() *LinesNext {
//		f.Ask()
//		return (*LinesNext)(f)
//	}

// isStream reports whether fn is a stream.
func isStream(fn *parse.Func) bool { return fn.Gen != nil && fn.Gen.Stream }

// isGenerator reports whether fn is a generator, which does not await.
func isGenerator(fn *parse.Func) bool { return fn.Gen != nil && !fn.Gen.Stream }

// elemType writes the value of a poll of a stream.
func (u *unit) elemType(fn *parse.Func) *jen.Statement {
	values := fn.Gen.Values
	switch len(values) {
	case 0:
		return jen.Struct()
	case 1:
		return u.typ(values[0])
	}
	return u.rt(symPair).Types(u.typ(values[0]), u.typ(values[1]))
}

// elem writes a ready poll with an element.
func (u *unit) elem(fn *parse.Func, values []jen.Code) *jen.Statement {
	ready := u.rt(symReady)
	switch len(fn.Gen.Values) {
	case 0:
		return ready.Call(jen.Struct().Values())
	case 1:
		return ready.Types(u.elemType(fn)).Call(values...)
	}
	return ready.Call(u.elemType(fn).Values(jen.Id("Key").Op(":").Add(values[0]), jen.Id("Value").Op(":").Add(values[1])))
}

// end writes the poll of a stream that has no more elements.
func (u *unit) end(fn *parse.Func) *jen.Statement { return u.rt(symEnd).Types(u.elemType(fn)).Call() }

// unwindStream writes what a range over the stream does when its body does not end.
func (u *unit) unwindStream() {
	f, v := jen.Id(u.names.recv), jen.Id(u.own("v"))
	switch {
	case u.m.ExitState != nil:
		typ := func() *jen.Statement { return jen.Op("*").Add(u.rt(symDefers)) }
		enter, idle := u.unwindHead()
		u.out.Comment("Abandon ends a range over the elements as a panic of the loop's body does, but for the deferred")
		u.out.Comment("calls, which it leaves to whoever can wait for them.")
		u.out.Func().Params(u.receiver()).Id("Abandon").Params().Add(typ()).Block(append(enter,
			jen.If(idle).Block(jen.Return(u.nilOf(typ()))),
			jen.Return(jen.Op("&").Add(f).Dot(u.names.defers)))...)
	case u.m.Exit:
		u.panicMethod()
	default:
		u.out.Comment("Panic ends a range over the elements as a panic of the loop's body does.")
		u.out.Func().Params(u.receiver()).Id("Panic").Params(jen.Add(v).Add(u.predeclaredType("any"))).Block(
			jen.Add(f).Dot(symGen).Dot("Panic").Call(v))
	}
	u.out.Comment("Exit ends a range over the elements as runtime.Goexit in the loop's body does.")
	u.out.Func().Params(u.receiver()).Id("Exit").Params().Block(jen.Add(f).Dot("Cancel").Call())
}

// stream writes the methods of a stream and their futures.
func (u *unit) stream() {
	fn := u.m.Func
	stream := func() *jen.Statement { return jen.Op("*").Add(u.future(u.m)) }
	f, s, p, w := jen.Id(u.names.recv), jen.Id(u.own("s")), jen.Id(u.own("p")), jen.Id(u.own("w"))
	same := func(name string) *jen.Statement { return jen.Id(name).Add(u.typeArgs()) }
	begin := jen.Add(s).Op(":=").Parens(stream()).Parens(f)
	cx := jen.Id(u.own("cx"))
	polled := jen.Add(cx).Op("*").Add(u.rt(symContext))
	state := jen.Add(s).Dot(u.names.state)
	next, stop := fn.Names.Base+"Next", fn.Names.Base+"Stop"
	declare := func(name, what, doc string, ask ...jen.Code) {
		u.out.Commentf("%s is the future of %s of a [%s].", name, doc, fn.Names.Future)
		u.out.Type().Id(name).Add(u.typeParams()).Add(u.future(u.m))
		u.out.Commentf("%s asks for %s.", what, doc)
		u.out.Func().Params(jen.Add(f).Add(stream())).Id(what).Params().Op("*").Add(same(name)).Block(
			append(ask, jen.Return(jen.Parens(jen.Op("*").Add(same(name))).Parens(f)))...)
	}
	method := func(name, what string) *jen.Statement {
		return jen.Func().Params(jen.Add(f).Op("*").Add(same(name))).Id(what)
	}
	declare(next, "Next", "the next element", jen.Add(f).Dot("Ask").Call())
	u.out.Commentf("Poll runs the stream to its next element.")
	u.out.Add(method(next, "Poll").Params(polled).Add(u.rt(symPoll).Types(u.elemType(fn))).Block(
		begin,
		jen.Add(s).Dot("Asked").Call(jen.Lit(u.pkg.Name+"."+fn.Names.Func)),
		jen.Add(p).Op(":=").Add(s).Dot(u.names.stepping).Call(cx),
		jen.Add(s).Dot("Answer").Call(jen.Add(p).Dot("Ready")),
		jen.Return(p)))
	u.awaitNext(next, method)
	u.out.Comment("Cancel withdraws the request. If the stream waits for its sake, it ends the stream.")
	u.out.Add(method(next, "Cancel").Params().Block(
		jen.If(begin, jen.Add(s).Dot("Withdraw").Call()).Block(jen.Add(s).Dot("Cancel").Call())))

	declare(stop, "Stop", "the end")
	u.out.Comment("Poll runs the stream to its end. Its calls of yield return false.")
	last := []jen.Code{
		begin,
		jen.If(jen.Add(state).Op("==").Id(u.pn.start)).Block(jen.Add(state).Op("=").Id(u.pn.done)),
		jen.Add(s).Dot("BeginStop").Call(),
		jen.If(jen.Op("!").Add(s).Dot(u.names.stepping).Call(cx).Dot("Ready")).Block(
			jen.Return(u.rt(symPending).Types(jen.Struct()).Call())),
	}
	if u.m.Exit {
		last = append(last, jen.Add(s).Dot("Left").Call())
	}
	u.out.Add(method(stop, "Poll").Params(polled).Add(u.rt(symPoll).Types(jen.Struct())).Block(
		append(last, jen.Return(u.rt(symReady).Call(jen.Struct().Values())))...))
	u.unwindStream()
	u.out.Comment("Await runs the stream to its end and blocks the goroutine meanwhile.")
	u.out.Add(method(stop, "Await").Params().Block(
		u.rt(symBlock).Types(jen.Struct()).Call(f, jen.Parens(jen.Op("*").Add(same(stop))).Dot("Poll"))))
	u.out.Comment("Cancel ends the stream where it stands.")
	u.out.Add(method(stop, "Cancel").Params().Block(jen.Parens(stream()).Parens(f).Dot("Cancel").Call()))
	if u.waits() {
		for _, name := range []string{next, stop} {
			u.out.Comment("Where tells where the stream stands.")
			u.out.Add(method(name, "Where").Params(jen.Add(w).Op("*").Add(u.rt(symWhere))).Block(
				jen.Parens(stream()).Parens(f).Dot("Where").Call(w)))
		}
	}
}

// awaitNext writes the Await of the future of Next.
func (u *unit) awaitNext(next string, method func(name, what string) *jen.Statement) {
	fn := u.m.Func
	u.out.Comment("Await runs the stream to its next element and blocks the goroutine meanwhile. It returns")
	u.out.Comment("false if there is none.")
	p := jen.Id(u.own("p"))
	poll := u.rt(symBlock).Types(u.elemType(fn)).Call(jen.Id(u.names.recv), jen.Parens(jen.Op("*").Id(next).Add(u.typeArgs())).Dot("Poll"))
	var list []jen.Code
	value := jen.Add(p).Dot("Value")
	switch len(fn.Gen.Values) {
	case 1:
		list = append(list, value)
	case 2:
		list = append(list, jen.Add(value).Dot("Key"), jen.Add(value).Dot("Value"))
	}
	list = append(list, jen.Add(p).Dot("Err").Op("==").Add(u.nilOf(u.predeclaredType("error"))))
	u.out.Add(method(next, "Await").Params().Params(u.nextResults(false)...).Block(
		jen.Add(p).Op(":=").Add(poll), jen.Return(list...)))
}

// dispatchStream completes the switch of a stream, which may be polled again when it has
// ended. While it runs its state is such that a panic leaves a stream that has ended.
func (u *unit) dispatchStream(clauses []jen.Code) []jen.Code {
	field := jen.Id(u.names.recv).Dot(u.names.state)
	clauses = append(clauses, jen.Default().Block(jen.Return(u.end(u.m.Func))))
	if u.m.Exit {
		return []jen.Code{jen.Switch(field).Block(clauses...)}
	}
	state := jen.Id(u.names.cancelState)
	return []jen.Code{
		jen.Add(state).Op(":=").Add(field),
		jen.Add(field).Op("=").Id(u.pn.done),
		jen.Switch(state).Block(clauses...),
	}
}
