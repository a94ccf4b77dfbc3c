package progen

import (
	"fmt"
	"strings"
)

// within makes a block that break, and continue if it is a loop, can leave.
func (g *gen) within(t *target, depth int) *Node {
	g.targets = append(g.targets, t)
	defer func() { g.targets = g.targets[:len(g.targets)-1] }()
	return g.block(depth - 1)
}

// labelled puts the label before the text if somebody used it.
func (t *target) labelled(text string) string {
	if t.used {
		return t.label + ":\n" + text
	}
	return text
}

// nested restricts a production to places where blocks may still nest.
func nested(build func(*gen, int) *Node) func(*gen, int) *Node {
	return func(g *gen, depth int) *Node {
		if depth <= 0 || g.budget < 2 {
			return nil
		}
		return build(g, depth)
	}
}

// controls are statements that choose.
var controls = []production{
	{"block", 2, nested(func(g *gen, depth int) *Node {
		return g.st("{\n@\n}", g.block(depth-1))
	})},
	{"if", 6, nested(func(g *gen, depth int) *Node {
		return g.st("if @ {\n@\n}", g.expr("bool", 3), g.block(depth-1))
	})},
	{"if-else", 4, nested(func(g *gen, depth int) *Node {
		return g.st("if @ {\n@\n} else {\n@\n}", g.expr("bool", 3), g.block(depth-1), g.block(depth-1))
	})},
	{"if-init", 4, nested(func(g *gen, depth int) *Node {
		e := g.expr("int", 3)
		defer g.push()()
		x := g.fresh()
		g.declare(x, "int")
		return g.st("if "+x+" := @; "+x+" > 1 && @ {\n@\n} else if @ {\n@\n}",
			e, g.expr("bool", 2), g.block(depth-1), g.expr("bool", 2), g.block(depth-1))
	})},
	{"if-chain", 3, nested(func(g *gen, depth int) *Node {
		a, c := g.expr("int", 2), g.expr("bool", 2)
		defer g.push()()
		x := g.fresh()
		g.declare(x, "int")
		one := g.block(depth - 1)
		b := g.expr("string", 3)
		defer g.push()()
		y := g.fresh()
		g.declare(y, "string")
		return g.st("if "+x+" := @; @ {\n_ = "+x+"\n@\n} else if "+y+" := @; "+y+" != \"\" {\n@\n} else {\n@\n}",
			a, c, one, b, g.block(depth-1), g.block(depth-1))
	})},
	{"switch-tag", 4, nested(func(g *gen, depth int) *Node { return g.switchTag(depth) })},
	{"switch-bool", 3, nested(func(g *gen, depth int) *Node {
		return g.switchOn("switch {", nil, "bool", depth)
	})},
	{"switch-init", 2, nested(func(g *gen, depth int) *Node {
		e := g.expr("int", 2)
		defer g.push()()
		x := g.fresh()
		g.declare(x, "int")
		return g.switchOn("switch "+x+" := @; @ + "+x+" {", []*Node{e, g.expr("int", 2)}, "int", depth)
	})},
	{"type-switch", 4, nested(func(g *gen, depth int) *Node { return g.typeSwitch(depth) })},
	{"select", 4, nested(func(g *gen, depth int) *Node { return g.selectStmt(depth) })},
}

func (g *gen) switchTag(depth int) *Node {
	t := g.pick("int", "string", "any")
	return g.switchOn("switch @ {", []*Node{g.expr(t, 3)}, t, depth)
}

// switchOn makes the clauses of a switch: with several expressions, fallthrough, and
// a default anywhere.
func (g *gen) switchOn(head string, kids []*Node, t string, depth int) *Node {
	at := &target{label: g.label(), plain: true}
	n := g.st(head)
	n.Text += "\n"
	n.Kids = kids
	clauses := 1 + g.rng.IntN(4)
	def := g.rng.IntN(6)
	for i := range clauses {
		if i == def {
			n.Text += "default:\n@\n"
		} else {
			n.Text += "case @"
			n.Kids = append(n.Kids, g.expr(t, 3))
			if g.chance(3) {
				n.Text += ", @"
				n.Kids = append(n.Kids, g.expr(t, 2))
			}
			n.Text += ":\n@\n"
		}
		n.Kids = append(n.Kids, g.within(at, depth))
		if i < clauses-1 && g.chance(4) {
			n.Text += "fallthrough\n"
		}
	}
	n.Text = at.labelled(n.Text + "}")
	return n
}

// typeSwitch binds a variable that has another type in each clause.
func (g *gen) typeSwitch(depth int) *Node {
	at := &target{label: g.label(), plain: true}
	e := g.expr("any", 3)
	defer g.push()()
	x := g.fresh()
	text := "switch " + x + " := @.(type) {\n"
	kids := []*Node{e}
	clause := func(head, t string) {
		defer g.push()()
		g.declare(x, t)
		text += head + ":\n_ = " + x + "\n@\n"
		kids = append(kids, g.within(at, depth))
	}
	if g.chance(4) {
		text = "switch " + x + " := @; " + x + " := " + x + ".(type) {\n"
	}
	all := []Param{
		{"case int", "int"}, {"case string, []int", "any"}, {"case Shape", "Shape"},
		{"case nil", "any"}, {"default", "any"}, {"case *Pt", "*Pt"}, {"case error", "error"},
	}
	g.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, c := range all[:1+g.rng.IntN(5)] {
		clause(c.Name, c.Type)
	}
	n := g.st(at.labelled(text + "}"))
	n.Kids = kids
	return n
}

// selectStmt has one clause that is ready, or a default, among clauses whose channel
// is nil: which one is taken is never up to chance.
func (g *gen) selectStmt(depth int) *Node {
	at := &target{label: g.label(), plain: true}
	var texts []string
	var kids [][]*Node
	add := func(text string, operands ...*Node) {
		texts = append(texts, text+":\n@\n")
		kids = append(kids, operands)
	}
	dead := g.rng.IntN(3)
	for range dead {
		if g.chance(2) {
			add("case <-$V(\"?\", (chan int)(nil))")
		} else {
			add("case $V(\"?\", (chan int)(nil)) <- @", g.expr("int", 3))
		}
		last := len(kids) - 1
		kids[last] = append(kids[last], g.within(at, depth))
	}
	pop := g.push()
	switch g.rng.IntN(5) {
	case 0:
		x, ok := g.fresh(), g.fresh()
		e := g.expr("<-chan int", 3)
		if x == ok {
			pop()
			return nil
		}
		g.declare(x, "int")
		g.declare(ok, "bool")
		add(fmt.Sprintf("case %s, %s := <-@:\n_, _ = %[1]s, %[2]s\nif @ {\n$T(\"?\")\n}", x, ok), e, g.expr("bool", 1))
		texts[len(texts)-1] = strings.TrimSuffix(texts[len(texts)-1], ":\n@\n") + "\n@\n"
	case 1:
		if left := g.lvalue("int"); left != nil {
			add("case @ = <-@", left, g.expr("<-chan int", 3))
		} else {
			add("case <-@", g.expr("<-chan int", 2))
		}
	case 2:
		add("case @ <- @", g.expr("chan int", 2), g.expr("int", 3))
	case 3:
		add("case <-@", g.expr("<-chan int", 3))
		kids[len(kids)-1] = append(kids[len(kids)-1], g.within(at, depth))
		add("default")
	default:
		add("default")
	}
	last := len(kids) - 1
	kids[last] = append(kids[last], g.within(at, depth))
	pop()
	order := g.rng.Perm(len(texts))
	n := g.st("select {")
	n.Text += "\n"
	for _, i := range order {
		n.Text += g.trace(texts[i])
		n.Kids = append(n.Kids, kids[i]...)
	}
	n.Text = at.labelled(n.Text + "}")
	return n
}
