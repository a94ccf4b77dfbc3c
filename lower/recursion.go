package lower

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/parse"
)

// breakCycles puts behind pointers what would make a frame contain itself: the machines of
// calls that lie on a cycle of the call graph, and variables whose type leads back to the
// frame by its fields or type arguments. Only functions of one package can form a cycle,
// since packages do not import each other in circles.
//
// It runs before the passes, and takes every variable to be part of the frame.
func breakCycles(p *parse.Package, ms []*Machine) {
	g := newFrames(p, ms)
	for _, m := range ms {
		m.eachPart(func(v *Var, pointer types.Type) {
			for _, inner := range g.inside(v.Type) {
				switch {
				case g.component[inner] != g.component[m]:
				case pointer != nil:
					v.Type = pointer
				default:
					v.cyclic = true
				}
			}
		})
	}
}

// frames is the graph that says which frame contains which by value.
type frames struct {
	byType map[*types.TypeName]*Machine // by the type that the twin declares
	memo   map[types.Type][]*Machine
	edges  map[*Machine][]*Machine

	// Frames that contain each other have the same component.
	component map[*Machine]int
	number    map[*Machine]int // order of the first visit
	stack     []*Machine
}

func newFrames(p *parse.Package, ms []*Machine) *frames {
	g := &frames{
		byType:    map[*types.TypeName]*Machine{},
		memo:      map[types.Type][]*Machine{},
		edges:     map[*Machine][]*Machine{},
		component: map[*Machine]int{},
		number:    map[*Machine]int{},
	}
	for _, m := range ms {
		if name, ok := p.Types.Scope().Lookup(m.Func.Names.Future).(*types.TypeName); ok {
			g.byType[name] = m
		}
	}
	for _, m := range ms {
		m.eachPart(func(v *Var, _ types.Type) {
			for _, inner := range g.inside(v.Type) {
				if !slices.Contains(g.edges[m], inner) {
					g.edges[m] = append(g.edges[m], inner)
				}
			}
		})
	}
	for _, m := range ms {
		if g.number[m] == 0 {
			g.visit(m)
		}
	}
	return g
}

// visit finds the components by Tarjan's algorithm and gives the lowest number that can be
// reached from m on the stack. A frame by itself is no component unless it contains itself.
func (g *frames) visit(m *Machine) int {
	g.number[m] = len(g.number) + 1
	low := g.number[m]
	g.stack = append(g.stack, m)
	for _, next := range g.edges[m] {
		switch {
		case g.number[next] == 0:
			low = min(low, g.visit(next))
		case g.component[next] == 0:
			low = min(low, g.number[next])
		}
	}
	if low < g.number[m] {
		return low
	}
	at := slices.Index(g.stack, m)
	for _, o := range g.stack[at:] {
		g.component[o] = low
	}
	g.stack = g.stack[:at]
	return low
}

// inside gives the machines whose frames a value of type t contains.
func (g *frames) inside(t types.Type) []*Machine {
	if t == nil {
		return nil
	}
	if out, ok := g.memo[t]; ok {
		return out
	}
	g.memo[t] = nil // a stub may seem to contain itself
	var out []*Machine
	add := func(t types.Type) {
		for _, m := range g.inside(t) {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	switch u := types.Unalias(t).(type) {
	case *types.Named:
		if m := g.byType[u.Origin().Obj()]; m != nil {
			out = append(out, m)
		}
		if isFuture(u) {
			// Its stub does not show what it consists of, and it may well have a value of the type
			// that it is instantiated with.
			for arg := range u.TypeArgs().Types() {
				add(arg)
			}
		}
		add(u.Underlying())
	case *types.Struct:
		for f := range u.Fields() {
			add(f.Type())
		}
	case *types.Array:
		add(u.Elem())
	}
	g.memo[t] = out
	return out
}

// isFuture reports whether a type is made like a machine: its first field is the runtime's
// Pin, of a generator Gen, of a stream Stream.
func isFuture(t *types.Named) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 {
		return false
	}
	first, ok := s.Field(0).Type().(*types.Named)
	if !ok || first.Obj().Pkg() == nil || first.Obj().Pkg().Path() != parse.RuntimePath {
		return false
	}
	return slices.Contains([]string{"Pin", "Gen", "Stream"}, first.Obj().Name())
}

// eachPart visits the variables of m and of the literals whose frames are parts of its frame.
// For a machine that m makes, pointer is the type of a pointer to it. Machines of other
// literals are behind pointers already.
func (m *Machine) eachPart(visit func(v *Var, pointer types.Type)) {
	pointers := map[*Var]types.Type{}
	for _, b := range m.Blocks {
		if a := b.Await; a != nil && a.Call.Fresh {
			pointers[a.Child] = a.Call.Future
			for _, part := range a.Parts {
				pointers[part.Var] = types.NewPointer(part.Var.Type)
			}
		}
		for _, it := range b.Items {
			if o, ok := it.(*Open); ok {
				pointers[o.Iter] = o.Loop.Iter
			}
		}
	}
	for _, v := range m.Vars {
		if v.Lit != nil {
			v.Lit.eachPart(visit)
		}
		visit(v, pointers[v])
	}
}

// Kept gives the parts that the frame holds.
func (a *Await) Kept() []Part {
	return slices.DeleteFunc(slices.Clone(a.Parts), func(part Part) bool {
		_, pointer := types.Unalias(part.Var.Type).(*types.Pointer)
		return pointer
	})
}

// Part gives the variable that a call in the operand of an await leaves its future in, or nil.
func (m *Machine) Part(call *ast.CallExpr) *Var {
	for _, st := range m.States {
		for _, part := range st.Block.Await.Kept() {
			if part.Call == call {
				return part.Var
			}
		}
	}
	return nil
}

// ByValue reports whether the machine keeps the future itself and not a pointer to it.
func (a *Await) ByValue() bool {
	if a.Lit != nil {
		return true
	}
	ptr, ok := types.Unalias(a.Call.Future).(*types.Pointer)
	return ok && a.Call.Fresh && types.Identical(a.Child.Type, ptr.Elem())
}
