package rt

import "strings"

// A Where collects where a future stands: which await of which function it waits at, what that
// waits for in turn, and so on down to the operation that everything hangs on. [Dump] and
// reports of panics and deadlocks print it.
//
// A future can be asked if it has a method
//
//	Where(w *rt.Where)
//
// which calls w's methods for itself. Generated machines have it. Like Poll it is called by
// the owner of the future only, and never during a poll; but if the future's own poll panics,
// it may be called before that has unwound.
type Where struct {
	places []place
	indent int // of the place that is added next
	// branch: that place is one of several that a combinator waits for. What is further in is
	// indented below it, or it would look like another of them.
	branch bool
	// passing is the panic that is on its way through the futures, nil if they wait.
	passing *passing
}

// place is one line: a function and a place in it.
type place struct {
	indent   int
	function string
	at       string // file:line, or ""
	frame    int    // of a panic: the index in passing.frames
}

// locator is a future that can say where it stands.
type locator interface{ Where(w *Where) }

// At adds an await: a function, as package.name, with its file and line, and the future that it
// waits for. The future may be of any type: it is asked if it can be. A combinator waits for
// several; what they add is indented, and further if it stands inside one of them.
func (w *Where) At(function, at string, futures ...any) {
	p := place{indent: w.indent, function: function, at: at}
	indent, several := w.indent, len(futures) > 1
	if w.passing != nil {
		p.frame = w.passing.frame
	} else if several || w.branch {
		w.indent++
	}
	w.places = append(w.places, p)
	for _, f := range futures {
		w.branch = several && w.passing == nil
		w.ask(f)
	}
	w.indent, w.branch = indent, false
}

// Operation adds the operation of a leaf future, such as "anet.Conn.Read".
func (w *Where) Operation(name string) { w.At(name, "") }

// ask adds what a future has to say.
func (w *Where) ask(future any) {
	if l, ok := future.(locator); ok && (w.passing == nil || w.passing.enter(future)) {
		l.Where(w)
	}
}

// String returns a line for each place, the outermost first.
func (w *Where) String() string {
	var b strings.Builder
	for _, p := range w.places {
		p.write(&b)
	}
	return b.String()
}

func (p place) write(b *strings.Builder) {
	for range p.indent {
		b.WriteString("  ")
	}
	b.WriteString(p.function)
	if p.at != "" {
		b.WriteByte(' ')
		b.WriteString(p.at)
	}
	b.WriteByte('\n')
}
