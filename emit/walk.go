package emit

import (
	"github.com/asyncgen/asyncgen/lower"
	"github.com/dave/jennifer/jen"
)

// The machines of a recursive walk have two methods in the place of one. Next belongs to the
// outermost machine. It knows the innermost, which it resumes; step is the body:
//
//	type walkRoot struct {
//		rt.Gen
//		top *WalkIter // the innermost machine, nil while it runs
//	}
//
//	func (f *WalkIter) Next() (v int, ok bool) {
//		top := f.top
//		…
//		for {
//			if v, ok = top.step(&f.walkRoot); ok || top == f {
//				return v, ok
//			}
//			top = top.outer()
//		}
//	}
//
// When several generators are in the group, the innermost machine is one of several types,
// and an interface. walkdefer.go has what is different if some of them have deferred calls.

// walkNames are the package-level names of a group, and those that its machines share.
type walkNames struct{ root, inner string }

func (u *unit) walkNames(w *lower.Walk) walkNames {
	prefix := u.prefixes[w.Funcs[0]]
	return walkNames{prefix + "Root", prefix + "Inner"}
}

// rootType writes the type of what the machines of a group share.
func (u *unit) rootType() *jen.Statement {
	return jen.Id(u.walkNames(u.m.Walk).root).Add(u.typeArgs())
}

// innerType writes the type of a reference to some machine of the group.
func (u *unit) innerType() *jen.Statement {
	if len(u.m.Walk.Funcs) == 1 {
		return jen.Op("*").Add(u.future(u.m))
	}
	return jen.Id(u.walkNames(u.m.Walk).inner)
}

// walkTypes declares the types of a group, in the file of its first generator.
func (u *unit) walkTypes() {
	w := u.m.Walk
	if w.Funcs[0] != u.m.Func {
		return
	}
	n := u.walkNames(w)
	if len(w.Funcs) > 1 {
		methods := []jen.Code{
			jen.Id("step").Params(jen.Op("*").Add(u.rootType())).Params(u.nextResults(false)...),
			jen.Id("outer").Params().Id(n.inner),
			jen.Id("Yields").Params().Add(u.predeclaredType("bool")),
			jen.Id("Leave").Params(),
		}
		if w.Unwinds {
			methods[2] = jen.Id("refuse").Params()
			methods = append(methods, jen.Id("level").Params().Params(jen.Op("*").Add(u.rt(symGen)), jen.Op("*").Add(u.rt(symDefers))))
		}
		u.out.Commentf("%s is a machine among those that pass on each other's elements.", n.inner)
		u.out.Type().Id(n.inner).Interface(methods...)
	}
	fields := []jen.Code{u.rt(symGen)}
	when := "nil before it begins and while it runs"
	if w.Unwinds {
		fields = append(fields, jen.Id("running").Add(u.predeclaredType("bool")).Comment("a panic must run deferred calls"))
		when = "nil before it begins and after its end"
	}
	u.out.Commentf("%s is what the outermost of nested machines knows of those inside it.", n.root)
	u.out.Type().Id(n.root).Add(u.typeParams()).Struct(append(fields,
		jen.Id("top").Add(u.innerType()).Comment("the innermost machine, "+when))...)
}

// rootOf writes what the machine shares with those inside it.
func (u *unit) rootOf() *jen.Statement {
	return jen.Op("&").Id(u.names.recv).Dot(u.walkNames(u.m.Walk).root)
}

// walkMethods writes Next, which resumes the innermost machine, and what the machines of a
// group ask of each other.
func (u *unit) walkMethods() {
	if u.unwinds() {
		u.deferringNext()
	} else {
		u.walkNext()
	}
	u.walkStop()
	f := jen.Id(u.names.recv)
	u.out.Line()
	u.out.Func().Params(u.receiver()).Id("outer").Params().Add(u.innerType()).Block(jen.Return(jen.Add(f).Dot("up")))
	u.refuseMethod()
	u.handOnMethod()
}

// walkNext writes Next of a walk without deferred calls.
func (u *unit) walkNext() {
	n := u.names
	f := jen.Id(n.recv)
	top := jen.Id(u.own("top"))
	var vars []jen.Code
	for _, hint := range u.nextHints() {
		vars = append(vars, jen.Id(hint))
	}
	ok := vars[len(vars)-1]
	u.out.Comment("Next runs the generator to its next element. It returns false if there is none.")
	u.out.Func().Params(u.receiver()).Id("Next").Params().Params(u.nextResults(true)...).Block(
		jen.Add(top).Op(":=").Add(f).Dot("top"),
		jen.If(jen.Add(top).Op("==").Add(u.nilOf(u.innerType()))).Block(
			jen.If(jen.Add(f).Dot(n.state).Op("!=").Id(u.pn.start)).Block(jen.Return()),
			jen.Add(top).Op("=").Add(f),
		),
		jen.Add(f).Dot("top").Op("=").Add(u.nilOf(u.innerType())),
		jen.For().Block(
			jen.If(jen.List(vars...).Op("=").Add(top).Dot("step").Call(u.rootOf()), jen.Add(ok).Op("||").Add(top).Op("==").Add(f)).Block(jen.Return()),
			jen.Add(top).Op("=").Add(top).Dot("outer").Call(),
		),
	)
}

// walkStop writes Stop.
func (u *unit) walkStop() {
	n := u.names
	f, top := jen.Id(n.recv), jen.Id(u.own("top"))
	stop := []jen.Code{
		jen.For(jen.Add(top).Op(":=").Add(f).Dot("top"), jen.Add(top).Op("!=").Add(f), jen.Add(top).Op("=").Add(top).Dot("outer").Call()).Block(
			jen.Add(top).Dot("Leave").Call()),
		jen.Add(f).Dot("Leave").Call(),
		jen.Add(f).Dot("Next").Call(),
	}
	if u.unwinds() {
		stop = append(stop, jen.Add(f).Dot("Left").Call())
	}
	u.out.Comment("Stop ends the generator, whose calls of yield return false from now on. It must be called")
	u.out.Comment("if not all elements are wanted; otherwise it does nothing.")
	u.out.Func().Params(u.receiver()).Id("Stop").Params().Block(jen.Switch().Block(
		jen.Case(jen.Add(f).Dot("top").Op("!=").Add(u.nilOf(u.innerType()))).Block(stop...),
		jen.Case(jen.Add(f).Dot(n.state).Op("==").Id(u.pn.start)).Block(
			jen.Add(f).Dot(n.state).Op("=").Id(u.pn.done)),
	))
}

// refuseMethod writes what a yield does when the consumer of the outermost machine wants no
// more: the loops around it are left too. One that was left before panics.
func (u *unit) refuseMethod() {
	f, m := jen.Id(u.names.recv), jen.Id(u.own("m"))
	u.out.Comment("refuse leaves the loops that the elements of the machine go through.")
	if u.unwinds() {
		u.deferringRefuse()
		return
	}
	u.out.Func().Params(u.receiver()).Id("refuse").Params().Block(
		jen.If(jen.Op("!").Add(f).Dot("Yields").Call()).Block(jen.Return()),
		jen.Add(f).Dot("Leave").Call(),
		jen.For(jen.Add(m).Op(":=").Add(f).Dot("up"), jen.Add(m).Dot("Yields").Call(), jen.Add(m).Op("=").Add(m).Dot("outer").Call()).Block(
			jen.Add(m).Dot("Leave").Call()),
	)
}

// handOnMethod writes what a loop does to make a new machine in the place of one that has
// ended: the machines that the old one has made for its own loops will serve again.
func (u *unit) handOnMethod() {
	n := u.names
	f, next, up := jen.Id(n.recv), jen.Id(u.own("next")), jen.Id(u.own("up"))
	body := []jen.Code{jen.Add(next).Dot("up").Op("=").Add(up)}
	for _, slot := range u.m.Slots {
		if slot.Vars[0].IsSpare() {
			name := n.fields[slot]
			body = append(body, jen.Add(next).Dot(name).Op("=").Add(f).Dot(name))
		}
	}
	if u.m.Exit {
		body = append(body, jen.Add(next).Dot(n.defers).Op("=").Add(f).Dot(n.defers))
	}
	body = append(body, jen.Add(next).Dot("InLoop").Call(), jen.Return(next))
	u.out.Comment("handOn readies next, whose elements a loop of up passes on, to take the place of the machine.")
	u.out.Func().Params(u.receiver()).Id("handOn").Params(
		jen.Add(next).Op("*").Add(u.future(u.m)), jen.Add(up).Add(u.innerType())).Op("*").Add(u.future(u.m)).Block(body...)
}

// delegate writes a loop that passes on elements, up to where it goes on when there are no
// more of them.
//
//	if f.walk == nil {
//		f.walk = new(WalkIter)
//	}
//	*f.walk = *f.walk.handOn(WalkPull(f.t.Left), f)
//	f.state = walkRangeWalk
//	if v, ok := f.walk.step(root); ok {
//		return v, ok
//	}
func (b *bodyWriter) delegate(d *lower.Delegate) {
	u := b.u
	it := b.access(d.Await.Child, 0)
	b.capture(d.Loop.Call)
	x := b.constructorCall(d.Loop)
	var vars []jen.Code
	for _, hint := range u.nextHints() {
		vars = append(vars, jen.Id(u.names.inner.pick(hint)))
	}
	b.synth(jen.If(jen.Add(it).Op("==").Add(u.nilOf(u.typ(d.Loop.Iter)))).Block(jen.Add(it).Op("=").Add(u.newOf(u.typ(lower.Deref(d.Loop.Iter))))))
	b.add(jen.Op("*").Add(it).Op("=").Op("*").Add(it).Dot("handOn").Call(x, jen.Id(u.names.recv)))
	b.synth(b.standAt(d.Await.State)...)
	top := jen.Id(u.names.cx).Dot("top")
	if u.unwinds() {
		b.synth(jen.Add(top).Op("=").Add(it))
	}
	b.synth(jen.If(
		jen.List(vars...).Op(":=").Add(it).Dot("step").Call(jen.Id(u.names.cx)),
		vars[len(vars)-1]).Block(jen.Return(vars...)))
	if u.unwinds() {
		b.synth(jen.Add(top).Op("=").Id(u.names.recv))
	}
}
