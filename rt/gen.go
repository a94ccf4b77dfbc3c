package rt

// A Gen begins the machine of a generator. It knows how far the consumer has come, which is
// what a call of yield in the generator depends on:
//
//	        ┌─────────── 1 ───────────┐
//	pulling ┘                         └→ looping     the consumer wants more
//	   │ 2                                  │ 2
//	   ↓                                    ↓
//	stopped: yield returns false         left: yield returns false once, then panics
//	                                        │ it has panicked
//	                                        ↓
//	                                     misled: yield panics; so does the range statement if
//	                                     the generator has recovered that and returns
//
// 1, [Gen.InLoop]: the consumer is a range statement. 2, [Gen.Leave]: the consumer wants no
// more elements. A generator that goes on yielding after that is told so again by the stop
// function of [iter.Pull], and panics in a range statement.
//
// Users of a generator need the methods Next and Stop of its machine alone. All others are
// there for generated code. None of them is safe for several goroutines at once.
type Gen struct {
	Pin
	consumer consumer
}

type consumer uint8

const (
	pulling consumer = iota
	looping
	stopped
	left
	misled
	exiting // the loop's body is left by runtime.Goexit or a cancel, with a panic above it
)

// InLoop says that the consumer is a range statement.
func (g *Gen) InLoop() { g.consumer = looping }

// Leave says that the consumer wants no more elements; the generator is then resumed for
// the last time.
func (g *Gen) Leave() { g.consumer += stopped }

// Yields reports whether a call of yield hands out its arguments and suspends the generator.
// It panics if the consumer is a range statement that was left before.
func (g *Gen) Yields() bool { return g.consumer < stopped || g.again() }

// Enter says that the consumer's loop body is entered, in a machine that passes the element on. If a panic
// leaves it, and the generator recovers that, the range statement panics; otherwise InLoop and Leave follow.
func (g *Gen) Enter() { g.consumer = misled }

// again is Yields after the consumer has left.
func (g *Gen) again() bool {
	switch g.consumer {
	case left:
		g.consumer = misled
		yieldAfterBreak()
	case misled:
		yieldAfterPanic()
	}
	return false
}

// Left is called when a generator that has deferred calls has been resumed for the last
// time, and has returned.
func (g *Gen) Left() {
	if g.consumer == misled {
		recoveredLoopPanic()
	}
}

// More is what a call of yield returns when the generator is resumed.
func (g *Gen) More() bool { return g.consumer < stopped }

// Panic and Exit end a range over the generator, which stands at a yield, as a panic of the
// loop's body and runtime.Goexit in it do. Generators with deferred calls have methods of
// these names that run them first.

// Exits says, before Panic, that runtime.Goexit or a cancel lies below the panic, and goes on
// where the panic is recovered.
func (g *Gen) Exits() { g.consumer = exiting }

// Recovered is called when the deferred calls of the generator have recovered the panic of the
// loop's body: the range statement panics then, unless there is something else to go on with.
func (g *Gen) Recovered() {
	if g.consumer != exiting {
		recoveredLoopPanic()
	}
}

// Panic panics with v.
func (g *Gen) Panic(v any) { panic(v) }

// Exit does nothing.
func (g *Gen) Exit() {}

// PanicReentered panics because the body of the generator name has called its own Next.
func PanicReentered(name string) { panic(name + ": Next called again before yield") }

// yieldAfterBreak panics as yield does when an iterator calls it again after the body of the
// range statement was left.
func yieldAfterBreak() {
	twice := func(yield func() bool) {
		yield()
		yield()
	}
	for range twice {
		break
	}
}

// yieldAfterPanic panics as yield does when an iterator calls it again although the loop's
// body, or such a call, has panicked.
func yieldAfterPanic() {
	insists := func(yield func() bool) {
		defer func() {
			recover()
			yield()
		}()
		yield()
	}
	for range insists {
		panic("body")
	}
}

// recoveredLoopPanic panics as a range statement does whose iterator has recovered a panic
// of the loop's body.
func recoveredLoopPanic() {
	recovers := func(yield func() bool) {
		defer func() { recover() }()
		yield()
	}
	for range recovers {
		panic("recovered")
	}
}
