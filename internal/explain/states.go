package explain

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"

	"github.com/asyncgen/asyncgen/lower"
)

// This file makes the states of a machine and the edges between them.

func itoa(n int) string { return strconv.Itoa(n) }

// addStates lists the states in the order of their numbers: the start, the awaits, the end.
func (b *builder) addStates(out *Machine, i int, m *lower.Machine) {
	l := b.in.Emitted.Legends[m]
	add := func(s *State) *State {
		s.Tag = fmt.Sprintf("s%d.%d", i, len(out.States))
		out.States = append(out.States, s)
		return s
	}
	add(&State{Name: l.Start, Role: Start})
	for _, st := range suspensions(m) {
		legend := l.States[st]
		s := add(&State{Name: legend.Name, Role: Suspended, WaitsFor: legend.WaitsFor, Where: legend.Where})
		s.Line = b.line(awaitPos(m, st))
		b.states[st] = s
		b.keep(s, m, st)
	}
	add(&State{Name: l.Done, Role: Done})
}

// suspensions are the states in which a machine waits, that of the deferred calls last.
func suspensions(m *lower.Machine) []*lower.State {
	if m.ExitState == nil {
		return m.States
	}
	return append(slices.Clone(m.States), m.ExitState)
}

// keep notes what a state keeps, and that the fields are kept over it. The future that is awaited
// counts for the size, but is not kept for anybody else.
func (b *builder) keep(s *State, m *lower.Machine, st *lower.State) {
	vars := st.Keeps
	if a := st.Block.Await; a != nil && a.Child != nil {
		vars = append(slices.Clone(vars), a.Child)
	}
	seen := map[*Field]bool{}
	for _, v := range vars {
		f := b.fields[v.Slot]
		if f == nil {
			continue
		}
		if tag := b.tagOf(v); !slices.Contains(s.Holds, tag) {
			s.Holds = append(s.Holds, tag)
		}
		if seen[f] {
			continue
		}
		seen[f] = true
		f.Over = append(f.Over, s)
		if v.Kind != lower.Child {
			s.Keeps = append(s.Keeps, f)
		}
		if f.Size == Unknown || s.Bytes == Unknown {
			s.Bytes = Unknown
		} else {
			s.Bytes += f.Size
		}
	}
}

// edges finds where control can get from each state. The graph of blocks is searched from the
// block of a state, and the search ends where other states stand.
func (b *builder) edges(out *Machine, m *lower.Machine) (edges []Edge) {
	start, done := out.States[0], out.States[len(out.States)-1]
	stands := map[*lower.Block]*State{}
	for _, st := range suspensions(m) {
		stands[st.Block] = b.states[st]
	}
	add := func(from, to *State) {
		if e := (Edge{from, to}); !slices.Contains(edges, e) {
			edges = append(edges, e)
		}
	}
	search := func(from *State, first *lower.Block) {
		seen := map[*lower.Block]bool{}
		var visit func(blk *lower.Block)
		visit = func(blk *lower.Block) {
			seen[blk] = true
			if returns(m, blk) {
				add(from, done)
			}
			switch t := blk.Term.(type) {
			case *lower.Exit:
				add(from, done)
			case *lower.Return:
				if t.To == nil {
					add(from, done)
				}
			}
			for _, next := range blk.Succs(m) {
				switch to := stands[next]; {
				case to != nil:
					add(from, to)
				case !seen[next]:
					visit(next)
				}
			}
		}
		visit(first)
	}
	if to := stands[m.Blocks[0]]; to != nil {
		add(start, to)
	} else {
		search(start, m.Blocks[0])
	}
	for _, st := range suspensions(m) {
		search(b.states[st], st.Block)
	}
	at := func(s *State) int { return slices.Index(out.States, s) }
	slices.SortFunc(edges, func(x, y Edge) int {
		if d := at(x.From) - at(y.From); d != 0 {
			return d
		}
		return at(x.To) - at(y.To)
	})
	return edges
}

// returns reports whether a statement of a block that was left as it is written ends the call.
func returns(m *lower.Machine, blk *lower.Block) (found bool) {
	for _, it := range blk.Items {
		s, ok := it.(*lower.Stmt)
		if !ok {
			continue
		}
		ast.Inspect(s.Node, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				found = found || m.Jumps[n] == nil
			}
			return true
		})
	}
	return found
}
