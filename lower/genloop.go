package lower

import (
	"go/ast"
	"go/types"

	"github.com/asyncgen/asyncgen/parse"
)

// A range over a call of a generator that has a machine needs no coroutine: the frame has
// the machine in it and asks that for the elements.

// A group is what must be known of all generators of a package before one is built.
type group struct {
	unwinds map[*types.Func]bool // see [unwinding]
	walks   map[*types.Func]*Walk
}

// overMachine gives what is known of a range over a generator whose machine can be kept in
// the frame, or nil: its type must have a name there.
func (b *builder) overMachine(s *ast.RangeStmt) *parse.Loop {
	l := b.fn.Loops[s]
	if l == nil || isLocalType(l.Iter, b.fn) || IsForeign(l.Iter, b.fn.Pkg) {
		return nil
	}
	return l
}

// open makes the machine of the generator that s ranges over.
func (b *builder) open(s *ast.RangeStmt, l *parse.Loop) *Var {
	it := b.enter(&Var{Kind: Hidden, Type: Deref(l.Iter), Pos: s.Pos(), Hint: parse.LowerFirst(l.Name.Name), machine: true})
	b.add(&Open{it, l})
	return it
}

// IsMachine reports whether v is the machine of a generator.
func (v *Var) IsMachine() bool { return v.machine }

// IsSpare reports whether v is a machine that stays when it has ended, for the next loop.
func (v *Var) IsSpare() bool { return v.spare }

// Deref gives what t points to, or t itself.
func Deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// notedMachines lists the machines of the loops around this point that a panic must end.
func (b *builder) notedMachines() []*Var {
	var out []*Var
	for _, l := range b.loops {
		if l.end.Noted && l.end.Iter.machine {
			out = append(out, l.end.Iter)
		}
	}
	return out
}

// ByValue reports whether the frame holds the machine itself and not a pointer to it.
func (o *Open) ByValue() bool {
	_, ptr := types.Unalias(o.Iter.Type).(*types.Pointer)
	return !ptr
}

// mustUnwind reports whether the generator has something to do when the body of the loop
// panics or calls runtime.Goexit.
func (b *builder) mustUnwind(l *parse.Loop) bool {
	return l.Callee.Pkg() != b.fn.Pkg.Types || b.unwinds[l.Callee]
}

// unwinding finds the generators of a package that have something to do when they are left
// by a panic where they yield: they have deferred calls, or are themselves in a loop over
// an iterator that has or may have, or are coroutines.
func unwinding(p *parse.Package) map[*types.Func]bool {
	unwinds := map[*types.Func]bool{}
	for changed := true; changed; {
		changed = false
		for _, fn := range p.Funcs {
			if fn.Gen == nil || fn.Gen.Stream || unwinds[fn.Obj] {
				continue
			}
			b := &builder{fn: fn, info: p.Info, group: &group{unwinds: unwinds}}
			b.awaits = awaitPaths(fn)
			if fn.Gen.Coroutine != nil || fn.Defers || b.hasIteratorLoop() {
				unwinds[fn.Obj], changed = true, true
			}
		}
	}
	return unwinds
}
