package emit

import "github.com/dave/jennifer/jen"

// The machines of a walk in which some have deferred calls. What ends the body of the innermost one has to
// go outward through those around it, which are not on the stack. So the outermost machine knows the
// innermost also while that runs, and it alone defers something, once for each Next:
//
//	func (f *WalkIter) resume() (v int, ok bool) {
//		defer f.leave()
//		f.running = true
//		for f.top != nil {
//			if v, ok = f.top.step(&f.walkRoot); ok {
//				break
//			}
//			f.top = f.top.outer()
//		}
//		f.running = false
//		return
//	}
//
// The runtime, see [rt.Levels], makes the deferred calls of one machine after the other. If one of them
// recovers, resume returns without an element, and Next calls it again for the machine around that one.

// unwinds reports whether the machine is of a walk in which some have something to do when a panic ends
// their body.
func (u *unit) unwinds() bool { return u.m.Walk != nil && u.m.Walk.Unwinds }

// deferringNext writes Next and resume.
func (u *unit) deferringNext() {
	n := u.names
	f, v, ok := jen.Id(n.recv), u.nextHints(), jen.Id(u.own("ok"))
	var vars []jen.Code
	for _, hint := range v {
		vars = append(vars, jen.Id(hint))
	}
	top := jen.Add(f).Dot("top")
	noTop := jen.Add(top).Op("==").Add(u.nilOf(u.innerType()))
	u.out.Comment("Next runs the generator to its next element. It returns false if there is none.")
	u.out.Func().Params(u.receiver()).Id("Next").Params().Params(u.nextResults(true)...).Block(
		jen.If(jen.Add(f).Dot("running")).Block(u.panicReentered()),
		jen.If(noTop).Block(
			jen.If(jen.Add(f).Dot(n.state).Op("!=").Id(u.pn.start)).Block(jen.Return()),
			jen.Add(top).Op("=").Add(f),
		),
		jen.For().Block(
			jen.If(jen.List(vars...).Op("=").Add(f).Dot("resume").Call(), jen.Add(ok).Op("||").Add(noTop)).Block(jen.Return())),
	)
	u.out.Comment("resume resumes the innermost machine, and those around it when it has ended. If what comes then")
	u.out.Comment("is recovered by the deferred calls of one of them, it returns before the one around that.")
	running := jen.Add(f).Dot("running")
	u.out.Func().Params(u.receiver()).Id("resume").Params().Params(u.nextResults(true)...).Block(
		u.deferLeave(),
		jen.Add(running).Op("=").Id(u.truth(true)),
		jen.For(jen.Add(top).Op("!=").Add(u.nilOf(u.innerType()))).Block(
			jen.If(jen.List(vars...).Op("=").Add(top).Dot("step").Call(u.rootOf()), ok).Block(jen.Break()),
			jen.Add(top).Op("=").Add(top).Dot("outer").Call(),
		),
		jen.Add(running).Op("=").Id(u.truth(false)),
		jen.Return(),
	)
}

// deferringMethods write what ends the machines of a walk otherwise than by a return: leave, for the bodies
// themselves, and what a range over the outermost one does when its body does not end.
func (u *unit) deferringMethods() {
	n := u.names
	f, v, top := jen.Id(n.recv), jen.Id(u.own("v")), jen.Id(u.own("top"))
	take := jen.Add(top).Op(":=").Add(f).Dot("top").Line().Add(f).Dot("top").Op("=").Add(u.nilOf(u.innerType()))
	ended := jen.Add(f).Dot(n.state).Op("=").Id(u.pn.done)
	levels := jen.Add(f).Dot("levels").Call(jen.Op("&").Add(top))
	u.out.Commentf("%s makes deferred calls if a body ends with a panic or with runtime.Goexit, those of the", n.leave)
	u.out.Comment("innermost machine first. If one recovers, it is the turn of the machine around.")
	u.out.Func().Params(u.receiver()).Id(n.leave).Params(u.leaveParams()...).Block(
		jen.If(jen.Op("!").Add(f).Dot("running")).Block(jen.Return()),
		jen.Add(f).Dot("running").Op("=").Id(u.truth(false)),
		take,
		jen.Add(levels).Dot("Unwind").Call(u.recovered()),
		jen.Add(f).Dot("top").Op("=").Add(top),
	)
	u.out.Comment("Panic ends a range over the elements as a panic of the loop's body does.")
	u.out.Func().Params(u.receiver()).Id("Panic").Params(jen.Add(v).Add(u.predeclaredType("any"))).Block(
		take, ended, jen.Add(levels).Dot("Panic").Call(jen.Op("&").Add(f).Dot(symGen), v))
	u.out.Comment("Exit ends a range over the elements as runtime.Goexit in the loop's body does.")
	u.out.Func().Params(u.receiver()).Id("Exit").Params().Block(
		take, ended, jen.Add(levels).Dot("Exit").Call())
	u.levelMethods()
}

// levelMethods write how the runtime gets at the machines that it unwinds.
func (u *unit) levelMethods() {
	f, top, m := jen.Id(u.names.recv), jen.Id(u.own("top")), jen.Id(u.own("m"))
	gen := jen.Op("*").Add(u.rt(symGen))
	defers := jen.Op("*").Add(u.rt(symDefers))
	none := u.nilOf(gen)
	u.out.Comment("levels takes the machines from top on outward, one a call.")
	u.out.Func().Params(u.receiver()).Id("levels").Params(jen.Add(top).Op("*").Add(u.innerType())).Add(u.rt(symLevels)).Block(
		jen.Return(jen.Func().Params().Params(gen, defers).Block(
			jen.Add(m).Op(":=").Op("*").Add(top),
			jen.If(jen.Add(m).Op("==").Add(u.nilOf(u.innerType()))).Block(jen.Return(none, u.nilOf(defers))),
			jen.Op("*").Add(top).Op("=").Add(m).Dot("outer").Call(),
			jen.Return(jen.Add(m).Dot("level").Call()),
		)))
	own := u.nilOf(defers)
	if u.m.Exit {
		own = jen.Op("&").Add(f).Dot(u.names.defers)
	}
	u.out.Line()
	u.out.Func().Params(u.receiver()).Id("level").Params().Params(gen, defers).Block(
		jen.Return(jen.Op("&").Add(f).Dot(symGen), own))
}

// deferringRefuse writes refuse where deferred calls may recover what it panics with: the bodies of the
// loops around the machine are entered then, one in the other, as those of the source are.
func (u *unit) deferringRefuse() {
	f := jen.Id(u.names.recv)
	u.out.Func().Params(u.receiver()).Id("refuse").Params().Block(
		jen.If(jen.Op("!").Add(f).Dot("Yields").Call()).Block(jen.Return()),
		jen.Add(f).Dot("Enter").Call(),
		jen.Add(f).Dot("up").Dot("refuse").Call(),
		jen.Add(f).Dot("InLoop").Call(),
		jen.Add(f).Dot("Leave").Call(),
	)
}

// panicReentered writes what a Next does that is called while the body runs.
func (u *unit) panicReentered() *jen.Statement {
	return u.rt(symPanicReentered).Call(jen.Lit(u.pkg.Name + "." + u.m.Func.Names.Func))
}
