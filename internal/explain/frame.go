package explain

import (
	"go/token"
	"go/types"

	"github.com/asyncgen/asyncgen/lower"
)

// This file makes the fields of a frame.

// awaitPos is where a state is written.
func awaitPos(m *lower.Machine, st *lower.State) token.Pos {
	if st == m.ExitState {
		return m.Func.Body.Rbrace
	}
	return st.Block.Await.Call.Call.Pos()
}

func (b *builder) line(pos token.Pos) int { return b.in.File.Pkg.Fset.Position(pos).Line }

// addFields reads the fields of a frame off its type, and finds the variables that they hold.
func (b *builder) addFields(out *Machine, m *lower.Machine) {
	l := b.in.Emitted.Legends[m]
	slots := map[string]*lower.Slot{}
	for _, slot := range m.Slots {
		slots[l.Fields[slot].Name] = slot
	}
	ours := map[string]string{
		l.State:     "where the machine stands",
		l.Defers:    "the deferred calls",
		l.Polled:    "what deferred calls wake others with",
		l.Up:        "the frame of the function around",
		l.Unwinding: "the deferred calls of the function around",
		"Pin":       "forbids copies",
		"Gen":       "what the consumer wants",
		"Stream":    "what the consumer wants",
	}
	add := func(name, typ string, offset, size int64) {
		f := &Field{Name: name, Type: typ, Why: ours[name], Offset: offset, Size: size}
		if slot := slots[name]; slot != nil {
			f.Why = l.Fields[slot].Why
			f.Child = slot.Vars[0].Kind == lower.Child
			for _, v := range slot.Vars {
				f.Tags = append(f.Tags, b.tagOf(v))
			}
			b.fields[slot] = f
		}
		out.Fields = append(out.Fields, f)
	}
	frame := b.frameType(m)
	if frame == nil {
		for _, slot := range m.Slots {
			add(l.Fields[slot].Name, "", Unknown, Unknown)
		}
		return
	}
	b.measure(out, m, frame, add)
}

// frameType finds the struct of a machine in the type-checked output.
func (b *builder) frameType(m *lower.Machine) *types.Struct {
	if b.in.Package == nil {
		return nil
	}
	obj := b.in.Package.Scope().Lookup(m.Func.Names.Future)
	if obj == nil {
		return nil
	}
	s, _ := obj.Type().Underlying().(*types.Struct)
	return s
}

// measure lays the fields out. A generic machine has none until it has type arguments.
func (b *builder) measure(out *Machine, m *lower.Machine, frame *types.Struct, add func(name, typ string, offset, size int64)) {
	var fields []*types.Var
	for f := range frame.Fields() {
		fields = append(fields, f)
	}
	generic := m.Func.TypeParams.Len() > 0
	var offsets []int64
	if !generic {
		offsets = b.in.Sizes.Offsetsof(fields)
		out.Size = b.in.Sizes.Sizeof(frame)
	}
	qualifier := func(p *types.Package) string {
		if p == b.in.Package {
			return ""
		}
		return p.Name()
	}
	for i, f := range fields {
		offset, size := int64(Unknown), int64(Unknown)
		if !generic {
			offset, size = offsets[i], b.in.Sizes.Sizeof(f.Type())
		}
		add(f.Name(), types.TypeString(f.Type(), qualifier), offset, size)
	}
}
