package progen

import (
	"fmt"
	"go/format"
	"go/types"
	"math/rand/v2"
	"slices"
	"strings"
)

// maxAttempts is how many bodies are drawn for a function before it gets an empty one.
const maxAttempts = 40

// Generate makes the program that cfg determines. imports resolves package harness and
// what it needs, see [NewImporter].
func Generate(cfg Config, imports types.Importer) (*Program, error) {
	for _, name := range cfg.Disable {
		if !slices.Contains(Productions(), name) {
			return nil, fmt.Errorf("progen: no production %q; there are %v", name, Productions())
		}
	}
	disabled := map[string]bool{}
	for _, name := range cfg.Disable {
		disabled[name] = true
	}
	p := &Program{Config: cfg}
	r := rand.New(rand.NewPCG(cfg.Seed, 1))
	p.draw(r)
	for i := range cfg.Funcs {
		p.Funcs = append(p.Funcs, newFunc(r, i, disabled))
	}
	for i, f := range p.Funcs {
		f.seed = uint64(i) << 8
		f.Body = p.newBody(f)
	}
	for range maxAttempts {
		bad, err := p.Check(imports)
		if err != nil || len(bad) == 0 {
			return p, err
		}
		for _, f := range p.Funcs {
			if bad[f.Name] != "" {
				f.seed++
				f.Body = p.newBody(f)
			}
		}
	}
	bad, err := p.Check(imports)
	for _, f := range p.Funcs {
		if bad[f.Name] != "" {
			f.Body = f.leftOut()
		}
	}
	return p, err
}

// newFunc draws a signature.
func newFunc(r *rand.Rand, i int, disabled map[string]bool) *Func {
	g := &gen{rng: r, fn: &Func{}, frame: &frame{scope: &scope{}}}
	f := &Func{Name: fmt.Sprintf("F%d", i), Kind: "func", names: names{"harness", "rt"}}
	g.fn = f
	switch r.IntN(6) {
	case 0:
		f.names = names{"h", "rt"}
	case 1:
		f.names = names{"rt", "async"}
	}
	g.declare("fuel", "fuel")
	if g.chance(4) {
		f.Name = fmt.Sprintf("M%d", i)
		f.Receiver = g.pick("Pt", "Pt", "*Pt", "*Pt", "*Pt", "Num", "Num", g.pick("Box[TA]", "*Box[TA]"))
	}
	f.TypeParams = g.typeParams(f.Receiver, disabled["generic"])
	for range r.IntN(4) {
		name := g.paramName("a")
		g.declare(name, "")
		f.Params = append(f.Params, Param{name, g.signatureType()})
	}
	if g.chance(5) {
		f.Params = append(f.Params, Param{"rest", "[]int"})
		f.Variadic = true
	}
	if g.chance(5) && !disabled["gen"] {
		f.Kind, f.Yields = "gen", g.yieldTypes()
		if g.chance(2) && !disabled["stream"] {
			f.Kind = "stream"
		}
		f.Name = map[bool]string{true: "W", false: "S"}[f.Receiver != ""] + fmt.Sprint(i)
	} else {
		g.resultTypes(f)
	}
	if g.chance(8) && !disabled["as"] {
		f.As = fmt.Sprintf("%s%d", g.pick("Start", "begin", "C"), i)
	}
	if values, _ := f.values(); f.Kind == "func" && values < 2 && g.chance(8) && !disabled["dyn"] {
		f.Dyn = true
	}
	return f
}

// resultTypes draws the results of f.
func (g *gen) resultTypes(f *Func) {
	f.Named = g.chance(2)
	count := []int{0, 1, 1, 1, 1, 2, 2, 3}[g.rng.IntN(8)]
	for j := range count {
		t := g.signatureType()
		for strings.Contains(t, "chan") { // nil after a recovered panic: a receive would block for ever
			t = g.signatureType()
		}
		if j == count-1 && g.chance(2) {
			t = "error"
		}
		name := ""
		if f.Named {
			name = g.paramName("r")
			g.declare(name, "")
		}
		f.Results = append(f.Results, Param{name, t})
	}
}

// paramName gives an ordinary name, a blank or one that collides with something.
func (g *gen) paramName(prefix string) string {
	if g.chance(4) {
		if name := collisions[g.rng.IntN(len(collisions))]; !g.inBlock(name) && name != g.fn.names.harness && name != g.fn.names.rt {
			return name
		}
	}
	if g.chance(12) {
		return "_"
	}
	g.serial++
	return fmt.Sprintf("%s%d", prefix, g.serial)
}

// newBody draws the body of f from f.seed.
func (p *Program) newBody(f *Func) *Node {
	g := &gen{
		rng:      rand.New(rand.NewPCG(p.Config.Seed, 2+f.seed)),
		program:  p,
		fn:       f,
		disabled: map[string]bool{},
		calls:    3,
		frame:    &frame{scope: &scope{}, awaits: true, results: f.Results, named: f.Named},
	}
	g.focus()
	for _, name := range p.Config.Disable {
		g.disabled[name] = true
	}
	g.budget = g.size(p.Config.Size)
	if f.Receiver != "" {
		g.declare(receiverName, f.Receiver)
	}
	if f.Kind != "func" {
		return g.newSeqBody(f)
	}
	g.signature(f.Params, f.Results, f.Variadic) // the body shares their block
	return g.body(max(3, g.budget/3))
}

// receiverName is how methods call their receiver.
const receiverName = "recv"

// Source gives the text of the file of f. In the copy with the hand-made twins, package
// harness stands in for package rt.
func (f *Func) Source(handmade bool) string {
	q := f.names
	if handmade {
		q.rt = q.harness
	}
	var b strings.Builder
	b.WriteString("package p\n\nimport (\n")
	fmt.Fprintf(&b, "\t%s %q\n", f.names.harness, harnessPath)
	if f.Body.usesRT() && !handmade {
		fmt.Fprintf(&b, "\t%s %q\n", f.names.rt, rtPath)
	}
	fmt.Fprintf(&b, ")\n\n// %s is generated.\n//\n%s\nfunc %s {\n", f.Name, f.directive(), qualify(f.head(), q))
	b.WriteString(f.names.harness + ".Tick()\n")
	if f.Kind == "func" {
		fmt.Fprintf(&b, "if fuel <= 0 {\n%s\n}\n", f.zeroReturn())
	}
	f.Body.render(&b, q)
	b.WriteString("\n}\n")
	return b.String()
}

// file is the name of the file that f stands in alone.
func (f *Func) file() string { return strings.ToLower(f.Name) + ".go" }

// head is the declaration up to the body, as written.
func (f *Func) head() string {
	recv := ""
	if f.Receiver != "" {
		recv = fmt.Sprintf("(%s %s) ", receiverName, f.Receiver)
	}
	return fmt.Sprintf("%s%s%s(%s) %s", recv, f.Name, f.typeParams(), f.params(true), f.results())
}

// params gives the parameter list; the hand-made twin needs a name for each.
func (f *Func) params(asWritten bool) string {
	out := []string{"fuel int"}
	for i, p := range f.Params {
		name, t := p.Name, p.Type
		if !asWritten {
			name = fmt.Sprintf("p%d", i)
		}
		if f.Variadic && i == len(f.Params)-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		out = append(out, name+" "+t)
	}
	return strings.Join(out, ", ")
}

func (f *Func) results() string {
	if f.Kind != "func" {
		return f.seq()
	}
	var out []string
	for _, r := range f.Results {
		out = append(out, strings.TrimSpace(r.Name+" "+r.Type))
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// zeroReturn is what the function does without fuel.
func (f *Func) zeroReturn() string {
	if f.Named {
		return "return"
	}
	var out []string
	for _, r := range f.Results {
		out = append(out, literals(r.Type)[0])
	}
	return qualify("return "+strings.Join(out, ", "), f.names)
}

// formatted is Source as gofmt prints it.
func (f *Func) formatted() string {
	text, err := format.Source([]byte(f.Source(false)))
	if err != nil {
		return f.Source(false)
	}
	return string(text)
}
