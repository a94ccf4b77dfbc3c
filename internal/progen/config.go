package progen

import (
	"math/rand/v2"
	"slices"
)

// A Config determines a program: the same one always gives the same text.
type Config struct {
	Seed  uint64
	Funcs int // functions in the package
	Size  int // statements in a function, about; a few have three times as many

	// Disable names productions that are not used.
	Disable []string
}

// A Program is one package of generated functions.
type Program struct {
	Config Config
	Funcs  []*Func

	typeArguments map[string][]string // by constraint

	label string // name of the package, if several have one seed
}

// A Func is one generated function or method.
type Func struct {
	Name     string
	Kind     string // as in its directive: func, gen or stream
	Receiver string // type of the receiver; empty for a function
	// TypeParams are names from the table of constraints; those of a method are its
	// receiver's.
	TypeParams []string
	Params     []Param
	Results    []Param
	Yields     []string // types of the values of a generator or stream, which has no Results
	As         string   // what the directive calls the constructor, or empty
	Dyn        bool     // the directive has the option dyn
	Named      bool     // the results have names
	Variadic   bool     // the last parameter is variadic; its Type is the slice
	Body       *Node

	seed  uint64 // of the body that was accepted
	names names
}

// A Param is a parameter or result.
type Param struct{ Name, Type string }

// production makes one kind of node.
type production struct {
	name   string
	weight int
	// build returns nil where the production does not apply.
	build func(g *gen, depth int) *Node
}

// gen is the state of generating one body.
type gen struct {
	rng      *rand.Rand
	program  *Program
	fn       *Func
	disabled map[string]bool

	budget int // statements that may still be made
	serial int // for names that must be unique in the function
	traced int // for names of events
	calls  int // twins that may still be called

	coroutine bool // yield may be called where no machine can be suspended

	*frame
}

// frame is what one function body has for itself; a literal has its own.
type frame struct {
	outer   *frame
	scope   *scope
	awaits  bool // awaits may stand here
	results []Param
	named   bool
	yields  *Func     // the generator whose iterator this is
	targets []*target // enclosing statements that break or continue can name
	depth   int       // how many literals deep
}

// target is a statement that break and continue refer to.
type target struct {
	label string
	loop  bool // continue is possible as well
	plain bool // break without a label refers to it
	used  bool // somebody named the label
}

// scope is one lexical block.
type scope struct {
	outer *scope
	vars  []Param
}

// risky are productions that mostly panic. They are drawn less often than their
// weight says, or most of a body would never run.
var risky = map[string]bool{
	"assert": true, "assert-pointer": true, "assert-interface": true, "assert-error": true,
	"error-text": true, "slice-to-array": true, "shift-negative": true, "div": true, "mod": true,
	"field-pointer": true, "await-panics": true, "panic": true, "defer-panic": true,
	"compare-interface": true, "goexit": true, "defer-goexit": true,
}

// chance is true in one of n cases.
func (g *gen) chance(n int) bool { return g.rng.IntN(n) == 0 }

// pick draws one of the strings.
func (g *gen) pick(of ...string) string { return of[g.rng.IntN(len(of))] }

// choose draws productions by weight until one applies, and gives up after some.
func (g *gen) choose(from []production, depth int) *Node {
	total := 0
	for _, p := range from {
		if !g.disabled[p.name] {
			total += p.weight
		}
	}
	for range 12 {
		if total == 0 {
			return nil
		}
		at := g.rng.IntN(total)
		for _, p := range from {
			if g.disabled[p.name] {
				continue
			}
			if at -= p.weight; at < 0 {
				if risky[p.name] && !g.chance(6) {
					break
				}
				if n := p.build(g, depth); n != nil {
					n.Name = p.name
					return n
				}
				break
			}
		}
	}
	return nil
}

// signatures are the names of what a signature may be, which can be switched off too.
var signatures = []string{"generic", "as", "dyn", "gen", "stream"}

// focus leaves out half of the productions, for every second function. Where all of them
// are in use at once, few are used together often, and some hide what others do.
func (g *gen) focus() {
	if g.chance(2) {
		return
	}
	for _, name := range Productions() {
		if g.chance(2) && !basic[name] {
			g.disabled[name] = true
		}
	}
}

// basic are productions that every function can use.
var basic = map[string]bool{"await": true, "await-step": true, "await-effect": true, "traced-call": true, "trace": true, "define": true}

// size draws how many statements a function has. Most are small: they are what a failure
// is reduced to in the end, and their number counts more than what happens to stand
// behind it.
func (g *gen) size(about int) int {
	switch g.rng.IntN(6) {
	case 0:
		return 1 + g.rng.IntN(3*about)
	case 1, 2:
		return 1 + g.rng.IntN(about)
	}
	return 1 + g.rng.IntN(about/2+1)
}

// Productions lists the names that Config.Disable understands, sorted.
func Productions() []string {
	var out []string
	for _, p := range statements {
		out = append(out, p.name)
	}
	for _, ps := range productions {
		for _, p := range ps {
			out = append(out, p.name)
		}
	}
	out = append(out, signatures...)
	slices.Sort(out)
	return slices.Compact(out)
}
