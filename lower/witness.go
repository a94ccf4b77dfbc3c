package lower

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/asyncgen/asyncgen/internal/typeset"
)

// A type may have no name in the package: an unexported one of another package, or one that
// only an internal package has. A program can still have variables of it, by declarations
// without a type, and a frame can keep them in a box. Only the way back needs the type,
// from the any of the box to the variable. Go's type inference can supply it: what it needs
// is an expression that has something to do with the type and does nothing when it is
// evaluated, such as a function whose result it is. That is a witness.

// A Witness says where the type Of can be inferred from. If neither Object, Base nor Parts
// is set, it can be written.
type Witness struct {
	Of types.Type
	In types.Type // what inference looks at: a type that Of is a part of

	Object types.Object // In is the type of this variable, constant or function of package level
	Args   []types.Type // type arguments of a generic function

	Base   *Witness     // In belongs to this type:
	Member types.Object // as the type of its method or field, or as its underlying type if nil

	Parts []*Witness // Of is made of these
}

// witnesses finds those of the variables of m whose type has no name here.
func witnesses(m *Machine) {
	var f *witnessFinder
	for _, v := range m.Vars {
		if !v.foreign || v.Storage == Unused {
			continue
		}
		if f == nil {
			f = newWitnessFinder(m)
		}
		if v.Runtime != "" {
			v.Witness = f.compose(nil, v.TypeArgs)
		} else {
			v.Witness = f.find(v.Type)
		}
	}
}

// types gives the types that the type of v is written with.
func (v *Var) types() []types.Type {
	if v.Runtime != "" {
		return v.TypeArgs
	}
	if v.Type == nil {
		return nil
	}
	return []types.Type{v.Type}
}

// A typeSource is a witness of whatever is a part of in, once its base has one.
type typeSource struct {
	in     types.Type
	object types.Object
	args   []types.Type
	base   types.Type
	member types.Object
}

// A witnessFinder looks for witnesses in what a function mentions: every type that an
// expression has comes from there.
type witnessFinder struct {
	m       *Machine
	sources []typeSource
	trying  []types.Type
}

func newWitnessFinder(m *Machine) *witnessFinder {
	f := &witnessFinder{m: m}
	for m.Outer != nil {
		m = m.Outer
	}
	info := m.Func.Pkg.Info
	ast.Inspect(m.Func.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			f.object(info.Uses[n], info.Instances[n])
		case *ast.SelectorExpr:
			if sel := info.Selections[n]; sel != nil {
				f.selection(sel)
			}
		}
		if e, ok := n.(ast.Expr); ok {
			f.named(info.TypeOf(e))
		}
		return true
	})
	return f
}

func (f *witnessFinder) add(s typeSource) {
	if s.in != nil && IsForeign(s.in, f.m.Func.Pkg) {
		f.sources = append(f.sources, s)
	}
}

// object adds what is declared at package level.
func (f *witnessFinder) object(obj types.Object, inst types.Instance) {
	if obj == nil || obj.Pkg() == nil || obj.Parent() != obj.Pkg().Scope() {
		return
	}
	s := typeSource{in: obj.Type(), object: obj}
	if inst.Type != nil {
		s.in, s.args = inst.Type, slices.Collect(inst.TypeArgs.Types())
		if slices.ContainsFunc(s.args, func(t types.Type) bool { return IsForeign(t, f.m.Func.Pkg) }) {
			return
		}
	}
	switch obj.(type) {
	case *types.Var, *types.Const, *types.Func:
		f.add(s)
	}
}

// selection adds a method, or the fields on the way to what is selected.
func (f *witnessFinder) selection(sel *types.Selection) {
	t := pointee(sel.Recv())
	steps := sel.Index()
	if sel.Kind() != types.FieldVal {
		steps = steps[:len(steps)-1]
		f.add(typeSource{in: sel.Obj().Type(), base: t, member: sel.Obj()})
	}
	for _, i := range steps {
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return
		}
		f.add(typeSource{in: st.Field(i).Type(), base: t, member: st.Field(i)})
		t = pointee(st.Field(i).Type())
	}
}

// named adds what a named type consists of.
func (f *witnessFinder) named(t types.Type) {
	if t == nil {
		return
	}
	t = pointee(t)
	if _, ok := t.(*types.Named); !ok {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Array, *types.Chan, *types.Map, *types.Pointer, *types.Signature, *types.Slice:
		f.add(typeSource{in: u, base: t})
	}
}

func pointee(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// find gives a witness of t, or nil.
func (f *witnessFinder) find(t types.Type) *Witness {
	t = types.Unalias(t)
	if !IsForeign(t, f.m.Func.Pkg) {
		return &Witness{Of: t}
	}
	same := func(o types.Type) bool { return types.Identical(o, t) }
	if slices.ContainsFunc(f.trying, same) {
		return nil
	}
	f.trying = append(f.trying, t)
	defer func() { f.trying = f.trying[:len(f.trying)-1] }()
	for _, s := range f.sources {
		w := &Witness{Of: t, In: s.in, Object: s.object, Args: s.args, Member: s.member}
		if _, ok := f.m.Pattern(t, s.in); !ok || !f.occurs(t, s.in) {
			continue
		}
		if s.base == nil {
			return w
		}
		if _, ok := s.base.(*types.TypeParam); ok {
			continue
		}
		if s.member == nil && types.Identical(t, s.in) {
			continue // a constraint cannot be ~T
		}
		if w.Base = f.find(s.base); w.Base != nil {
			return w
		}
	}
	if f.m.Opaque(t) {
		return nil
	}
	return f.compose(t, typeset.Parts(t))
}

// compose gives a witness of something made of the given types.
func (f *witnessFinder) compose(of types.Type, made []types.Type) *Witness {
	w := &Witness{Of: of}
	for _, t := range f.m.opaqueParts(made...) {
		part := f.find(t)
		if part == nil {
			return nil
		}
		w.Parts = append(w.Parts, part)
	}
	whole := made
	if of != nil {
		whole = []types.Type{of}
	}
	if _, ok := f.m.Pattern(nil, whole...); !ok || len(w.Parts) == 0 {
		return nil
	}
	return w
}

// occurs reports whether t is a part of in that inference can get at.
func (f *witnessFinder) occurs(t, in types.Type) bool {
	in = types.Unalias(in)
	return types.Identical(in, t) || !f.m.Opaque(in) && slices.ContainsFunc(typeset.Parts(in), func(p types.Type) bool { return f.occurs(t, p) })
}
