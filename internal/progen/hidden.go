package progen

import "fmt"

// Variables of a type that only package harness can name have one of these types here. No
// production asks for them but those of this file.
const (
	hiddenStruct  = "hidden"
	hiddenPointer = "hidden pointer"
)

// hiddenVariable gives a variable of such a type. Only those of the same function count: a
// literal cannot capture them.
func (g *gen) hiddenVariable(t string) *Node {
	if g.outer != nil && g.depth == 0 { // the literal of a generator
		return nil
	}
	for s := g.scope; s != nil; s = s.outer {
		for _, v := range s.vars {
			if v.Type == t && len(g.visible(func(p Param) bool { return p == v })) > 0 {
				return &Node{Kind: Expr, Name: "variable", Type: t, Text: v.Name, Keep: true}
			}
		}
	}
	return nil
}

// hiddenTypes are statements with such variables.
var hiddenTypes = []production{
	{"hidden-define", 5, func(g *gen, depth int) *Node {
		t, text := hiddenStruct, "$Hidden(@)"
		if g.chance(3) {
			t, text = hiddenPointer, "$HiddenPtr(@)"
		}
		e := g.ex("", text, g.expr("int", 2))
		if g.awaits && g.chance(2) {
			e = g.ex("", "$Later(\"?\", @).Await()", e)
		}
		x := g.fresh()
		g.declare(x, t)
		return g.st(x+" := @\n_ = "+x, e)
	}},
	{"hidden-range", 2, nested(func(g *gen, depth int) *Node {
		e := []*Node{g.expr("int", 2), g.expr("int", 2)}
		defer g.push()()
		x := g.fresh()
		g.declare(x, hiddenStruct)
		return g.loop("for _, "+x+" := range $Hiddens(@, @)", "_ = "+x+"\n", e, depth)
	})},
	{"hidden-assign", 4, func(g *gen, depth int) *Node {
		v := g.hiddenVariable(hiddenStruct)
		if v == nil {
			return nil
		}
		switch g.rng.IntN(3) {
		case 0:
			return g.st("@ = $Hidden(@)", v, g.expr("int", 3))
		case 1:
			return g.st("@.X += @", v, g.expr("int", 3))
		}
		return g.st("@.Add(@)", v, g.expr("int", 3))
	}},
	{"hidden-future", 2, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		f := fmt.Sprintf("hf%d", g.serial)
		return g.st(f+" := $Later(\"?\", $Hidden(@))\n@\n$T(\"?\", "+f+".Await().Val())",
			g.expr("int", 2), &Node{Kind: Block, Kids: []*Node{g.stmt(1)}})
	})},
}

func init() {
	for _, use := range []Param{{"@.Val()", hiddenStruct}, {"@.X", hiddenPointer}} {
		add("int", production{"hidden-use", 4, func(g *gen, depth int) *Node {
			v := g.hiddenVariable(use.Type)
			if v == nil {
				return nil
			}
			return g.ex("int", use.Name, v)
		}})
	}
	add("int", production{"hidden-method", 3, func(g *gen, depth int) *Node {
		v := g.hiddenVariable(hiddenPointer)
		if v == nil {
			return nil
		}
		return g.ex("int", "@.Add(@)", v, g.expr("int", depth))
	}})
}
