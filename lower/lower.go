package lower

import (
	"slices"

	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/parse"
)

// passes is what happens to a machine between its construction and the generator, in
// order. After build every variable and jump has its place in the graph and awaits stand
// at the start of blocks; each pass adds what the next ones need.
var passes = []struct {
	name string
	run  func(*Machine)
}{
	{"simplify", simplify},   // no empty, unreachable or needlessly split blocks
	{"state", number},        // every await has its state
	{"yields", yields},       // every yield knows whether it has to ask
	{"live", keep},           // every state knows the variables that it keeps
	{"spill", spill},         // every variable has its storage
	{"witness", witnesses},   // every variable whose type has no name has its witness
	{"slots", assignSlots},   // every variable of the frame has its field
	{"usage", usage},         // every variable knows whether it is read
	{"clear", clearPointers}, // every state knows the pointers that it must not keep
}

// Package lowers the annotated functions of p, one machine for each, in source order. What
// cannot be compiled is added to diags; the machines are then of no use.
func Package(p *parse.Package, diags *diag.List) []*Machine {
	var out []*Machine
	g := &group{unwinds: unwinding(p)}
	g.walks = walks(p, g.unwinds)
	for _, fn := range p.Funcs {
		out = append(out, build(fn, nil, g, diags))
	}
	breakCycles(p, out)
	for _, m := range out {
		run(m, diags)
	}
	return out
}

// run takes m through the passes. The literals go first: what they refer to is live in m
// while m waits for them.
func run(m *Machine, diags *diag.List) {
	for _, lit := range slices.Concat(m.Lits, m.Closures) {
		run(lit, diags)
	}
	for _, p := range passes {
		p.run(m)
		if Check {
			if err := sanity(m, p.name); err != nil {
				panic(err)
			}
		}
	}
	nameable(m, diags)
}

// Check makes every pass be followed by a check of the invariants. Tests set it; a violated
// invariant is an error of the compiler and panics.
var Check = false
