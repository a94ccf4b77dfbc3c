package rt

// Defers holds the deferred calls of a machine, between the defer statements and the end of
// the body. The zero Defers is empty and ready to use. It is not safe for several goroutines
// at once, nor may a deferred call use the Defers that it came from. Only generated code
// uses it.
//
// Go's recover works only in a function that was deferred, called by the frame that
// deferred it while it unwinds. A list of calls that somebody goes through is therefore not
// enough: the user's function has to be deferred again, by a frame of its own, above one
// that panics. So a record is a function that does this. It gets the rest of the unwinding
// as an argument:
//
//	f.defers.Push(cx, func(rest func()) { defer fn(a, b); rest() })
//
// and the frames of the records are stacked, the first pushed at the bottom, with the panic
// raised at the top:
//
//	Panic(v)
//	  record 1: defer fn1(…)
//	    record 2: defer fn2(…)       what fn2 does not recover goes on to fn1;
//	      panic(v)                   what it does recover lets record 2 return,
//	                                 and fn1 runs with nothing in flight
//
// A call that awaits cannot be deferred by a frame, which would not outlive a suspension. It
// is a future instead; the type [deferredAwaits] has the rest.
type Defers struct {
	// records are the plain calls, and nil in the place of one that awaits, which is in awaits.
	records []func(rest func())
	// loops are the ranges over iterator functions that are under way, the innermost
	// first: their frames lie above those of the deferred calls.
	loops *loop
	// home knows what a cancel of futures further in has left to do, which has to be done
	// before the calls that are held here. It is nil as long as nothing is held.
	home   *cleanups
	awaits *deferredAwaits // nil unless a deferred call awaits
}

// Len returns the number of calls that are still held.
func (d *Defers) Len() int { return len(d.records) }

// Push adds a record. It must defer the user's call in its own frame and then call rest.
func (d *Defers) Push(cx *Context, call func(rest func())) {
	d.settle(cx)
	d.records = append(d.records, call)
}

// settle notes where d belongs. A generator, in which nothing awaits, has no Context.
func (d *Defers) settle(cx *Context) {
	if d.home == nil && cx != nil {
		d.home = cx.cleanups()
	}
}

// Run makes the deferred calls, last pushed first, at the end of a body that returns. A
// record is dropped before it runs; if it panics, the panic leaves Run, with the others
// still held. None of the calls may await.
func (d *Defers) Run() {
	for len(d.records) > 0 {
		d.runLast()
	}
}

// runLast makes the call that was pushed last, with nothing in flight.
func (d *Defers) runLast() {
	n := len(d.records)
	call := d.records[n-1]
	d.records[n-1] = nil
	d.records = d.records[:n-1]
	call(func() {})
}

// Panic makes the deferred calls, last pushed first, with the panic value v in flight. It
// returns if one of them recovers, after the others have run too; otherwise v, or whatever
// the calls have panicked with instead, is raised. None of the calls may await.
func (d *Defers) Panic(v any) {
	records := d.records
	d.records = nil
	stack(records, func() { panic(v) })
}

// Unwind ends a body that does not return: v is what the function that calls Unwind, and
// that the body has deferred, got from recover; it is nil if runtime.Goexit unwinds the
// body. Unwind ends the loops that are under way and makes the deferred calls; a panic of
// one of these is in flight in those that follow. None of the calls may await.
func (d *Defers) Unwind(v any) {
	fl, _ := d.ended(v)
	d.unwind(fl)
}

// ended returns what has ended the body of a machine, from which its leave has got v, and whether it is
// runtime.Goexit or goes on below. The latter is not asked if it makes no difference.
func (d *Defers) ended(v any) (fl flight, goexit bool) {
	fl = inFlight(v, 2)
	if !fl.panicking {
		fl.exits = true
		return fl, true
	}
	if d.loops != nil || d.awaits != nil {
		var cancel bool
		goexit, cancel = exitsBelow()
		fl.exits = goexit || cancel
	}
	return fl, goexit
}

// unwind is Unwind for a flight that is known.
func (d *Defers) unwind(fl flight) {
	fl = d.endLoops(fl)
	if fl.panicking {
		d.Panic(fl.value)
		return
	}
	records := d.records
	d.records = nil
	stack(records, func() {})
}

// endLoops ends the ranges over iterator functions that are under way, the innermost first,
// and returns what is in flight then.
func (d *Defers) endLoops(fl flight) flight {
	for d.loops != nil {
		fl = d.loops.unwind(d, fl, exitBlocking)
	}
	return fl
}

// stack calls top above the frames of the records.
func stack(records []func(rest func()), top func()) {
	if len(records) == 0 {
		top()
		return
	}
	records[0](func() { stack(records[1:], top) })
}
