package lower

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/parse"
)

// A closure captures variables as a literal of Go does: a variable that nobody assigns to
// after its declaration is copied when the closure is made, any other is shared, through
// the pointer to its cell. In the closure's machine both are variables of its own frame, so
// that the rest of the compiler need not know. They have a value from the start, like
// parameters. A closure in a closure captures from there, to any depth.

// captures declares what a closure captures.
func (b *builder) captures() {
	for _, c := range b.fn.Captures {
		v := &Var{Obj: c.Obj, Facts: c, Kind: Capture, Type: c.Obj.Type(), Pos: c.Obj.Pos()}
		b.m.byObj[c.Obj] = v
		b.enter(v)
	}
}

// ByReference reports whether closures share a variable, rather than have a copy.
func ByReference(f *parse.Var) bool { return f.Addressed || f.Assigned || f.Result }

// Captured lists the variables of m's frame that it captures, in order of first mention.
func (m *Machine) Captured() []*Var {
	var out []*Var
	for _, v := range m.Vars {
		if v.Kind == Capture && v.Slot != nil {
			out = append(out, v)
		}
	}
	return out
}

// Closure gives the machine of m that n makes: n is the literal, or the function that it is
// handed to. It is nil for other nodes.
func (m *Machine) Closure(n ast.Node) *Machine {
	for _, c := range m.Closures {
		if n == ast.Node(c.Func.Lit) || n == ast.Node(c.Func.Call.Fun) {
			return c
		}
	}
	return nil
}

// Joins reports whether a closure is handed to a group, which has no use for its future.
func (m *Machine) Joins() bool {
	t, ok := m.Func.Pkg.Info.TypeOf(m.Func.Call).(*types.Tuple)
	return ok && t.Len() == 0
}
