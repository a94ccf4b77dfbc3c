package progen

import "strings"

// assignments change what exists.
var assignments = []production{
	{"assign", 8, func(g *gen, depth int) *Node {
		t := g.anyType()
		left := g.lvalue(t)
		if left == nil {
			return nil
		}
		return g.st("@ = @", left, g.expr(t, 3))
	}},
	{"assign-op", 5, func(g *gen, depth int) *Node {
		left := g.lvalue("int")
		if left == nil {
			return nil
		}
		return g.st("@ "+g.pick("+=", "+=", "-=", "*=", "^=")+" @", left, g.expr("int", 3))
	}},
	{"assign-op-string", 2, func(g *gen, depth int) *Node {
		left := g.lvalue("string")
		if left == nil || g.shadowed("min") || g.shadowed("len") {
			return nil
		}
		return g.st("@ += @[:min(len(@), 2)]", left, g.expr("string", 2), g.expr("[]int", 1))
	}},
	{"inc", 3, func(g *gen, depth int) *Node {
		left := g.lvalue("int")
		if left == nil {
			return nil
		}
		return g.st("@"+g.pick("++", "--"), left)
	}},
	{"assign-tuple", 4, func(g *gen, depth int) *Node {
		t, u := g.anyType(), g.anyType()
		a, b := g.lvalue(t), g.lvalue(u)
		if a == nil || b == nil {
			return nil
		}
		return g.st("@, @ = @, @", a, b, g.expr(t, 3), g.expr(u, 3))
	}},
	{"swap", 2, func(g *gen, depth int) *Node {
		t := g.anyType()
		a, b := g.variable(t), g.variable(t)
		if a == nil || b == nil {
			return nil
		}
		return g.st("@, @ = @, @", a, b, b.clone(), a.clone())
	}},
	{"assign-results", 4, awaiting(func(g *gen, depth int) *Node {
		t := g.signatureType()
		a, b := g.lvalue(t), g.lvalue("error")
		if a == nil {
			return nil
		}
		if b == nil {
			b = g.ex("error", "_")
			b.Keep = true
		}
		return g.st("@, @ = $LaterErr(\"?\", @, @).Await()", a, b, g.expr(t, 3), g.expr("error", 2))
	})},
	{"assign-comma-ok", 2, func(g *gen, depth int) *Node {
		t, e := g.commaOK()
		a, b := g.lvalue(t), g.lvalue("bool")
		if a == nil || b == nil {
			return nil
		}
		return g.st("@, @ = @", a, b, e)
	}},
	{"assign-closure", 3, func(g *gen, depth int) *Node {
		left := g.lvalue("func(int) int")
		if left == nil {
			return nil
		}
		return g.st("@ = @", left, g.expr("func(int) int", 2))
	}},
	{"blank", 2, func(g *gen, depth int) *Node {
		return g.st("_ = @", g.expr(g.anyType(), 3))
	}},
	{"blank-tuple", 1, func(g *gen, depth int) *Node {
		return g.st("_, _ = @, @", g.expr(g.anyType(), 3), g.expr(g.anyType(), 3))
	}},
	{"append-self", 3, func(g *gen, depth int) *Node {
		if g.shadowed("append") {
			return nil
		}
		s := g.variable("[]int")
		if s == nil {
			return nil
		}
		return g.st("@ = append(@, @)", s, s.clone(), g.expr("int", 3))
	}},
}

// leftForm is one form of an assignable expression.
type leftForm struct {
	typ, text string
	base      string // type of the variable in the first hole; "" if the first hole is no variable
	kids      []string
}

var leftForms = []leftForm{
	{"int", "@.X", "Pt", nil},
	{"int", "@.X", "", []string{"*Pt"}},
	{"int", "@.A[@&1]", "Pt", []string{index}},
	{"int", "@[@&1]", "[3]int", []string{index}},
	{"int", "@[@]", "", []string{"[]int", index}},
	{"int", "@[@]", "[]int", []string{index}},
	{"int", "@[@]", "", []string{"map[string]int", "string"}},
	{"int", "*@", "", []string{"*int"}},
	{"int", "@.Pt.Y", "Emb", nil},
	{"int", "@.S[@]", "", []string{"*Pt", index}},
	{"string", "@.Name", "", []string{"*Pt"}},
	{"[]int", "@.S", "", []string{"*Pt"}},
	{"[]int", "@.S", "Pt", nil},
	{"[3]int", "@.A", "", []string{"*Pt"}},
	{"map[string]int", "@.M", "", []string{"*Pt"}},
	{"Pt", "*@", "", []string{"*Pt"}},
	{"*Pt", "@.Q", "", []string{"*Pt"}},
	{"*int", "@.I", "", []string{"*Pt"}},
	{"TA", "@.V", "", []string{"*Box[TA]"}},
	{"TA", "@.V", "Box[TA]", nil},
	{"TA", "@[@]", "[]TA", []string{index}},
	{"Box[TA]", "*@", "", []string{"*Box[TA]"}},
}

// lvalue makes something that can be assigned to, or returns nil. Its holes are never
// reduced to literals: the node is kept as a whole.
func (g *gen) lvalue(typ string) *Node {
	if g.chance(2) {
		if v := g.variable(typ); v != nil {
			v.Keep = true
			return v
		}
	}
	var forms []leftForm
	for _, f := range leftForms {
		if f.typ == typ {
			forms = append(forms, f)
		}
	}
	if len(forms) > 0 {
		f := forms[g.rng.IntN(len(forms))]
		n := g.ex(typ, f.text)
		n.Name, n.Keep = "lvalue", true
		if f.base != "" {
			v := g.variable(f.base)
			if v == nil {
				return nil
			}
			v.Keep = true
			n.Kids = append(n.Kids, v)
		}
		for _, t := range f.kids {
			n.Kids = append(n.Kids, g.expr(t, 2))
		}
		return n
	}
	if v := g.variable(typ); v != nil {
		v.Keep = true
		return v
	}
	return nil
}

// effects are statements that are there for what they do.
var effects = []production{
	{"trace", 8, func(g *gen, depth int) *Node {
		return g.st("$T(\"?\", @)", g.expr(g.anyType(), 2))
	}},
	{"await-step", 8, awaiting(func(g *gen, depth int) *Node {
		return g.st("$Step(\"?\", nil).Await()")
	})},
	{"await-step-effect", 4, awaiting(func(g *gen, depth int) *Node {
		return g.st("$Step(\"?\", @).Await()", g.effectFunc())
	})},
	{"await-statement", 3, awaiting(func(g *gen, depth int) *Node {
		return g.st("$Later(\"?\", @).Await()", g.expr(g.anyType(), 3))
	})},
	{"await-twin-statement", 4, awaiting(func(g *gen, depth int) *Node {
		call, f := g.twinCall(3, func(*Func) bool { return true })
		switch {
		case call == nil:
			return nil
		case f.Dyn && len(f.Results) > 0 && f.Results[0].Type == "*$LaterFuture[int]":
			return g.st("_ = @", call) // First gives a future, which nobody may drop
		}
		return g.st("@", call)
	})},
	{"literal-statement", 3, func(g *gen, depth int) *Node {
		if g.budget < 3 || g.depth > 2 {
			return nil
		}
		return g.st("@()", g.literalFunc(nil, nil, g.awaits && !g.chance(5), 3))
	}},
	{"guarded", 5, nested(func(g *gen, depth int) *Node {
		if g.depth > 1 {
			return nil
		}
		lit := g.literalFunc(nil, nil, g.awaits, 4)
		lit.Text = strings.Replace(lit.Text, "$Tick()", g.trace("$Tick()\ndefer func() { $Panicked(\"?\", recover()) }()"), 1)
		return g.st("@()", lit)
	})},
	{"call-statement", 2, func(g *gen, depth int) *Node {
		return g.st("sum(@, @)", g.expr("int", 3), g.expr("int", 3))
	}},
	{"method-statement", 3, func(g *gen, depth int) *Node {
		if v := g.variable("Pt"); v != nil && g.chance(2) {
			v.Keep = true // addressed implicitly
			return g.st("@.Add(@)", v, g.expr("int", 3))
		}
		return g.st("@.Add(@)", g.expr("*Pt", 2), g.expr("int", 3))
	}},
	{"receive-statement", 1, func(g *gen, depth int) *Node {
		return g.st("<-@", g.expr("<-chan int", 3))
	}},
	{"send", 2, func(g *gen, depth int) *Node {
		return g.st("@ <- @", g.expr("chan int", 2), g.expr("int", 3))
	}},
	{"go", 1, func(g *gen, depth int) *Node {
		return g.st("go $Nop(@, @)", g.expr(g.anyType(), 2), g.expr("int", 3))
	}},
	{"delete", 1, func(g *gen, depth int) *Node {
		return g.st("delete(@, @)", g.expr("map[string]int", 2), g.expr("string", 3))
	}},
	{"clear", 1, func(g *gen, depth int) *Node {
		if g.shadowed("clear") {
			return nil
		}
		return g.st("clear(@)", g.expr(g.pick("[]int", "map[string]int"), 2))
	}},
	{"address", 3, func(g *gen, depth int) *Node {
		t := g.pick("int", "Pt")
		v := g.variable(t)
		if v == nil {
			return nil
		}
		v.Keep = true
		x := g.fresh()
		g.declare(x, "*"+t)
		return g.st(x+" := &@\n_ = "+x, v)
	}},
	{"slice-array", 2, func(g *gen, depth int) *Node {
		v := g.variable("[3]int")
		if v == nil {
			return nil
		}
		v.Keep = true
		e := g.expr(index, 2)
		x := g.fresh()
		g.declare(x, "[]int")
		return g.st(x+" := @[@&1:]\n_ = "+x, v, e)
	}},
}
