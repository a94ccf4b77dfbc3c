package progen

import (
	"fmt"
	"regexp"
	"strings"
)

// row is a production of an expression that is no more than text around operands.
type row struct {
	typ, name string
	weight    int
	text      string
	kids      []string // types of the operands
}

// productions holds the ways to make an expression of each type.
var productions = map[string][]production{}

func init() {
	for _, list := range [][]row{scalarRows, containerRows, structRows, genericRows} {
		for _, r := range list {
			add(r.typ, production{r.name, r.weight, r.build})
		}
	}
	for _, t := range allTypes {
		addAwaits(t.name)
		addCalls(t.name)
		addAsync(t.name)
		addValue(t.name)
	}
	for _, p := range productions["int"] {
		if p.name != "div" && p.name != "mod" {
			p.weight = max(1, p.weight/4)
			add(index, p)
		}
	}
	add(index, production{"small-index", 60, row{text: "(@ & 1)", typ: "int", kids: []string{"int"}}.build})
}

func add(typ string, p production) { productions[typ] = append(productions[typ], p) }

// expr makes an expression of the type, at most depth levels deep.
func (g *gen) expr(typ string, depth int) *Node {
	if productions[typ] == nil {
		return g.structural(typ, depth)
	}
	if depth > 0 && !g.chance(6) {
		if g.chance(4) {
			if v := g.variable(typ); v != nil {
				return v
			}
		}
		if n := g.choose(productions[typ], depth-1); n != nil {
			return n
		}
	}
	t := typ
	if t == index {
		if !g.chance(3) {
			return g.literal(index)
		}
		t = "int"
	}
	if !g.chance(4) {
		if v := g.variable(t); v != nil {
			return v
		}
	}
	return g.literal(typ)
}

// build makes the row's expression, unless a name that its text needs is shadowed.
func (r row) build(g *gen, depth int) *Node {
	for _, name := range builtins.FindAllString(r.text, -1) {
		if g.shadowed(name) {
			return nil
		}
	}
	for _, kid := range r.kids {
		if !g.fn.has(kid) {
			return nil
		}
	}
	n := &Node{Kind: Expr, Type: r.typ, Text: g.trace(r.text)}
	for _, kid := range r.kids {
		n.Kids = append(n.Kids, g.expr(kid, depth))
	}
	return n
}

// builtins finds the predeclared names that locals of a program may hide.
var builtins = regexp.MustCompile(`\b(len|cap|copy|append|new|min|max|clear|any|true|false)\b`)

// ex makes an expression by hand.
func (g *gen) ex(typ, text string, kids ...*Node) *Node {
	return &Node{Kind: Expr, Type: typ, Text: g.trace(text), Kids: kids}
}

// trace replaces each ? by a new name for an event.
func (g *gen) trace(text string) string {
	for strings.Contains(text, "?") {
		g.traced++
		text = strings.Replace(text, "?", fmt.Sprintf("%s.%d", g.fn.Name, g.traced), 1)
	}
	return text
}

// addCalls adds what works for every type: a traced call, a literal called on the spot.
func addCalls(typ string) {
	add(typ, production{"traced-call", 5, func(g *gen, depth int) *Node {
		return g.ex(typ, "$V(\"?\", @)", g.expr(typ, depth))
	}})
	add(typ, production{"literal-called", 2, func(g *gen, depth int) *Node {
		if g.budget < 3 || g.depth > 2 || strings.Contains(typ, "chan") { // nil after a recovered panic
			return nil
		}
		n := g.literalFunc(nil, []Param{{"", typ}}, g.awaits && !g.chance(4), 3)
		return g.ex(typ, "@()", n)
	}})
	add(typ, production{"new-value", 1, row{typ, "new-value", 1, "(*new(@))", []string{typ}}.build})
}

// literalFunc makes a function literal with a body of about size statements.
func (g *gen) literalFunc(params, results []Param, awaits bool, size int) *Node {
	old := g.frame
	named := len(results) > 0 && results[0].Name != ""
	g.frame = &frame{outer: old, scope: &scope{}, awaits: awaits, results: results, named: named, depth: old.depth + 1}
	defer func() { g.frame = old }()
	sig := g.signature(params, results, false)
	body := g.body(size)
	return &Node{Kind: Expr, Name: "literal", Type: "func" + sig, Text: "func" + sig + " {\n$Tick()\n@\n}", Kids: []*Node{body}}
}

// signature declares parameters and results in the current frame and gives their text.
func (g *gen) signature(params, results []Param, variadic bool) string {
	var in, out []string
	for i, p := range params {
		g.declare(p.Name, p.Type)
		t := p.Type
		if variadic && i == len(params)-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		in = append(in, p.Name+" "+t)
	}
	for _, r := range results {
		g.declare(r.Name, r.Type)
		out = append(out, strings.TrimSpace(r.Name+" "+r.Type))
	}
	return "(" + strings.Join(in, ", ") + ") (" + strings.Join(out, ", ") + ")"
}
