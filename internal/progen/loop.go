package progen

import "fmt"

// loop makes the text of a loop around a body that can be left and continued.
func (g *gen) loop(head, first string, kids []*Node, depth int) *Node {
	at := &target{label: g.label(), plain: true, loop: true}
	body := g.within(at, depth)
	n := g.st(at.labelled(head+" {\n$Tick()\n"+first+"@\n}"), kids...)
	n.Kids = append(n.Kids, body)
	return n
}

// loops are all forms of for.
var loops = []production{
	{"for-clauses", 6, nested(func(g *gen, depth int) *Node { return g.forClauses(depth) })},
	{"for-condition", 3, nested(func(g *gen, depth int) *Node {
		v := g.variable("int")
		if v == nil {
			return nil
		}
		return g.loop("for @ < 3 && @", v.Text+"++\n", []*Node{v, g.expr("bool", 2)}, depth)
	})},
	{"for-ever", 2, nested(func(g *gen, depth int) *Node {
		g.serial++
		n := fmt.Sprintf("n%d", g.serial)
		l := g.loop("for", "if "+n+"++; "+n+" > 2 {\nbreak\n}\n", nil, depth)
		l.Text = n + " := 0\n" + l.Text
		return l
	})},
	{"range-slice", 6, nested(func(g *gen, depth int) *Node { return g.rangeOver("[]int", "int", "int", depth) })},
	{"range-array", 3, nested(func(g *gen, depth int) *Node { return g.rangeOver("[3]int", "int", "int", depth) })},
	{"range-string", 2, nested(func(g *gen, depth int) *Node { return g.rangeOver("string", "int", "rune", depth) })},
	{"range-array-pointer", 2, nested(func(g *gen, depth int) *Node {
		v := g.variable("[3]int")
		if v == nil {
			return nil
		}
		v.Keep = true
		return g.rangeHead("&@", []*Node{v}, "int", "int", depth)
	})},
	{"range-nil-array", 1, nested(func(g *gen, depth int) *Node {
		return g.rangeHead("(*[3]int)(nil)", nil, "int", "", depth)
	})},
	{"range-int", 5, nested(func(g *gen, depth int) *Node {
		return g.rangeHead("(@ & 3)", []*Node{g.expr("int", 3)}, "int", "", depth)
	})},
	{"range-byte", 1, nested(func(g *gen, depth int) *Node {
		return g.rangeHead("(@ & 3)", []*Node{g.expr("uint8", 2)}, "uint8", "", depth)
	})},
	{"range-constant", 1, nested(func(g *gen, depth int) *Node {
		return g.loop("for range 2", "", nil, depth)
	})},
	{"range-channel", 3, nested(func(g *gen, depth int) *Node { return g.rangeOver("<-chan int", "int", "", depth) })},
	{"range-map", 2, nested(func(g *gen, depth int) *Node {
		return g.rangeHead("map[string]int{@: @}", []*Node{g.expr("string", 2), g.expr("int", 2)}, "string", "int", depth)
	})},
	{"range-map-sum", 2, awaiting(func(g *gen, depth int) *Node {
		x := g.variable("int")
		if x == nil {
			return nil
		}
		g.serial++
		k, sum := fmt.Sprintf("e%d", g.serial), fmt.Sprintf("t%d", g.serial)
		// Nobody sees the sum before the loop is over, so order does not matter.
		return g.st(fmt.Sprintf("%s := 0\nfor _, %s := range @ {\n$Tick()\n%[1]s += $Later(\"?\", %[2]s).Await()\n}\n@ += %[1]s", sum, k),
			g.expr("map[string]int", 2), x)
	})},
	{"range-map-clear", 1, awaiting(func(g *gen, depth int) *Node {
		m := g.variable("map[string]int")
		if m == nil {
			return nil
		}
		return g.st("for range @ {\n$Tick()\n$Step(\"?\", nil).Await()\nclear(@)\n}", m, m.clone())
	})},
	{"range-func", 7, nested(func(g *gen, depth int) *Node {
		return g.rangeOver("func(func(int) bool)", "int", "", depth)
	})},
	{"range-func-pairs", 3, nested(func(g *gen, depth int) *Node {
		return g.rangeHead("pairs(@)", []*Node{g.expr("string", 2)}, "int", "string", depth)
	})},
	{"range-method", 3, nested(func(g *gen, depth int) *Node {
		switch g.rng.IntN(4) {
		case 0:
			return g.rangeHead("Bag(@).All()", []*Node{g.expr("[]int", 2)}, "int", "int", depth)
		case 1:
			return g.rangeHead("(&Bag{@, @}).Each", []*Node{g.expr("int", 2), g.expr("int", 2)}, "int", "", depth)
		case 2:
			return g.rangeHead("named(@)", []*Node{g.expr("int", 2)}, "int", "", depth)
		}
		t := "int"
		if g.fn.has("TA") {
			t = "TA"
		}
		return g.rangeHead("boxed(@).All()", []*Node{g.expr(t, 2)}, t, "", depth)
	})},
	{"range-func-none", 2, nested(func(g *gen, depth int) *Node {
		return g.loop("for range thrice", "", nil, depth)
	})},
}

// forClauses has the three clauses in several forms, with operands that may await in
// each, and a variable that the body may capture.
func (g *gen) forClauses(depth int) *Node {
	start := g.expr(index, 2)
	defer g.push()()
	x := g.fresh()
	g.declare(x, "int")
	cond, post := x+" < 3", x+"++"
	kids := []*Node{start}
	if g.chance(2) {
		cond = "$V(\"?\", " + x + ") < 2 + @"
		kids = append(kids, g.expr(index, 3))
	}
	if g.chance(3) {
		post = x + " += 1 + @&1"
		kids = append(kids, g.expr("int", 3))
	}
	switch g.rng.IntN(8) {
	case 0:
		return g.loop("for "+x+", q := @, 9; "+cond+"; "+x+", q = q-8, "+x+"+2", "", kids[:min(len(kids), 1+countHoles(cond))], depth)
	case 1:
		post, kids = "", kids[:1+countHoles(cond)]
		return g.loop("for "+x+" := @; "+cond+"; "+post, x+"++\n", kids, depth)
	}
	return g.loop("for "+x+" := @; "+cond+"; "+post, "", kids, depth)
}

// countHoles counts the operands of a text.
func countHoles(text string) int {
	n := 0
	for _, c := range text {
		if c == '@' {
			n++
		}
	}
	return n
}

// rangeOver ranges over an expression of the type.
func (g *gen) rangeOver(over, key, value string, depth int) *Node {
	return g.rangeHead("@", []*Node{g.expr(over, 3)}, key, value, depth)
}

// rangeHead makes a range loop with or without variables, defined or assigned. An empty
// value type says that there is only one variable.
func (g *gen) rangeHead(over string, kids []*Node, key, value string, depth int) *Node {
	switch {
	case g.chance(6):
		return g.loop("for range "+over, "", kids, depth)
	case g.chance(5) && value != "rune":
		k := g.lvalue(key)
		if k == nil {
			return nil
		}
		left := []*Node{k}
		text := "for @"
		if value != "" {
			v := g.lvalue(value)
			if v == nil {
				return nil
			}
			left, text = append(left, v), "for @, @"
		}
		return g.loop(text+" = range "+over, "", append(left, kids...), depth)
	}
	defer g.push()()
	k := g.fresh()
	if value == "" || g.chance(4) {
		g.declare(k, key)
		return g.loop("for "+k+" := range "+over, "_ = "+k+"\n", kids, depth)
	}
	if g.chance(4) {
		k = "_"
	}
	g.declare(k, key)
	v := g.fresh()
	g.declare(v, value)
	return g.loop("for "+k+", "+v+" := range "+over, "_ = "+v+"\n"+use(k), kids, depth)
}

// use makes a statement that uses a variable.
func use(name string) string {
	if name == "_" {
		return ""
	}
	return "_ = " + name + "\n"
}
