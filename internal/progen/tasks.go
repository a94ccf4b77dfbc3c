package progen

import (
	"fmt"
	"slices"
	"strings"
)

// Tasks that a function starts run one at a time, while it waits for them: so what happens in
// which order is no matter of the scheduler, and can be compared. See package harness.

// taskLiteral makes a literal that becomes the body of a task.
func (g *gen) taskLiteral(t string) *Node {
	n := g.asyncLiteral(t, 3)
	if n != nil {
		n.Text = strings.Replace(n.Text, "$Tick()", "defer $InTask()()\n$Tick()", 1)
	}
	return n
}

// parking makes a literal like [gen.taskLiteral] which at its end, mostly, waits for the Never of
// that name.
func (g *gen) parking(t, never string) *Node {
	n := g.taskLiteral(t)
	if n == nil {
		return nil
	}
	n.Text = strings.Replace(n.Text, "defer", "defer "+never+".Left()\ndefer", 1)
	body := n.Kids[0]
	at := max(0, len(body.Kids)-1)
	body.Kids = slices.Insert(body.Kids, at, &Node{Kind: Stmt, Name: "never", Text: never + ".Await()"})
	return n
}

// tasks are statements that start tasks and wait for them.
var tasks = []production{
	{"spawn", 10, awaiting(func(g *gen, depth int) *Node {
		t := g.signatureType()
		lit := g.taskLiteral(t)
		if lit == nil {
			return nil
		}
		g.serial++
		c := fmt.Sprintf("tk%d", g.serial)
		x := g.fresh()
		g.declareNew(x, t)
		if g.chance(2) { // the result is there as often as it is asked for
			return g.st(fmt.Sprintf("%s := #Spawn(#Async(@))\n$T(\"?\", $List(%[1]s.Await())...)\n%s, e%[1]s := %[1]s.Await()\n$T(\"?\", e%[1]s)\n", c, x)+use(x), lit)
		}
		return g.st(fmt.Sprintf("%s, e%s := #Spawn(#Async(@)).Await()\n$T(\"?\", e%[2]s)\n", x, c)+use(x), lit)
	})},
	{"spawn-error", 4, awaiting(func(g *gen, depth int) *Node {
		lit := g.taskLiteral("")
		if lit == nil {
			return nil
		}
		return g.st("$T(\"?\", $List(#Spawn(#AsyncErr(@)).Await())...)", lit)
	})},
	{"spawn-cancel", 8, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		nv := fmt.Sprintf("nv%d", g.serial)
		lit := g.parking("int", nv)
		if lit == nil {
			return nil
		}
		return g.st(fmt.Sprintf("%s := $NewNever()\ntk%[1]s := #Spawn(#Async(@))\n%[1]s.Reached(tk%[1]s)\ntk%[1]s.Cancel()\n$T(\"?\", $List(tk%[1]s.Await())...)\ntk%[1]s.Detach()", nv), lit)
	})},
	{"group-cancel", 8, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		gr, nv := fmt.Sprintf("gr%d", g.serial), fmt.Sprintf("nv%d", g.serial)
		waits := g.parking("", nv)
		if waits == nil {
			return nil
		}
		fails := g.literalFunc(nil, []Param{{"", "error"}}, true, 2)
		text := "var " + gr + " #Group\n" + nv + " := $NewNever()\n" +
			gr + ".Go(@)\n" + nv + ".Reached(&" + gr + ")\n" +
			gr + ".Go(func() error {\ndefer $InTask()()\nif err := @(); err != nil {\nreturn err\n}\nreturn Fail{9}\n})\n" +
			"$T(\"?\", " + gr + ".Wait().Await())"
		return g.st(text, waits, fails)
	})},
	{"group", 14, awaiting(func(g *gen, depth int) *Node {
		g.serial++
		v := fmt.Sprintf("gr%d", g.serial)
		text := "var " + v + " #Group\n" + v + ".Limit(1)\n"
		if g.chance(3) {
			text += v + ".CollectAll()\n"
		}
		if g.chance(3) {
			text += "defer " + v + ".Close().Await()\n"
		}
		var kids []*Node
		for range 1 + g.rng.IntN(3) {
			lit := g.taskLiteral("")
			if lit == nil {
				break
			}
			kids = append(kids, lit)
			text += v + g.pick(".Go(@)\n", ".Go(@)\n", ".Spawn(#AsyncErr(@))\n")
		}
		if kids == nil {
			return nil
		}
		if g.chance(3) { // the error is there as often as it is asked for
			text += "$T(\"?\", " + v + ".Wait().Await())\n"
		}
		return g.st(text+"$T(\"?\", "+v+".Wait().Await())", kids...)
	})},
}
