package progen

import "fmt"

// placeRows await futures that come from somewhere: a field, a map, an element, an
// interface, a function value, an embedded pointer.
var placeRows = []row{
	{"int", "await-field", 1, "hold(@).F.Await()", []string{"*$LaterFuture[int]"}},
	{"int", "await-map", 1, "hold(@).M[@[:0]].Await()", []string{"*$LaterFuture[int]", "string"}},
	{"int", "await-element", 1, "hold(@).A[@&1].Await()", []string{"*$LaterFuture[int]", index}},
	{"int", "await-interface", 2, "hold(@).I.Await()", []string{"*$LaterFuture[int]"}},
	{"int", "await-function", 1, "hold(@).Fn(@).Await()", []string{"*$LaterFuture[int]", "int"}},
	{"int", "await-embedded", 1, "hold(@).Await()", []string{"*$LaterFuture[int]"}},
	{"int", "await-closure", 1, "func() *$LaterFuture[int] { $Tick(); return @ }().Await()", []string{"*$LaterFuture[int]"}},
	{"int", "await-asserted", 1, "any(@).(Future).Await()", []string{"*$LaterFuture[int]"}},
	{"int", "await-bare", 1, "$Either(#Await[int](@))", []string{"*$LaterFuture[int]"}},
}

func init() {
	for _, r := range placeRows {
		add(r.typ, production{r.name, r.weight, awaiting(r.build)})
	}
}

// places keep futures in variables of those types and await them later, or in another order.
var places = []production{
	{"future-slice", 2, awaiting(nested(func(g *gen, depth int) *Node {
		g.serial++
		fs, i := fmt.Sprintf("fs%d", g.serial), fmt.Sprintf("i%d", g.serial)
		return g.st(fmt.Sprintf("%s := []*$LaterFuture[int]{@, @}\n@\nfor %s := range %[1]s {\n$Tick()\n$T(\"?\", %[1]s[1-%s].Await())\n}", fs, i),
			g.expr("*$LaterFuture[int]", 2), g.expr("*$LaterFuture[int]", 2), &Node{Kind: Block, Kids: []*Node{g.stmt(1)}})
	}))},
	{"future-map", 2, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		m := fmt.Sprintf("fm%d", g.serial)
		return g.st(fmt.Sprintf("%s := map[string]Future{\"k\": @}\n%[1]s[@] = @\n@\n$T(\"?\", %[1]s[\"k\"].Await())", m),
			g.expr("*$LaterFuture[int]", 2), g.expr("string", 2), g.expr("*$LaterFuture[int]", 2), &Node{Kind: Block, Kids: []*Node{g.stmt(1)}})
	})},
	{"future-value", 3, awaiting(func(g *gen, depth int) *Node {
		t := g.anyType()
		e := g.expr(t, 2)
		g.serial++
		v := fmt.Sprintf("fv%d", g.serial)
		between := &Node{Kind: Block, Kids: []*Node{g.stmt(1)}}
		x := g.fresh()
		g.declareNew(x, t)
		return g.st(fmt.Sprintf("%s := $Value(\"?\", @)\n@\n%s := %[1]s.Await()\n", v, x)+use(x), e, between)
	})},
	{"future-channel", 2, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		return g.st(fmt.Sprintf("fc%d := make(chan *$LaterFuture[int], 2)\nfc%[1]d <- @\n@\n$T(\"?\", (<-fc%[1]d).Await())", g.serial),
			g.expr("*$LaterFuture[int]", 2), &Node{Kind: Block, Kids: []*Node{g.stmt(1)}})
	})},
	{"twin-channel", 2, awaiting(func(g *gen, depth int) *Node {
		n, _ := g.twinFuture(2, func(f *Func) bool { return !f.Dyn && len(f.Results) > 0 })
		if n == nil {
			return nil
		}
		g.serial++
		return g.st(fmt.Sprintf("tc%d := $Holding(@)\n@\n$T(\"?\", $List((<-tc%[1]d).Await())...)", g.serial),
			n, &Node{Kind: Block, Kids: []*Node{g.stmt(1)}})
	})},
	{"future-holder", 2, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		h := fmt.Sprintf("h%d", g.serial)
		return g.st(fmt.Sprintf("%s := hold(@)\n@\n%[1]s.F = @\n$T(\"?\", %[1]s.F.Await(), %[1]s.Fn(@).Await())", h),
			g.expr("*$LaterFuture[int]", 2), &Node{Kind: Block, Kids: []*Node{g.stmt(1)}},
			g.expr("*$LaterFuture[int]", 2), g.expr("int", 2))
	})},
}

// addValue adds the await of a future that is a value, not a pointer.
func addValue(typ string) {
	add(typ, production{"await-value", 1, awaiting(row{typ, "await-value", 1, "$Value(\"?\", @).Await()", []string{typ}}.build)})
}
