package progen

import (
	"fmt"
	"slices"
	"strings"
)

// constant is the type under which local constants are declared: nothing asks for it but
// the production that uses them.
const constant = "constant"

// statements are all productions of statements.
var statements []production

func init() {
	statements = slices.Concat(declarations, assignments, effects, controls, loops, jumps, defers, closures, tasks, places, seqs, hiddenTypes)
}

// st makes a statement by hand.
func (g *gen) st(text string, kids ...*Node) *Node {
	return &Node{Kind: Stmt, Text: strings.TrimRight(g.trace(text), "\n"), Kids: kids}
}

// stmt makes one statement; depth bounds how deep blocks nest.
func (g *gen) stmt(depth int) *Node {
	g.budget--
	if n := g.choose(statements, depth); n != nil {
		return n
	}
	return g.st("$T(\"?\")")
}

// list makes up to size statements in the current scope.
func (g *gen) list(size, depth int) *Node {
	n := &Node{Kind: Block}
	for range 1 + g.rng.IntN(size) {
		if g.budget <= 0 {
			break
		}
		n.Kids = append(n.Kids, g.stmt(depth))
	}
	return n
}

// block makes a block with a scope of its own.
func (g *gen) block(depth int) *Node {
	defer g.push()()
	return g.list(3, depth)
}

// body makes the statements of a function and the return at its end.
func (g *gen) body(size int) *Node {
	n := &Node{Kind: Block}
	for range size {
		if g.budget <= 0 {
			break
		}
		n.Kids = append(n.Kids, g.stmt(min(3, size/2)))
	}
	if len(g.results) > 0 || g.chance(4) {
		last := g.ret(2)
		last.Name = "return"
		n.Kids = append(n.Kids, last)
	}
	return n
}

// ret makes a return statement.
func (g *gen) ret(depth int) *Node {
	if len(g.results) == 0 || g.named && g.chance(3) {
		return g.st("return")
	}
	if g.awaits && g.chance(3) {
		if n := g.retSpread(depth); n != nil {
			return n
		}
	}
	n := g.st("return " + strings.TrimSuffix(strings.Repeat("@, ", len(g.results)), ", "))
	for _, r := range g.results {
		n.Kids = append(n.Kids, g.expr(r.Type, depth))
	}
	return n
}

// retSpread returns all results of one await.
func (g *gen) retSpread(depth int) *Node {
	call, _ := g.twinCall(depth, func(f *Func) bool {
		return slices.EqualFunc(f.Results, g.results, func(a, b Param) bool { return a.Type == b.Type })
	})
	if call != nil {
		return g.st("return @", call)
	}
	rs := g.results
	switch last := rs[len(rs)-1].Type; {
	case last == "error" && len(rs) == 2:
		return g.st("return $LaterErr(\"?\", @, @).Await()", g.expr(rs[0].Type, depth), g.expr("error", depth))
	case last == "error" && len(rs) == 3:
		return g.st("return $Both(\"?\", @, @, @).Await()",
			g.expr(rs[0].Type, depth), g.expr(rs[1].Type, depth), g.expr("error", depth))
	}
	return nil
}

// declarations bring new variables, constants and types into the block.
var declarations = []production{
	{"define", 12, func(g *gen, depth int) *Node {
		t := g.anyType()
		e := g.expr(t, 3)
		x := g.fresh()
		g.declare(x, t)
		return g.st(x+" := @\n_ = "+x, e)
	}},
	{"var", 4, func(g *gen, depth int) *Node {
		t := g.anyType()
		if strings.HasPrefix(t, "*$") {
			return nil
		}
		if strings.HasPrefix(t, "func") || g.chance(2) {
			e := g.expr(t, 3)
			x := g.fresh()
			g.declare(x, t)
			return g.st("var "+x+" "+t+" = @\n_ = "+x, e)
		}
		if strings.Contains(t, "chan") { // a nil channel would block for ever
			return nil
		}
		if (t[0] == '*' || t == "Shape") && !g.chance(4) { // would panic soon
			return nil
		}
		x := g.fresh()
		g.declare(x, t)
		return g.st("var " + x + " " + t + "\n_ = " + x)
	}},
	{"define-tuple", 4, func(g *gen, depth int) *Node {
		t, u := g.anyType(), g.anyType()
		a, b := g.expr(t, 3), g.expr(u, 2)
		x := g.reuse(t)
		y := g.fresh()
		if x == y {
			return nil
		}
		g.declareNew(x, t)
		g.declareNew(y, u)
		return g.st(x+", "+y+" := @, @\n"+use(x)+use(y), a, b)
	}},
	{"define-results", 6, awaiting(func(g *gen, depth int) *Node { return g.defineResults() })},
	{"define-twin", 3, awaiting(func(g *gen, depth int) *Node { return g.defineTwin() })},
	{"define-comma-ok", 3, func(g *gen, depth int) *Node {
		t, e := g.commaOK()
		x, ok := g.reuse(t), g.fresh()
		if x == ok {
			return nil
		}
		g.declareNew(x, t)
		g.declareNew(ok, "bool")
		return g.st(x+", "+ok+" := @\n"+use(x)+use(ok), e)
	}},
	{"constant", 2, func(g *gen, depth int) *Node {
		g.serial += 2
		a, b := fmt.Sprintf("k%d", g.serial-1), fmt.Sprintf("k%d", g.serial)
		g.declare(a, constant)
		g.declare(b, constant)
		return g.st(fmt.Sprintf("const (\n_ = 1 << (10 * iota)\n%s\n%s = %[1]s >> 8\n)\n_, _ = %[1]s, %[2]s", a, b))
	}},
	{"local-type", 3, func(g *gen, depth int) *Node { return g.localType() }},
	{"use-local-type", 6, func(g *gen, depth int) *Node { return g.useLocal() }},
}

// reuse gives a name for the left side of a define that may have a variable of the
// block already; somebody else has to be new.
func (g *gen) reuse(t string) string {
	for _, v := range g.scope.vars {
		if v.Type == t && v.Name != "_" && v.Name != "" && g.chance(2) {
			return v.Name
		}
	}
	if g.chance(6) {
		return "_"
	}
	return g.fresh()
}

// declareNew declares a name unless the block has it.
func (g *gen) declareNew(name, t string) {
	if name != "_" && !g.inBlock(name) {
		g.declare(name, t)
	}
}

// defineResults defines variables from an await with several results.
func (g *gen) defineResults() *Node {
	t := g.signatureType()
	var call *Node
	ts := []string{t, "error"}
	switch g.rng.IntN(4) {
	case 0:
		ts = []string{t, g.signatureType(), "error"}
		call = g.ex("", "$Both(\"?\", @, @, @).Await()", g.expr(ts[0], 2), g.expr(ts[1], 2), g.expr("error", 1))
	case 1:
		var f *Func
		call, f = g.twinCall(2, func(f *Func) bool { return len(f.Results) >= 2 })
		if call == nil {
			return nil
		}
		ts = nil
		for _, r := range f.Results {
			ts = append(ts, r.Type)
		}
	case 2:
		if g.shadowed("rt") {
			return nil
		}
		ts = []string{"int", "error"}
		call = g.ex("", "#Await[int](@)", g.expr("*$LaterFuture[int]", 2))
	default:
		call = g.ex("", "$LaterErr(\"?\", @, @).Await()", g.expr(t, 2), g.expr("error", 2))
	}
	var left []string
	for i, t := range ts {
		x := g.fresh()
		if i < len(ts)-1 {
			x = g.reuse(t)
		}
		if x != "_" && slices.Contains(left, x) {
			return nil
		}
		left = append(left, x)
	}
	text := strings.Join(left, ", ") + " := @"
	for i, x := range left {
		g.declareNew(x, ts[i])
		text += "\n" + use(x)
	}
	return g.st(text, call)
}

// defineTwin keeps the future of a twin in a variable and awaits it after something else
// has happened, or never: the function has not started then. Sometimes the constructor is
// kept in a variable as well.
func (g *gen) defineTwin() *Node {
	call, f := g.twinFuture(2, func(f *Func) bool { return len(f.Results) == 1 })
	if call == nil {
		return nil
	}
	t := f.Results[0].Type
	g.serial++
	tw := fmt.Sprintf("tw%d", g.serial)
	text := tw + " := @\n"
	if of, rest, ok := strings.Cut(call.Text, "("); ok && g.chance(3) && !strings.Contains(of, "@") && of != "" {
		if len(f.TypeParams) > 0 {
			of = f.constructor() + bracketed(f.TypeParams)
		}
		text = "fn" + tw + " := " + of + "\n" + text
		call.Text = "fn" + tw + "(" + rest
	}
	between := &Node{Kind: Block, Kids: []*Node{g.stmt(1)}}
	if g.chance(5) {
		return g.st(text+"_ = "+tw+"\n@", call, between)
	}
	x := g.fresh()
	g.declare(x, t)
	return g.st(text+"@\n"+x+" := "+f.awaitText(tw)+"\n"+use(x), call, between)
}

// commaOK makes the right side of a comma-ok form and tells its first type.
func (g *gen) commaOK() (string, *Node) {
	switch g.rng.IntN(4) {
	case 0:
		return "int", g.ex("", "@[@]", g.expr("map[string]int", 2), g.expr("string", 2))
	case 1:
		return "int", g.ex("", "<-@", g.expr("<-chan int", 2))
	case 2:
		return "Shape", g.ex("", "@.(Shape)", g.expr("any", 2))
	}
	t := g.pick("int", "string", "[]int", "*Pt", "error")
	return t, g.ex("", "@.("+t+")", g.expr("any", 3))
}

// localType declares a type and a variable of it.
func (g *gen) localType() *Node {
	g.serial++
	l := fmt.Sprintf("L%d", g.serial)
	a, b := g.expr("int", 2), g.expr("[]int", 2)
	x := g.fresh()
	form := "struct {\nA int\nB []int\n}"
	switch g.rng.IntN(3) {
	case 0:
		form = "struct {\nA int\nB []int\nPt\n}"
		g.declare(x, l)
		return g.st("type "+l+" "+form+"\n"+x+" := "+l+"{A: @, B: @}\n_ = "+x, a, b)
	case 1:
		g.serial++
		inner := fmt.Sprintf("L%d", g.serial)
		form = "struct {\nA int\nB []int\nC map[string]" + inner + "\n}"
		g.declare(x, l)
		return g.st("type "+inner+" []string\ntype "+l+" "+form+"\nvar "+x+" = &"+l+"{A: @, B: @}\n_ = "+x, a, b)
	}
	g.declare(x, l)
	return g.st("type "+l+" "+form+"\n"+x+" := "+l+"{@, @}\n_ = "+x, a, b)
}

// useLocal uses a variable of a local type. All of them have fields A and B.
func (g *gen) useLocal() *Node {
	vars := g.visible(func(p Param) bool { return strings.HasPrefix(p.Type, "L") })
	if len(vars) == 0 {
		return nil
	}
	x := vars[g.rng.IntN(len(vars))].Name
	switch g.rng.IntN(4) {
	case 0:
		return g.st(x+".A += @", g.expr("int", 3))
	case 1:
		return g.st(x+".B = @", g.expr("[]int", 3))
	case 2:
		return g.st(x+".A, "+x+".B = @, @", g.expr("int", 3), g.expr("[]int", 2))
	}
	return g.st("$T(\"?\", "+x+".A, @, "+x+".B)", g.expr("int", 2))
}
