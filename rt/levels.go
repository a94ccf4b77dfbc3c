package rt

// Levels are the machines of a walk, nested generators of which the consumer of the outermost one resumes
// the innermost. None of the others is on the stack, so that what ends the body of the innermost has to
// be led through them. Each call takes the next machine outward, and gives its deferred calls, nil if it
// can have none; g is nil when the outermost one has been taken.
//
//	Unwind(v)
//	  innermost: its deferred calls, with v in flight      v, or what they panic with instead,
//	  the one around it: …                                 goes on to the next one;
//	  …                                                    who recovers it has ended, and that around it goes on
//	  outermost: …                                         what is left is raised
//
// What calls of recover, panics and [runtime.Goexit] mean within a machine is told by [Defers].
// Only generated code uses Levels.
type Levels func() (g *Gen, d *Defers)

// Unwind ends the body of the innermost machine, and those of the machines around it until one recovers:
// v is what the function that calls Unwind, and that the outermost machine's Next has deferred, got from
// recover. If Unwind returns, the machine that would be taken next goes on with what stands behind its loop.
func (l Levels) Unwind(v any) {
	fl := inFlight(v, 1)
	if fl.panicking {
		goexit, cancel := exitsBelow()
		fl.exits = goexit || cancel
	} else {
		fl.exits = true
	}
	l.unwind(fl, false)
}

// Panic ends a range over the outermost machine, which g is of, as a panic of the loop's body with v does.
// The loops around the inner machines are left by that panic as well.
func (l Levels) Panic(g *Gen, v any) {
	l.unwind(flight{panicking: true, value: v, exits: g.consumer == exiting}, true)
}

// Exit ends a range over the outermost machine as runtime.Goexit in the loop's body does, and returns.
func (l Levels) Exit() { l.unwind(flight{exits: true}, true) }

// unwind leads fl outward until nothing is in flight any more. InBody says that fl comes from the body of
// the loop over the outermost machine, and so through the bodies of all loops.
func (l Levels) unwind(fl flight, inBody bool) {
	for fl.panicking || fl.exits {
		g, d := l()
		if g == nil {
			fl.raise()
			return
		}
		if d != nil {
			fl = l.unwindOne(g, d, fl, inBody)
		}
	}
}

// unwindOne ends one machine with fl in flight and returns what is in flight then. As in [loop], if its
// deferred calls call runtime.Goexit, all that is further out comes before that goes on.
func (l Levels) unwindOne(g *Gen, d *Defers, fl flight, inBody bool) (now flight) {
	returned := false
	defer func() {
		now = inFlight(recover(), 0)
		now.exits = fl.exits
		if !returned && (!now.panicking || goexitBelow("Levels.unwindOne")) {
			now.exits = true
			l.unwind(now, inBody)
		}
	}()
	d.unwind(fl)
	if fl.panicking && !fl.exits && (inBody || g.consumer == misled) {
		recoveredLoopPanic()
	}
	returned = true
	return flight{}
}
