package progen

import (
	"fmt"
	"strings"
)

// A generator is a function whose body returns an iterator. Its twin is pulled, by the
// runner and by other functions, and ranges over the function itself are about it as well.

// seqKind is the kind of iterator that a range here is over: streams only where awaits may stand.
func (g *gen) seqKind() string {
	if g.awaits && !g.chance(3) {
		return "stream"
	}
	return "gen"
}

// yieldTypes draws what a generator yields: one value mostly, or two, or none.
func (g *gen) yieldTypes() []string {
	out := []string{}
	for range []int{1, 1, 1, 1, 2, 2, 0}[g.rng.IntN(7)] {
		t := g.signatureType()
		for strings.Contains(t, "any") && g.inBlock("any") { // the literal stands behind the parameters
			t = g.signatureType()
		}
		out = append(out, t)
	}
	return out
}

// seq is the type of the iterator.
func (f *Func) seq() string { return "func(func(" + strings.Join(f.Yields, ", ") + ") bool)" }

// newSeqBody draws what a generator does before it returns its iterator, and what that does.
func (g *gen) newSeqBody(f *Func) *Node {
	g.awaits, g.results = false, nil
	g.signature(f.Params, nil, f.Variadic)
	before := &Node{Kind: Block}
	budget := g.budget
	g.budget = 0 // no literals, whose recover the compiler takes for one of the function's
	for range g.rng.IntN(3) {
		t := g.anyType()
		if strings.HasPrefix(t, "*$") {
			continue
		}
		e := g.expr(t, 2)
		x := g.fresh()
		g.declare(x, t)
		before.Kids = append(before.Kids, g.st(x+" := @\n_ = "+x, e))
	}
	g.budget = budget
	g.coroutine = f.Kind == "gen" && g.chance(8)
	g.frame = &frame{outer: g.frame, scope: &scope{}, yields: f, awaits: f.Kind == "stream"}
	body := g.body(max(3, g.budget/3))
	before.Kids = append(before.Kids, f.seqAround(body))
	return before
}

// seqAround makes the statement that returns an iterator with that body; for other functions
// it is the body itself.
func (f *Func) seqAround(body *Node) *Node {
	if f.Kind == "func" {
		return body
	}
	yield := strings.TrimSuffix(strings.TrimPrefix(f.seq(), "func("), ")")
	return &Node{Kind: Stmt, Keep: true, Kids: []*Node{body},
		Text: "return func(yield " + yield + ") {\n$Tick()\nif fuel <= 0 {\nreturn\n}\n@\n}"}
}

// passOn makes a loop over the call n that yields its elements of those types, after what stands first.
func (g *gen) passOn(n *Node, of []string, first string) *Node {
	vars := []string{"", "e1", "e1, e2"}[len(of)]
	head := "for " + vars + " := range @"
	if vars == "" {
		head = "for range @"
	}
	return g.st(head+" {\n"+first+"if !yield("+vars+") {\n"+g.pick("return", "break", "return")+"\n}\n}", n)
}

// yield makes a call of yield.
func (g *gen) yield(depth int) *Node {
	if g.yields == nil {
		return nil
	}
	n := g.ex("bool", "yield("+strings.TrimSuffix(strings.Repeat("@, ", len(g.yields.Yields)), ", ")+")")
	for _, t := range g.yields.Yields {
		n.Kids = append(n.Kids, g.expr(t, depth))
	}
	return n
}

func init() {
	add("bool", production{"yield", 12, func(g *gen, depth int) *Node { return g.yield(depth) }})
}

// coroutine restricts a production to generators that may be coroutines.
func coroutine(build func(*gen, int) *Node) func(*gen, int) *Node {
	return func(g *gen, depth int) *Node {
		if g.yields == nil || !g.coroutine {
			return nil
		}
		return build(g, depth)
	}
}

// seqs are statements that yield and that use generators.
var seqs = []production{
	{"yield-return", 16, func(g *gen, depth int) *Node {
		call := g.yield(2)
		if call == nil {
			return nil
		}
		return g.st("if !@ {\nreturn\n}", call)
	}},
	{"yield-statement", 4, func(g *gen, depth int) *Node {
		call := g.yield(3)
		if call == nil {
			return nil
		}
		return g.st("@", call)
	}},
	{"yield-loop", 6, nested(func(g *gen, depth int) *Node {
		call := g.yield(2)
		if call == nil {
			return nil
		}
		return g.st("for range 2 {\n$Tick()\nif !@ {\n@\nbreak\n}\n@\n}", call, g.block(1), g.block(depth-1))
	})},
	// The elements of another iterator of the same type are passed on.
	{"yield-from", 8, func(g *gen, depth int) *Node {
		if g.yields == nil {
			return nil
		}
		of := g.yields.Yields
		n, _ := g.call(g.seqKind(), 2, false, func(f *Func) bool { return strings.Join(f.Yields, ",") == strings.Join(of, ",") })
		if n == nil {
			return nil
		}
		return g.passOn(n, of, "$Tick()\n")
	}},
	// The same by a call of itself, or of one that calls it, with nothing in the loop's body besides: the
	// machines are a walk. Some of them have something that a panic or runtime.Goexit of an inner one comes to.
	{"yield-walk", 24, func(g *gen, depth int) *Node {
		if g.yields == nil {
			return nil
		}
		of := g.yields.Yields
		alone := !g.chance(3)
		n, _ := g.call(g.yields.Kind, 2, false, func(f *Func) bool {
			return strings.Join(f.Yields, ",") == strings.Join(of, ",") && (f.Name == g.yields.Name || !alone)
		})
		if n == nil {
			return nil
		}
		loop := g.passOn(n, of, "")
		loop.Text = g.pick("", "", "defer $T(\"?\")\n", "defer $Recover(\"?\")\n", "defer func() { $Panicked(\"?\", recover()) }()\n") +
			g.pick("", "", "", "if fuel < 2 {\npanic(\"deep\")\n}\n", "if fuel < 2 {\n$Exit(\"?\")\n}\n") + loop.Text
		return loop
	}},
	{"range-generator", 9, nested(func(g *gen, depth int) *Node {
		n, f := g.call(g.seqKind(), 2, false, func(f *Func) bool { return true })
		if n == nil {
			return nil
		}
		key, value := "", ""
		switch len(f.Yields) {
		case 0:
			return g.loop("for range @", "", []*Node{n}, depth)
		case 2:
			value = f.Yields[1]
			fallthrough
		case 1:
			key = f.Yields[0]
		}
		return g.rangeHead("@", []*Node{n}, key, value, depth)
	})},
	// A call of itself, as in a walk of a tree, in a loop that may be left.
	{"yield-recursive", 7, nested(func(g *gen, depth int) *Node {
		if g.yields == nil || len(g.yields.Yields) != 1 {
			return nil
		}
		n, _ := g.call(g.yields.Kind, 1, false, func(f *Func) bool { return f.Name == g.yields.Name && f.Yields[0] == g.yields.Yields[0] })
		if n == nil {
			return nil
		}
		defer g.push()()
		g.declare("e1", g.yields.Yields[0])
		return g.loop("for e1 := range @", "if !yield(e1) {\n"+g.pick("return", "break", "panic(\"left\")", "$Exit(\"?\")", "return", "return")+"\n}\n", []*Node{n}, depth)
	})},
	// What no machine can do makes the generator a coroutine, so few have any of these.
	{"yield-deferred", 3, coroutine(func(g *gen, depth int) *Node {
		return g.st("defer @", g.yield(2))
	})},
	{"yield-deferred-literal", 3, coroutine(func(g *gen, depth int) *Node {
		return g.st("defer func() {\n$Tick()\n$T(\"?\", @)\n"+g.pick("", "$Panicked(\"?\", recover())\n")+"}()", g.yield(1))
	})},
	{"yield-literal", 4, coroutine(func(g *gen, depth int) *Node {
		return g.st("if !func() bool {\n$Tick()\n"+g.pick("", "defer func() { $Panicked(\"?\", recover()) }()\n")+"return @\n}() {\n@\n}", g.yield(1), g.block(1))
	})},
	{"yield-passed", 3, coroutine(func(g *gen, depth int) *Node {
		if strings.Join(g.yields.Yields, " ") != "int" {
			return nil
		}
		return g.st("@(yield)", g.expr("func(func(int) bool)", 1))
	})},
	{"stream-ask", 6, awaiting(nested(func(g *gen, depth int) *Node {
		n, _ := g.call("stream", 2, true, func(f *Func) bool { return true })
		if n == nil {
			return nil
		}
		g.serial++
		it := fmt.Sprintf("it%d", g.serial)
		stop := g.pick("defer "+it+".Stop().Await()\n", "", "")
		next := fmt.Sprintf("$T(\"?\", $List(%s.Next().Await())...)\n", it)
		between := &Node{Kind: Block, Kids: []*Node{g.stmt(1)}}
		return g.st(it+" := @\n"+stop+next+"@\n"+next+it+".Stop().Await()\n"+g.pick("", next), n, between)
	}))},
	{"pull", 4, nested(func(g *gen, depth int) *Node {
		n, _ := g.call("gen", 2, true, func(f *Func) bool { return true })
		if n == nil {
			return nil
		}
		g.serial++
		it := fmt.Sprintf("it%d", g.serial)
		stop := g.pick("defer %s.Stop()\n", "", "")
		if stop != "" {
			stop = fmt.Sprintf(stop, it)
		}
		next := fmt.Sprintf("$T(\"?\", $List(%s.Next())...)\n", it)
		between := &Node{Kind: Block, Kids: []*Node{g.stmt(1)}}
		return g.st(it+" := @\n"+stop+next+"@\n"+next+g.pick("", it+".Stop()\n")+next, n, between)
	})},
}

// handmadePull writes the pull iterator of the oracle, which is that of package iter. That of a
// stream gives futures which ask it.
func (f *Func) handmadePull(b *strings.Builder, recv string, args []string) {
	kept := "plain" + f.Name + bracketed(f.TypeParams)
	values := strings.Join(append([]string{}, f.Yields...), ", ")
	call := f.Name + bracketed(f.TypeParams)
	if f.Receiver != "" {
		call = receiverName + "." + f.Name
	}
	seq := fmt.Sprintf("%s(%s)", call, strings.Join(args, ", "))
	next, pull := values+", bool", "iter.Pull"
	switch len(f.Yields) {
	case 0:
		next = "bool"
		seq = fmt.Sprintf("harness.Unit(%s)", seq)
	case 2:
		pull = "iter.Pull2"
	}
	fmt.Fprintf(b, "\ntype plain%s%s struct {\nnext func() (%s)\nstop func()\n}\n", f.Name, declared(f.TypeParams), next)
	fmt.Fprintf(b, "\nfunc %s%s%s(%s) *%s {\n", recv, f.constructor(), f.typeParams(), f.params(false), kept)
	if len(f.Yields) == 0 {
		fmt.Fprintf(b, "next, stop := iter.Pull(%s)\nreturn &%s{func() bool { _, ok := next(); return ok }, stop}\n}\n", seq, kept)
	} else {
		fmt.Fprintf(b, "next, stop := %s(%s)\nreturn &%s{next, stop}\n}\n", pull, seq, kept)
	}
	if f.Kind == "gen" {
		fmt.Fprintf(b, "\nfunc (o *%s) Next() (%s) { return o.next() }\n\nfunc (o *%[1]s) Stop() { o.stop() }\n", kept, next)
		return
	}
	n := len(f.Yields)
	fmt.Fprintf(b, "\nfunc (o *%s) Next() harness.Next%d%s { return o.next }\n\nfunc (o *%[1]s) Stop() harness.Ends { return o.stop }\n", kept, n, bracketed(f.Yields))
	fmt.Fprintf(b, "\nfunc (o *%s) streamer() harness.Streamer { return harness.Plain%d(o.next, o.stop) }\n", kept, n)
}
