package progen

import (
	"fmt"
	"slices"
	"strings"
)

// collisions are names that the generated machine might use itself, or that shadow a
// predeclared identifier. Users may call their variables anything of the kind.
var collisions = []string{
	"f", "cx", "rt", "state", "p", "len", "true", "v", "ok", "r", "done", "defers", "err", "x",
	"self", "poll", "cap", "false", "Poll", "Cancel", "Ready", "Pin", "w", "c", "child", "next",
	"copy", "iter", "start", "resume", "await1", "any", "min", "res", "value", "append", "new",
}

// push opens a block; the function it returns closes it.
func (g *gen) push() func() {
	s := &scope{outer: g.scope}
	g.scope = s
	f := g.frame
	return func() { f.scope = s.outer }
}

// declare adds a variable to the current block.
func (g *gen) declare(name, typ string) {
	g.scope.vars = append(g.scope.vars, Param{name, typ})
}

// fresh gives a name for a new variable in the current block: often its own, sometimes
// that of an outer variable, sometimes one that collides with a name of somebody else.
func (g *gen) fresh() string {
	for range 4 {
		var name string
		switch g.rng.IntN(8) {
		case 0:
			name = collisions[g.rng.IntN(len(collisions))]
		case 1:
			if vars := g.visible(func(Param) bool { return true }); len(vars) > 0 {
				name = vars[g.rng.IntN(len(vars))].Name
			}
		}
		if name == "" || name == "_" || name == g.fn.names.harness || name == g.fn.names.rt || g.inBlock(name) ||
			strings.HasPrefix(name, "G") {
			continue
		}
		return name
	}
	g.serial++
	return fmt.Sprintf("v%d", g.serial)
}

// label gives a new label; labels are unique in the whole declaration.
func (g *gen) label() string {
	g.serial++
	return fmt.Sprintf("L%d", g.serial)
}

func (g *gen) inBlock(name string) bool {
	return slices.ContainsFunc(g.scope.vars, func(p Param) bool { return p.Name == name })
}

// visible lists the variables that satisfy keep and are not shadowed, innermost first,
// in this frame and the ones around it.
func (g *gen) visible(keep func(Param) bool) []Param {
	var out []Param
	seen := map[string]bool{"_": true, "": true}
	for f := g.frame; f != nil; f = f.outer {
		for s := f.scope; s != nil; s = s.outer {
			for _, v := range slices.Backward(s.vars) {
				if !seen[v.Name] && keep(v) {
					out = append(out, v)
				}
				seen[v.Name] = true
			}
		}
	}
	return out
}

// shadowed reports whether a local declaration hides the universe's or package's name.
func (g *gen) shadowed(name string) bool {
	return len(g.visible(func(p Param) bool { return p.Name == name })) > 0
}

// variable gives a variable of type typ, or nil. Package variables count as the outermost.
func (g *gen) variable(typ string) *Node {
	vars := g.visible(func(p Param) bool { return p.Type == typ })
	for _, v := range packageVars {
		if v.Type == typ && g.chance(2) {
			vars = append(vars, v)
		}
	}
	if len(vars) == 0 {
		return nil
	}
	// Inner variables are the interesting ones.
	i := min(g.rng.IntN(len(vars)), g.rng.IntN(len(vars)))
	return &Node{Kind: Expr, Name: "variable", Type: typ, Text: vars[i].Name}
}

// packageVars are the variables of the prelude.
var packageVars = []Param{
	{"G", "int"}, {"GB", "bool"}, {"GT", "string"}, {"GS", "[]int"}, {"GA", "[3]int"},
	{"GM", "map[string]int"}, {"GP", "*Pt"}, {"GV", "Pt"}, {"GE", "any"},
}

// effect names a function of the prelude that changes package variables.
func (g *gen) effect() string {
	return g.pick("incG", "growGS", "cutGS", "swapGP", "incG", "growGS", "swapGP", "incG", "nilGP")
}
