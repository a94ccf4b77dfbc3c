package progen

import "fmt"

// jumps leave a statement or go elsewhere.
var jumps = []production{
	{"break", 5, func(g *gen, depth int) *Node { return g.leave("break") }},
	{"continue", 4, func(g *gen, depth int) *Node { return g.leave("continue") }},
	{"return-early", 3, func(g *gen, depth int) *Node {
		return g.sometimes(g.ret(2))
	}},
	{"panic", 2, func(g *gen, depth int) *Node {
		return g.sometimes(g.st("panic(@)", g.expr(g.pick("any", "string", "error", "int"), 2)))
	}},
	{"goexit", 1, func(g *gen, depth int) *Node { return g.sometimes(g.st("$Exit(\"?\")")) }},
	{"goto-forward", 4, nested(func(g *gen, depth int) *Node {
		at := &target{label: g.label()}
		body := g.within(at, depth)
		return g.st("{\n@\n}\n"+at.labelled("$T(\"?\")"), body)
	})},
	{"goto-exit", 5, func(g *gen, depth int) *Node {
		for i := len(g.targets) - 1; i >= 0; i-- {
			if t := g.targets[i]; !t.plain && g.chance(2) {
				t.used = true
				return g.sometimes(g.st("goto " + t.label))
			}
		}
		return nil
	}},
	{"goto-backward", 3, nested(func(g *gen, depth int) *Node {
		g.serial++
		n, l := fmt.Sprintf("n%d", g.serial), g.label()
		// The statements stand in the surrounding block, so that the jump goes back
		// over declarations.
		body := g.list(3, depth-1)
		return g.st(fmt.Sprintf("%s := 0\n%s:\n$Tick()\n@\nif %[1]s++; %[1]s < 3 && @ {\ngoto %[2]s\n}", n, l),
			body, g.expr("bool", 2))
	})},
}

// sometimes puts a jump under a condition, mostly.
func (g *gen) sometimes(jump *Node) *Node {
	if g.chance(12) {
		return jump
	}
	return g.st("if @ {\n@\n}", g.expr("bool", 2), &Node{Kind: Block, Kids: []*Node{jump}})
}

// leave makes a break or continue, with or without a label.
func (g *gen) leave(what string) *Node {
	inner := true
	for i := len(g.targets) - 1; i >= 0; i-- {
		t := g.targets[i]
		if !t.plain || what == "continue" && !t.loop {
			continue
		}
		if inner && g.chance(2) {
			return g.sometimes(g.st(what))
		}
		inner = false
		if g.chance(2) {
			t.used = true
			return g.sometimes(g.st(what + " " + t.label))
		}
	}
	return nil
}

// defers are defer statements in all forms, and what goes with them.
var defers = []production{
	{"defer-call", 3, func(g *gen, depth int) *Node {
		return g.st("defer $T(\"?\", @)", g.expr(g.anyType(), 3))
	}},
	{"defer-literal", 4, func(g *gen, depth int) *Node {
		return g.st("defer @()", g.deferredLiteral(nil))
	}},
	{"defer-literal-argument", 2, func(g *gen, depth int) *Node {
		t := g.anyType()
		return g.st("defer @(@)", g.deferredLiteral([]Param{{g.pick("a", "p", "f", "b"), t}}), g.expr(t, 3))
	}},
	{"defer-method", 2, func(g *gen, depth int) *Node {
		return g.st("defer @.Add(@)", g.expr("*Pt", 2), g.expr("int", 3))
	}},
	{"defer-closure", 2, func(g *gen, depth int) *Node {
		return g.st("defer @(@)", g.expr("func(int) int", 2), g.expr("int", 2))
	}},
	{"defer-recover", 1, func(g *gen, depth int) *Node { return g.st("defer recover()") }},
	{"defer-recover-function", 2, func(g *gen, depth int) *Node { return g.st("defer $Recover(\"?\")") }},
	{"defer-recover-method", 2, func(g *gen, depth int) *Node {
		if g.chance(2) {
			return g.st("defer $Catcher{Name: \"?\"}.Catch()")
		}
		return g.st("defer (&$Catcher{Name: \"?\"}).CatchPtr(@)", g.expr("int", 3))
	}},
	{"defer-method-value", 1, func(g *gen, depth int) *Node {
		g.serial++
		v := fmt.Sprintf("m%d", g.serial)
		return g.st(v + " := $Catcher{Name: \"?\"}.Catch\ndefer " + v + "()")
	}},
	{"defer-panic", 1, func(g *gen, depth int) *Node {
		return g.st("defer panic(@)", g.expr("any", 2))
	}},
	{"defer-await", 4, awaiting(func(g *gen, depth int) *Node {
		switch g.rng.IntN(5) {
		case 0:
			if n, f := g.twinFuture(2, func(*Func) bool { return true }); n != nil && !f.Dyn {
				n.Text += ".Await()"
				return g.st("defer @", n)
			}
		case 1:
			return g.st("defer @.Await()", g.expr("*$LaterFuture[int]", 2))
		case 2:
			return g.st("defer #Await[int](@)", g.expr("*$LaterFuture[int]", 2))
		case 3:
			return g.st("defer $Boom(\"?\", @, 1).Await()", g.expr("any", 2))
		}
		return g.st("defer $Do(\"?\", @, @).Await()", g.effectFunc(), g.expr(g.anyType(), 2))
	})},
	{"defer-await-literal", 4, awaiting(func(g *gen, depth int) *Node {
		return g.st("defer @()", g.deferredLiteral(nil))
	})},
	{"defer-repanic", 2, func(g *gen, depth int) *Node {
		v := g.pick("v", "v", "$Show(v)", "Fail{4}", "error(nil)")
		return g.st("defer func() {\nif v := recover(); v != nil {\n$Panicked(\"?\", v)\npanic(" + v + ")\n}\n}()")
	}},
	{"defer-runtime-error", 1, func(g *gen, depth int) *Node {
		return g.st("defer func() {\n_, ok := recover().(interface{ RuntimeError() })\n$T(\"?\", ok)\n}()")
	}},
	{"defer-goexit", 1, func(g *gen, depth int) *Node { return g.st("defer $Exit(\"?\")") }},
	{"defer-builtin", 1, func(g *gen, depth int) *Node {
		if g.chance(2) {
			return g.st("defer close(@)", g.expr("chan int", 2))
		}
		return g.st("defer delete(@, @)", g.expr("map[string]int", 2), g.expr("string", 2))
	}},
	{"recover-here", 1, func(g *gen, depth int) *Node {
		return g.st("$Panicked(\"?\", recover())")
	}},
}

// deferredLiteral makes a literal for a defer statement; every second one recovers, some
// panic again, and some await, before and after that.
func (g *gen) deferredLiteral(params []Param) *Node {
	old := g.frame
	awaits := old.awaits && g.chance(2) && !g.disabled["defer-await-literal"]
	g.frame = &frame{outer: old, scope: &scope{}, awaits: awaits, depth: old.depth + 1}
	defer func() { g.frame = old }()
	text := "func" + g.signature(params, nil, false) + " {\n$Tick()\n"
	if awaits && g.chance(2) {
		text += "$Step(\"?\", nil).Await()\n"
	}
	switch g.rng.IntN(6) {
	case 0, 1, 2:
		text += "$Panicked(\"?\", recover())\n"
	case 3:
		text += "if v := recover(); v != nil {\n$Panicked(\"?\", v)\ndefer panic(v)\n}\n"
	}
	if g.chance(4) {
		text += "defer func() { $Panicked(\"?\", recover()) }()\n"
	}
	if awaits && g.chance(2) {
		text += "$Step(\"?\", nil).Await()\n"
	}
	return g.ex("", text+"$T(\"?\")\n@\n}", g.body(2))
}
