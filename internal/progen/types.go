package progen

import (
	"slices"
	"strings"
)

// A typ is one of the types that generated programs compute with.
type typ struct {
	name    string
	weight  int      // how often variables have it
	literal []string // simple values, each valid in every context of this type
}

// valueTypes are all of them. Texts of literals are typed, so that inference sees the type.
var valueTypes = []typ{
	{"int", 10, []string{"1", "2", "3", "0", "5", "11"}},
	{"bool", 3, []string{"(1 < 2)", "(1 > 2)", "GB"}},
	{"string", 4, []string{`"ab"`, `"bcd"`, `"é!"`, `"k"`, "GT", `"ghi"`, `""`}},
	{"uint8", 1, []string{"uint8(3)", "uint8(200)"}},
	{"float64", 1, []string{"real64(1.5)", "real64(-2)"}},
	{"any", 3, []string{"interface{}(3)", `interface{}("s")`, "interface{}(nil)", "interface{}(Pt{X: 2}.X)", "interface{}(GP)", "interface{}(GS)"}},
	{"error", 2, []string{"error(Fail{1})", "error(nil)", "error(Fail{2})"}},
	{"[]int", 4, []string{"[]int{1, 2, 3}", "[]int{4, 5}", "[]int{6, 7, 8, 9}", "GS", "GS", "[]int(nil)", "[]int{1, 2, 3}", "[]int{0, 0}"}},
	{"[3]int", 3, []string{"[3]int{1, 2, 3}", "[3]int{2: 9}", "GA"}},
	{"map[string]int", 2, []string{`map[string]int{"a": 1, "bc": 2}`, "map[string]int{}", "GM", `map[string]int{"k": 3}`, "GM", "map[string]int{}", "map[string]int(nil)"}},
	{"*int", 2, []string{"ptr(4)", "(&G)", "(&GA[1])", "ptr(5)", "ptr(6)", "(&GV.X)", "(*int)(nil)", "(&G)"}},
	{"Pt", 3, []string{"(Pt{X: 1, Y: 2})", `(Pt{Name: "n", A: [3]int{1, 2, 3}})`, "GV"}},
	{"*Pt", 3, []string{"(&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM})", "GP", "(&GV)", "(&Pt{Y: 4})", "(&GV)", "(&Pt{X: 1})", "(&GV)", "(*Pt)(nil)", "GP"}},
	{"Num", 1, []string{"Num(3)", "num(-1)"}},
	{"Emb", 1, []string{"(Emb{Pt: Pt{X: 1}, N: 2})"}},
	{"Shape", 2, []string{"Shape(Num(2))", "Shape(Pt{X: 1})", "Shape(GP)", "Shape(&GV)", "Shape(Num(5))", "Shape(nil)"}},
	{"func(int) int", 2, []string{"twice", "GP.Add", "GV.Add"}},
	{"func() int", 1, []string{"GV.Val", "Num(4).Val"}},
	{"<-chan int", 2, []string{"$Source(1, 2)", "$Source()", "$Source(3)"}},
	{"chan int", 1, []string{"$Sink()", "$Sink()", "$Sink()", "$Sink()", "$Sink()", "$Closed()"}},
	{"func(func(int) bool)", 1, []string{"upto(2)", "upto(3)", "caught"}},
	{"*$LaterFuture[int]", 1, []string{`$Kept("kept", 6)`}},
}

// allTypes has the types of generic functions too.
var allTypes = slices.Concat(valueTypes, genericTypes)

// index is the type of an expression that is used as an index: an int that is mostly small.
const index = "index"

// anyType draws a type by weight.
func (g *gen) anyType() string {
	if len(g.fn.TypeParams) > 0 && g.chance(2) {
		if t := g.weighted(genericTypes); t != "" {
			return t
		}
	}
	return g.weighted(valueTypes)
}

// weighted draws from those types of the list that exist in the function; it gives up if
// there are few.
func (g *gen) weighted(types []typ) string {
	total := 0
	for _, t := range types {
		total += t.weight
	}
	for range 12 {
		at := g.rng.IntN(total)
		for _, t := range types {
			if at -= t.weight; at < 0 {
				if g.fn.has(t.name) {
					return t.name
				}
				break
			}
		}
	}
	return ""
}

// signatureType draws a type for a parameter or result: futures are rare, because whoever gets
// nil for one panics.
func (g *gen) signatureType() string {
	t := g.anyType()
	for t == "*$LaterFuture[int]" && !g.chance(2) {
		t = g.anyType()
	}
	return t
}

// literals finds the simple values of a type.
func literals(name string) []string {
	if name == index {
		return []string{"0", "0", "0", "0", "0", "1", "1", "2"}
	}
	for _, t := range allTypes {
		if t.name == name {
			return t.literal
		}
	}
	elem, text := element(name)
	if elem == "" {
		panic("progen: no literal of type " + name)
	}
	return []string{strings.Replace(text, "@", literals(elem)[0], 1)}
}

// literal makes a simple value of the type.
func (g *gen) literal(name string) *Node {
	of := literals(name)
	if name == index {
		name = "int"
	}
	text := g.pick(of...)
	if strings.Contains(text, "(nil)") && !g.chance(4) { // what is nil panics soon
		text = of[0]
	}
	return &Node{Kind: Expr, Name: "literal", Type: name, Text: text}
}
