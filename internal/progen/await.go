package progen

// awaitRows are awaits of one particular type, mostly of several values that are spread.
var awaitRows = []row{
	{"int", "await-spread", 2, "score($LaterErr(\"?\", @, @).Await())", []string{"int", "error"}},
	{"int", "await-spread", 1, "triple($Both(\"?\", @, @, @).Await())", []string{"int", "string", "error"}},
	{"int", "await-variable", 2, "@.Await()", []string{"*$LaterFuture[int]"}},
	{"int", "await-shift", 1, "int(int8(1 << ($Later(\"?\", @).Await() & 7)))", []string{"int"}},
	{"error", "await-error", 5, "$Fail(\"?\", @).Await()", []string{"error"}},
}

// addAwaits adds the ways to await a value of the type.
func addAwaits(typ string) {
	for _, r := range awaitRows {
		if r.typ == typ {
			add(typ, production{r.name, r.weight, awaiting(r.build)})
		}
	}
	for _, r := range []row{
		{typ, "await", 8, "$Later(\"?\", @).Await()", []string{typ}},
		{typ, "await-kept", 1, "$Kept(\"?\", @).Await()", []string{typ}},
		{typ, "await-panics", 1, "$Boom(\"?\", @, @).Await()", []string{"any", typ}},
	} {
		add(typ, production{r.name, r.weight, awaiting(r.build)})
	}
	add(typ, production{"await-effect", 4, awaiting(func(g *gen, depth int) *Node {
		return g.ex(typ, "$Do(\"?\", @, @).Await()", g.effectFunc(), g.expr(typ, depth))
	})})
	add(typ, production{"await-twin", 6, awaiting(func(g *gen, depth int) *Node {
		n, _ := g.twinCall(depth, func(f *Func) bool { return len(f.Results) == 1 && f.Results[0].Type == typ })
		if n != nil {
			n.Type = typ
		}
		return n
	})})
}

// awaiting restricts a production to places where an await may stand.
func awaiting(build func(*gen, int) *Node) func(*gen, int) *Node {
	return func(g *gen, depth int) *Node {
		if !g.awaits {
			return nil
		}
		return build(g, depth)
	}
}

// effectFunc makes what happens during an await: a change of package variables, or a
// literal that changes what it captures.
func (g *gen) effectFunc() *Node {
	if g.budget < 2 || g.chance(3) {
		return &Node{Kind: Expr, Name: "effect", Type: "func()", Text: g.effect()}
	}
	return g.literalFunc(nil, nil, false, 2)
}

func init() {
	add("func(int) int", production{"closure", 8, func(g *gen, depth int) *Node {
		return g.closure([]Param{{g.pick("a", "b", "f", "n"), "int"}})
	}})
	add("func() int", production{"closure", 8, func(g *gen, depth int) *Node { return g.closure(nil) }})
	add("func(func(int) bool)", production{"iterator-literal", 6, func(g *gen, depth int) *Node { return g.iterator() }})
	add("int", production{"constant-local", 2, func(g *gen, depth int) *Node {
		c := g.variable(constant)
		if c == nil {
			return nil
		}
		return g.ex("int", "(@ + "+c.Text+")", g.expr("int", depth))
	}})
}

// closure makes a plain function literal with an int result that captures what it likes.
func (g *gen) closure(params []Param) *Node {
	if g.budget < 2 || g.depth > 2 {
		return nil
	}
	return g.literalFunc(params, []Param{{"", "int"}}, false, 2)
}

// iterator makes an iterator function: two yields with code around, and a deferred
// literal that sees how the loop ended.
func (g *gen) iterator() *Node {
	if g.budget < 4 || g.depth > 2 {
		return nil
	}
	old := g.frame
	g.frame = &frame{outer: old, scope: &scope{}, depth: old.depth + 1}
	defer func() { g.frame = old }()
	text := "func(yield func(int) bool) {\n$Tick()\n"
	if g.chance(3) {
		text += "defer $T(\"?\")\n"
	}
	if g.chance(4) {
		text += "defer func() { $Panicked(\"?\", recover()) }()\n"
	}
	text += "if !yield(@) {\n@\nreturn\n}\n@\n_ = yield(@)\n$T(\"?\")\n}"
	return g.ex("func(func(int) bool)", text, g.expr("int", 1), g.block(1), g.block(1), g.expr("int", 1))
}
