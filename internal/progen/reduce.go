package progen

import (
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

const (
	// batch is how many candidates are built together.
	batch = 24
	// maxRounds bounds a reduction; each round tries every edit of the tree.
	maxRounds = 8
)

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
	for _, other := range best.Funcs {
		if other.Name == f.Func.Name {
			continue
		}
		small := best.with(other.Name, &Node{Kind: Block, Kids: []*Node{{Kind: Stmt, Text: other.zeroReturn()}}})
		if kept, err := r.failing(f, []*Program{small}); err != nil {
			return nil, err
		} else if len(kept) > 0 {
			best = small
		}
	}
	for _, edits := range []func(*Node) []edit{removals, simplifications, removals} {
		for range maxRounds {
			next, err := r.round(f, best, edits)
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

// round tries all edits of all functions, and then as many of the successful ones
// together as possible. It returns nil if no edit succeeded.
func (r *Reducer) round(f Failure, p *Program, edits func(*Node) []edit) (*Program, error) {
	var result *Program
	for _, fn := range p.Funcs {
		if result != nil {
			fn = result.find(fn.Name)
		} else {
			result = p
		}
		good, err := r.successes(f, result, fn, edits(fn.Body))
		if err != nil {
			return nil, err
		}
		// Unions of the first so many edits, the largest first.
		var unions []*Program
		for n := len(good); n > 0; n = n * 2 / 3 {
			unions = append(unions, result.with(fn.Name, union(good[:n]).apply(fn.Body)))
		}
		kept, err := r.failing(f, unions)
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			result = kept[0]
		}
	}
	if result == p || result.size() >= p.size() {
		return nil, nil
	}
	return result, nil
}

// successes gives the edits of fn with which the failure stays.
func (r *Reducer) successes(f Failure, p *Program, fn *Func, edits []edit) ([]edit, error) {
	var good []edit
	var programs []*Program
	var tried []edit
	flush := func() error {
		kept, err := r.failing(f, programs)
		for _, k := range kept {
			for i, p := range programs {
				if p == k {
					good = append(good, tried[i])
				}
			}
		}
		programs, tried = nil, nil
		return err
	}
	for _, e := range edits {
		body := e.apply(fn.Body)
		if body == nil {
			body = &Node{Kind: Block}
		}
		candidate := p.with(fn.Name, body)
		if bad, err := candidate.Check(r.Imports); err != nil || len(bad) > 0 {
			continue
		}
		programs, tried = append(programs, candidate), append(tried, e)
		if len(programs) == batch {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	err := flush()
	return good, err
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
	res, err := Run(dir, r.Repo, copies, r.Compile)
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
	c := &Program{Config: p.Config}
	for _, f := range p.Funcs {
		g := *f
		if f.Name == name {
			g.Body = body
		}
		c.Funcs = append(c.Funcs, &g)
	}
	return c
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
			text := f.Source(false)
			for _, g := range p.Funcs {
				if !seen[g.Name] && strings.Contains(text, g.Name+"Async(") {
					seen[g.Name], changed = true, true
				}
			}
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

// size is the number of nodes of all functions.
func (p *Program) size() int {
	n := 0
	for _, f := range p.Funcs {
		n += f.Body.size()
	}
	return n
}
