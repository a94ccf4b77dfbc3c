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

// BeginStream is BeginLoop for a stream, which was stopped by an await before EndLoop.
func (d *Defers) BeginStream(cx *Context, s unwinder) {
	d.BeginLoop(cx, streamLoop{s})
}

// A streamLoop is a stream with a Stop that has nothing left to do.
type streamLoop struct{ unwinder }

func (streamLoop) Stop() {}

// EndLoop ends the innermost loop as a break does, or after its last element.
func (d *Defers) EndLoop() {
	l := d.loops
	d.loops = l.outer
	l.iter.Stop()
}

// unwind ends the innermost loop with fl in flight and returns what is in flight then.
func (l *loop) unwind(d *Defers, fl flight) (now flight) {
	d.loops = l.outer
	defer func() {
		now = inFlight(recover(), 0)
		now.exits = fl.exits
	}()
	if fl.panicking {
		if fl.exits {
			l.iter.Exits()
		}
		l.iter.Panic(fl.value)
	} else {
		l.iter.Exit()
	}
	return flight{}
}

// NextRune decodes the rune of s at byte offset i, as range does, and returns the offset of
// the one behind it.
func NextRune[S ~string](s S, i int) (r rune, next int) {
	r, size := utf8.DecodeRuneInString(string(s[i:]))
	return r, i + size
}
