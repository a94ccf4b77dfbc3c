package progen

import "strings"

// Kind says where a node may stand.
type Kind uint8

const (
	Expr  Kind = iota // an expression of type Node.Type
	Stmt              // one statement, or several that belong together
	Block             // a list of statements; its Text is empty
)

// A Node is a piece of program: text with a hole for each child. Four characters that
// Go text of this package never has otherwise stand for something:
//
//	@  the next child
//	$  the qualifier of package harness in this file, with its dot
//	#  the qualifier of package rt
//	?  replaced when the node is made: a name for the trace
type Node struct {
	Kind Kind
	Name string // of the production that made it
	Type string // of an Expr, in the notation of Text
	Text string
	Kids []*Node

	// Callee names the function that a call constructs the twin of.
	Callee string
	// Keep says that the reducer leaves the node where it is: fuel, which keeps programs finite.
	Keep bool
}

// names are the qualifiers that stand for $ and # in one file.
type names struct{ harness, rt string }

// render appends the program text of n.
func (n *Node) render(b *strings.Builder, q names) {
	if n.Kind == Block {
		for i, kid := range n.Kids {
			if i > 0 {
				b.WriteByte('\n')
			}
			kid.render(b, q)
		}
		return
	}
	next := 0
	for _, c := range n.Text {
		switch c {
		case '@':
			n.Kids[next].render(b, q)
			next++
		case '$':
			b.WriteString(q.harness + ".")
		case '#':
			b.WriteString(q.rt + ".")
		default:
			b.WriteRune(c)
		}
	}
}

// qualify replaces the two qualifiers in text that has no holes, such as a type.
func qualify(text string, q names) string {
	return strings.NewReplacer("$", q.harness+".", "#", q.rt+".").Replace(text)
}

// clone copies n and everything below it.
func (n *Node) clone() *Node {
	c := *n
	c.Kids = make([]*Node, len(n.Kids))
	for i, kid := range n.Kids {
		c.Kids[i] = kid.clone()
	}
	return &c
}

// walk calls visit for n and everything below it, parents first.
func (n *Node) walk(visit func(*Node)) {
	visit(n)
	for _, kid := range n.Kids {
		kid.walk(visit)
	}
}

// size is the number of nodes in the tree.
func (n *Node) size() int {
	count := 0
	n.walk(func(*Node) { count++ })
	return count
}

// usesRT reports whether the text refers to package rt.
func (n *Node) usesRT() bool {
	found := false
	n.walk(func(m *Node) { found = found || strings.Contains(m.Text, "#") })
	return found
}
