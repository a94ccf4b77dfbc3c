package rt

// BeginStream is BeginLoop for a stream, which was stopped by an await before EndLoop.
func (d *Defers) BeginStream(cx *Context, s unwinder) {
	if a, ok := s.(abandoner); ok {
		d.BeginLoop(cx, awaitingLoop{a})
	} else {
		d.BeginLoop(cx, streamLoop{s})
	}
}

// A streamLoop is a stream with a Stop that has nothing left to do.
type streamLoop struct{ unwinder }

func (streamLoop) Stop() {}

// An abandoner is a stream with deferred calls that await. When a panic ends the body of a range
// over it, they come before those of the function with the range, which waits for them as it does
// for its own. Abandon returns them, or nil if the stream had not begun or was over; the stream
// stands nowhere then. Recovered is called if they have recovered the panic.
type abandoner interface {
	unwinder
	Abandon() *Defers
	Recovered()
}

// An awaitingLoop is a streamLoop over an abandoner.
type awaitingLoop struct{ abandoner }

func (awaitingLoop) Stop() {}

// Panic is called where nobody can wait: it blocks.
func (l awaitingLoop) Panic(v any) {
	d := l.Abandon()
	if d == nil {
		panic(v)
	}
	d.UnwindBlocking(v)
	l.Recovered()
}

// exitBlocking ends a loop as runtime.Goexit in its body does, and blocks until all deferred calls have been
// made.
func exitBlocking(iter iterator) {
	l, ok := iter.(awaitingLoop)
	if !ok {
		iter.Exit()
	} else if d := l.Abandon(); d != nil {
		d.unwindBlocking(flight{exits: true})
	}
}

// An abandoned is the future of the end of a stream that a panic has left.
type abandoned struct {
	stream abandoner
	defers *Defers
	flight flight // what the deferred calls begin with
	begun  bool
}

// abandon takes the innermost loop out of d if that is a range over a stream whose deferred calls
// may have to be waited for, with fl in flight.
func (d *Defers) abandon(fl flight) *abandoned {
	if !fl.panicking || fl.exits {
		return nil // the goroutine is lost: it may block
	}
	l, ok := d.loops.iter.(awaitingLoop)
	if !ok {
		return nil
	}
	d.loops = d.loops.outer
	return &abandoned{stream: l, defers: l.Abandon(), flight: fl}
}

// poll is never ready: a panic that was recovered is followed by that of the range statement.
func (a *abandoned) poll(cx *Context) (ready bool) {
	switch {
	case a.defers == nil:
		a.flight.raise()
	case !a.begun:
		a.begun = true
		ready = a.defers.unwindPoll(cx, a.flight)
	default:
		ready = a.defers.resume(cx)
	}
	if ready {
		a.stream.Recovered()
	}
	return ready
}

// cancel ends the stream where it stands, as its own Cancel would.
func (a *abandoned) cancel() {
	defer a.defers.Canceled(a.defers.Mark())
	a.defers.CancelAwait()
}

func (a *abandoned) where(w *Where) { a.defers.Where(w) }
