package progen

import (
	"slices"
	"strings"
)

// An edit makes a tree smaller: it replaces nodes by other ones, or removes them from
// their blocks where the replacement is nil. Edits of one tree can be united, because they
// refer to the nodes of that tree and not to places.
type edit map[*Node]*Node

// apply copies n with the edit made. A removed node that is not in a block becomes empty.
func (e edit) apply(n *Node) *Node {
	if to, ok := e[n]; ok {
		if to == nil {
			return nil
		}
		if to != n {
			return e.apply(to)
		}
	}
	c := *n
	c.Kids = nil
	for _, kid := range n.Kids {
		k := e.apply(kid)
		if k == nil {
			if n.Kind == Block {
				continue
			}
			k = &Node{Kind: Block}
		}
		c.Kids = append(c.Kids, k)
	}
	return &c
}

// gain is about how many nodes the edit takes away.
func (e edit) gain() int {
	n := 0
	for from, to := range e {
		n += from.size()
		if to != nil {
			n -= to.size()
		}
	}
	return n
}

// union puts edits together; where two replace the same node the first one counts.
func union(edits []edit) edit {
	out := edit{}
	for _, e := range edits {
		for from, to := range e {
			if _, ok := out[from]; !ok {
				out[from] = to
			}
		}
	}
	return out
}

// removals lists the edits that take statements away: parts of blocks, from large to
// single ones, and compound statements in favour of a block of theirs.
func removals(body *Node) []edit {
	var out []edit
	body.walk(func(n *Node) {
		if n.Kind != Block {
			return
		}
		for size := len(n.Kids); size > 0; size /= 2 {
			for chunk := range slices.Chunk(n.Kids, size) {
				e := edit{}
				for _, kid := range chunk {
					if !kid.Keep {
						e[kid] = nil
					}
				}
				if len(e) > 0 {
					out = append(out, e)
				}
			}
		}
	})
	body.walk(func(n *Node) {
		if n.Kind != Stmt || n.Keep {
			return
		}
		for _, block := range blocksBelow(n) {
			out = append(out, edit{n: {Kind: Stmt, Text: "{\n@\n}", Kids: []*Node{block}}})
		}
	})
	return out
}

// blocksBelow gives the blocks of a statement, also those of literals that it calls.
func blocksBelow(n *Node) []*Node {
	var out []*Node
	for _, kid := range n.Kids {
		switch {
		case kid.Kind == Block:
			out = append(out, kid)
		case kid.Kind == Expr:
			out = append(out, blocksBelow(kid)...)
		}
	}
	return out
}

// simplifications lists the edits that replace an expression by an operand of the
// same type, wherever in it that is, or by a literal.
func simplifications(body *Node) []edit {
	var out []edit
	body.walk(func(n *Node) {
		if n.Kind != Expr || n.Keep || n.Type == "" || n.Name == "literal" && len(n.Kids) == 0 {
			return
		}
		if simplest := knownLiteral(n.Type); simplest != "" && simplest != n.Text {
			out = append(out, edit{n: {Kind: Expr, Name: "literal", Type: n.Type, Text: simplest}})
		}
		for _, kid := range n.Kids {
			if kid.Kind == Expr && kid.Type == n.Type {
				out = append(out, edit{n: kid})
			}
		}
	})
	return out
}

// knownLiteral is the first literal of a type, or empty.
func knownLiteral(name string) string {
	for _, t := range allTypes {
		if t.name == name {
			return t.literal[0]
		}
	}
	if strings.HasPrefix(name, "func() ()") {
		return "incG"
	}
	return ""
}
