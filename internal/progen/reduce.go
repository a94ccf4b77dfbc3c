package progen

import (
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
)

// batch is how many candidates are built together.
const batch = 24

// A Reducer makes failing programs small.
type Reducer struct {
	Dir     string // an empty folder for modules
	Repo    string
	Imports types.Importer
	Compile Compiler

	modules int
}

// Reduce gives the smallest program it finds in which the function of f still fails in
// the same way.
func (r *Reducer) Reduce(f Failure) (*Program, error) {
	best := f.Program.with(f.Func.Name, f.Func.Body)
	best.keepReachable(f.Func.Name)
	if kept, err := r.failing(f, []*Program{best}); err != nil || len(kept) == 0 {
		return f.Program, err // it needs the others, or the order of things
	}
	best, err := r.emptyOthers(f, best)
	if err != nil {
		return nil, err
	}
	tried := map[string]bool{}
	for _, edits := range []func(*Node) []edit{removals, simplifications, removals} {
		for {
			next, err := r.step(f, best, edits, tried)
			if err != nil {
				return nil, err
			}
			if next == nil {
				break
			}
			best = next
		}
	}
	best.keepReachable(f.Func.Name)
	return best, nil
}

// emptyOthers takes the bodies of the functions that f calls: of all, or of one after the other.
func (r *Reducer) emptyOthers(f Failure, p *Program) (*Program, error) {
	bare := func(of *Program, g *Func) *Program {
		body := &Node{Kind: Block, Kids: []*Node{{Kind: Stmt, Text: g.zeroReturn()}}}
		if g.Kind != "func" {
			body = &Node{Kind: Block, Kids: []*Node{g.seqAround(&Node{Kind: Block})}}
		}
		return of.with(g.Name, body)
	}
	all := p
	for _, g := range p.Funcs {
		if g.Name != f.Func.Name {
			all = bare(all, g)
		}
	}
	if kept, err := r.failing(f, []*Program{all}); err != nil || len(kept) > 0 {
		return all, err
	}
	for _, g := range p.Funcs {
		if g.Name == f.Func.Name {
			continue
		}
		small := bare(p, g)
		kept, err := r.failing(f, []*Program{small})
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			p = small
		}
	}
	return p, nil
}

// step tries edits of the functions of p, the largest first and as many as are not in
// tried, until some succeed, and makes as many of these together as possible. It
// returns nil if no edit succeeds.
func (r *Reducer) step(f Failure, p *Program, edits func(*Node) []edit, tried map[string]bool) (*Program, error) {
	for _, fn := range p.Funcs {
		all := edits(fn.Body)
		slices.SortStableFunc(all, func(a, b edit) int { return b.gain() - a.gain() })
		for len(all) > 0 {
			var programs []*Program
			var made []edit
			for len(all) > 0 && len(programs) < batch {
				e := all[0]
				all = all[1:]
				candidate := p.edited(fn, e)
				if text := candidate.Stored(); !tried[text] {
					tried[text] = true
					programs, made = append(programs, candidate), append(made, e)
				}
			}
			good, err := r.failing(f, programs)
			if err != nil {
				return nil, err
			}
			if len(good) == 0 {
				continue
			}
			return r.united(f, p, fn, programs, made, good)
		}
	}
	return nil, nil
}

// united makes several successful edits at once: as many of the first ones as go together.
func (r *Reducer) united(f Failure, p *Program, fn *Func, programs []*Program, made []edit, good []*Program) (*Program, error) {
	var edits []edit
	for i, candidate := range programs {
		if slices.Contains(good, candidate) {
			edits = append(edits, made[i])
		}
	}
	if len(edits) == 1 {
		return good[0], nil
	}
	var unions []*Program
	for n := len(edits); n > 1; n = n * 2 / 3 {
		unions = append(unions, p.edited(fn, union(edits[:n])))
	}
	kept, err := r.failing(f, unions)
	return append(kept, good[0])[0], err
}

// failing gives the programs in which f's function fails as it did in f.
func (r *Reducer) failing(f Failure, programs []*Program) ([]*Program, error) {
	var valid, copies []*Program
	for _, p := range programs {
		if bad, err := p.Check(r.Imports); err == nil && len(bad) == 0 {
			c := p.with("", nil) // Run empties functions that do not compile
			c.label = fmt.Sprintf("try%d", len(copies))
			valid, copies = append(valid, p), append(copies, c)
		}
	}
	if len(copies) == 0 {
		return nil, nil
	}
	r.modules++
	dir := filepath.Join(r.Dir, fmt.Sprint(r.modules))
	defer os.RemoveAll(dir)
	run := Run
	if f.What == "compile" {
		run = compileOnly
	}
	res, err := run(dir, r.Repo, copies, r.Compile)
	if err != nil {
		return nil, err
	}
	var out []*Program
	for i, c := range copies {
		for _, g := range res.Failures {
			if g.Program == c && g.Func.Name == f.Func.Name && g.kind() == f.kind() {
				out = append(out, valid[i])
				break
			}
		}
	}
	return out, nil
}

// with copies p, with another body for one function.
func (p *Program) with(name string, body *Node) *Program {
	c := &Program{Config: p.Config, typeArguments: p.typeArguments}
	for _, f := range p.Funcs {
		g := *f
		if f.Name == name {
			g.Body = body
		}
		c.Funcs = append(c.Funcs, &g)
	}
	return c
}

// edited copies p with the edit made in fn.
func (p *Program) edited(fn *Func, e edit) *Program {
	body := e.apply(fn.Body)
	if body == nil {
		body = &Node{Kind: Block}
	}
	return p.with(fn.Name, body)
}

// keepReachable drops the functions that the named one does not call, however indirectly.
func (p *Program) keepReachable(name string) {
	seen := map[string]bool{name: true}
	for changed := true; changed; {
		changed = false
		for _, f := range p.Funcs {
			if !seen[f.Name] {
				continue
			}
			f.Body.walk(func(n *Node) {
				if n.Callee != "" && !seen[n.Callee] {
					seen[n.Callee], changed = true, true
				}
			})
		}
	}
	var kept []*Func
	for _, f := range p.Funcs {
		if seen[f.Name] {
			kept = append(kept, f)
		}
	}
	p.Funcs = kept
}
