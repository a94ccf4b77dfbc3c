package lower

import "slices"

// simplify drops blocks that cannot be reached or that only jump, joins a block with the
// only one that goes there, and drops the literals that are called nowhere any more.
func simplify(m *Machine) {
	m.retarget(func(b *Block) *Block {
		seen := map[*Block]bool{}
		for b.Await == nil && len(b.Items) == 0 && !seen[b] {
			j, ok := b.Term.(*Jump)
			if !ok {
				break
			}
			seen[b] = true
			b = j.To
		}
		return b
	})
	m.prune()
	for i := 0; i < len(m.Blocks); i++ {
		b := m.Blocks[i]
		for {
			j, ok := b.Term.(*Jump)
			if !ok || j.To == b || j.To.Await != nil || j.To == m.ExitBlock && m.AwaitsExit || len(j.To.Preds) != 1 || j.To == m.Blocks[0] {
				break
			}
			next := j.To
			b.Items = append(b.Items, next.Items...)
			b.Term = next.Term
			next.Items, next.Term = nil, &Stop{}
			m.Blocks = slices.DeleteFunc(m.Blocks, func(x *Block) bool { return x == next })
			if next == m.ExitBlock {
				m.ExitBlock = b
			}
			for _, s := range b.Succs(m) {
				for k, p := range s.Preds {
					if p == next {
						s.Preds[k] = b
					}
				}
			}
		}
	}
	m.prune()
	called := map[*Machine]bool{}
	for i, b := range m.Blocks {
		b.Index = i
		if b.Await != nil {
			called[b.Await.Lit] = true
		}
	}
	m.Lits = slices.DeleteFunc(m.Lits, func(lit *Machine) bool { return !called[lit] })
}

// prune keeps the blocks that can be reached and finds their predecessors.
func (m *Machine) prune() {
	reached := map[*Block]bool{}
	work := []*Block{m.Blocks[0]}
	if m.AwaitsExit {
		work = append(work, m.ExitBlock) // from wherever the body may panic
	}
	for _, b := range work {
		reached[b] = true
	}
	for _, b := range m.Blocks {
		b.Preds = nil
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range b.Succs(m) {
			if !reached[s] {
				reached[s] = true
				s.Preds = nil
				work = append(work, s)
			}
			s.Preds = append(s.Preds, b)
		}
	}
	m.Blocks = slices.DeleteFunc(m.Blocks, func(b *Block) bool { return !reached[b] })
}

// retarget replaces the target of every jump.
func (m *Machine) retarget(f func(*Block) *Block) {
	all := func(list []*Block) {
		for i, b := range list {
			list[i] = f(b)
		}
	}
	for _, b := range m.Blocks {
		switch t := b.Term.(type) {
		case *Jump:
			t.To = f(t.To)
		case *If:
			t.Then, t.Else = f(t.Then), f(t.Else)
		case *Switch:
			all(t.Bodies)
			t.Else = f(t.Else)
		case *TypeSwitch:
			all(t.Bodies)
			t.Else = f(t.Else)
		case *Select:
			all(t.Bodies)
		case *Return:
			if t.To != nil {
				t.To = f(t.To)
			}
		}
	}
	for s, b := range m.Jumps {
		m.Jumps[s] = f(b)
	}
}

// Succs lists the blocks that control can go to from b, each as often as it is named.
func (b *Block) Succs(m *Machine) []*Block {
	var out []*Block
	for _, it := range b.Items {
		if s, ok := it.(*Stmt); ok {
			out = append(out, m.jumpsIn(s)...)
		}
	}
	switch t := b.Term.(type) {
	case *Jump:
		out = append(out, t.To)
	case *If:
		out = append(out, t.Then, t.Else)
	case *Switch:
		out = append(append(out, t.Bodies...), t.Else)
	case *TypeSwitch:
		out = append(append(out, t.Bodies...), t.Else)
	case *Select:
		out = append(out, t.Bodies...)
	case *Return:
		if t.To != nil {
			out = append(out, t.To)
		}
	}
	return out
}
