package rt

import "unicode/utf8"

// A loop is a range over an iterator function that is under way in some machine.
type loop struct {
	iter  iterator
	outer *loop
}

// An iterator is what a range is over.
type iterator interface {
	Stop()
	unwinder
}

// An unwinder is told what ends the body of a range over it. Exits comes before a Panic below
// which runtime.Goexit or a cancel goes on.
type unwinder interface {
	Panic(v any)
	Exit()
	Exits()
}

// BeginLoop notes that a range over an iterator function has begun, so that its iterator
// is ended whatever ends the body.
func (d *Defers) BeginLoop(cx *Context, iter iterator) {
	d.settle(cx)
	d.loops = &loop{iter, d.loops}
}

// EndLoop ends the innermost loop as a break does, or after its last element.
func (d *Defers) EndLoop() {
	l := d.loops
	d.loops = l.outer
	l.iter.Stop()
}

// unwind ends the innermost loop with fl in flight and returns what is in flight then. If its
// deferred calls call runtime.Goexit, all that is further out comes before that goes on, also if a panic
// of theirs comes on top of it. Exit is how the loop ends if there is no panic.
func (l *loop) unwind(d *Defers, fl flight, exit func(iterator)) (now flight) {
	d.loops = l.outer
	returned := false
	defer func() {
		now = inFlight(recover(), 0)
		now.exits = fl.exits
		if !returned && (!now.panicking || goexitBelow("(*loop).unwind")) {
			d.exit(now)
		}
	}()
	if fl.panicking {
		if fl.exits {
			l.iter.Exits()
		}
		l.iter.Panic(fl.value)
	} else {
		exit(l.iter)
	}
	returned = true
	return flight{}
}

// NextRune decodes the rune of s at byte offset i, as range does, and returns the offset of
// the one behind it.
func NextRune[S ~string](s S, i int) (r rune, next int) {
	r, size := utf8.DecodeRuneInString(string(s[i:]))
	return r, i + size
}
