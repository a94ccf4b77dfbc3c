package rt

import "unicode/utf8"

// A loop is a range over an iterator function that is under way in some machine.
type loop struct {
	iter interface {
		Stop()
		Panic(v any)
		Exit()
	}
	outer *loop
}

// BeginLoop notes that a range over an iterator function has begun, so that its iterator
// is ended whatever ends the body.
func (d *Defers) BeginLoop(cx *Context, iter interface {
	Stop()
	Panic(v any)
	Exit()
}) {
	d.settle(cx)
	d.loops = &loop{iter, d.loops}
}

// BeginStream is BeginLoop for a stream, which was stopped by an await before EndLoop.
func (d *Defers) BeginStream(cx *Context, s unwinder) {
	d.BeginLoop(cx, streamLoop{s})
}

// A streamLoop is a stream with a Stop that has nothing left to do.
type streamLoop struct{ unwinder }

type unwinder interface {
	Panic(v any)
	Exit()
}

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
	defer func() { now = inFlight(recover(), 0) }()
	if fl.panicking {
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
