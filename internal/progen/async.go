package progen

import (
	"fmt"
	"strings"
)

// closures are statements about literals that become machines of their own: made in one
// place and awaited in another, or never, while what they capture changes.
var closures = []production{
	{"async-stored", 5, awaiting(func(g *gen, depth int) *Node {
		t := g.signatureType()
		lit := g.asyncLiteral(t, 3)
		if lit == nil {
			return nil
		}
		g.serial++
		c := fmt.Sprintf("ac%d", g.serial)
		between := &Node{Kind: Block, Kids: []*Node{g.stmt(1)}}
		if g.chance(6) {
			return g.st(c+" := #Async(@)\n_ = "+c+"\n@", lit, between)
		}
		x := g.fresh()
		g.declareNew(x, t)
		return g.st(fmt.Sprintf("%s := #Async(@)\n@\n%s, e%[1]s := %[1]s.Await()\n$T(\"?\", e%[1]s)\n", c, x)+use(x), lit, between)
	})},
	{"async-error", 3, awaiting(func(g *gen, depth int) *Node {
		lit := g.asyncLiteral("", 3)
		if lit == nil {
			return nil
		}
		x := g.fresh()
		g.declareNew(x, "error")
		return g.st(x+" := #AsyncErr(@).Await()\n_ = "+x, lit)
	})},
	// Several in a list: each captures the variables of its own iteration.
	{"async-list", 3, awaiting(nested(func(g *gen, depth int) *Node {
		g.serial++
		list, i := fmt.Sprintf("as%d", g.serial), fmt.Sprintf("i%d", g.serial)
		pop := g.push()
		g.declare(i, "int")
		lit := g.asyncLiteral("int", 3)
		pop()
		if lit == nil || g.shadowed("append") {
			return nil
		}
		head := fmt.Sprintf("var %s []#AsyncFuture[int]\nfor %s := range 2 {\n$Tick()\n_ = %[2]s\n%[1]s = append(%[1]s, #Async(@))\n}\n", list, i)
		tail := fmt.Sprintf("\nfor _, c := range %s {\nn, err := c.Await()\n$T(\"?\", n, err)\n}", list)
		return g.st(head+"@"+tail, lit, &Node{Kind: Block, Kids: []*Node{g.stmt(1)}})
	}))},
}

// asyncLiteral makes a literal for rt.Async, with a value of type t and an error, or with
// an error only if t is empty.
func (g *gen) asyncLiteral(t string, size int) *Node {
	if g.budget < 2 || g.depth > 2 || strings.Contains(t, "chan") {
		return nil
	}
	results := []Param{{"", t}, {"", "error"}}
	if t == "" {
		results = results[1:]
	}
	named := g.chance(4)
	if named {
		for i := range results {
			results[i].Name = []string{"r", "err"}[i+2-len(results)]
		}
	}
	n := g.literalFunc(nil, results, true, size)
	if g.chance(4) {
		n.Text = strings.Replace(n.Text, "$Tick()", g.trace("$Tick()\ndefer func() { $Panicked(\"?\", recover()) }()"), 1)
	}
	return n
}

// addAsync adds the closures that are awaited where they stand.
func addAsync(typ string) {
	add(typ, production{"async-inline", 2, awaiting(func(g *gen, depth int) *Node {
		lit := g.asyncLiteral(typ, 2)
		if lit == nil {
			return nil
		}
		if g.chance(3) {
			return g.ex(typ, "$Either(#Await(#Async(@)))", lit)
		}
		return g.ex(typ, "$Either(#Async(@).Await())", lit)
	})})
}
