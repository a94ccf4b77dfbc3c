package rt

import "cmp"

// deferredAwaits is what a machine needs besides the rest of [Defers] if some of its deferred
// calls await: an awaiting function literal, or the Await of a future. Each of these is a
// future, made by the defer statement and polled when its turn comes:
//
//	rt.DeferAwait(&f.defers, cx, &fetchFunc1Future{up: f})
//
// While it is pending the machine is suspended, and nothing can be in flight on the
// goroutine's stack, which serves others meanwhile. So a panic that has to pass through
// the future is taken out of the air, kept here, and raised again above the plain calls
// that follow or, if there are none, out of the machine. In the future, recover is a call
// of Recover, which looks here.
//
// runtime.Goexit cannot be taken out of the air: it ends the goroutine. A deferred call that
// awaits then blocks the goroutine, which nobody needs any more.
type deferredAwaits struct {
	flight flight
	// locals are those of the last defer statement that awaits, for a cleanup, which is polled
	// with a context of its own.
	locals *local
	// futures are the calls that await, in the order of their defer statements.
	futures []deferredFuture
	// current is the future that is suspended. It has been taken out of futures.
	current deferredFuture
	// polling is the future that is being polled, for whoever asks on the way of its panic.
	polling deferredFuture
}

// A deferredFuture is a future without the type of its result, which nobody wants.
type deferredFuture interface {
	poll(cx *Context) (ready bool)
	cancel()
	where(w *Where)
}

type deferredAwait[T any] struct{ future Future[T] }

func (a deferredAwait[T]) poll(cx *Context) bool { return a.future.Poll(cx).Ready }
func (a deferredAwait[T]) cancel()               { a.future.Cancel() }
func (a deferredAwait[T]) where(w *Where)        { w.ask(a.future) }

// Where asks the deferred call that the machine stands at.
func (d *Defers) Where(w *Where) {
	if d.awaits == nil {
		return
	}
	if f := cmp.Or(d.awaits.current, d.awaits.polling); f != nil {
		f.where(w)
	}
}

// DeferAwait adds a deferred call that awaits f.
func DeferAwait[T any](d *Defers, cx *Context, f Future[T]) {
	d.settle(cx)
	if d.awaits == nil {
		d.awaits = new(deferredAwaits)
	}
	d.records = append(d.records, nil)
	d.awaits.locals = cx.locals
	d.awaits.futures = append(d.awaits.futures, deferredAwait[T]{f})
}

// DeferMethod is DeferAwait for a deferred call of the method Await, of which Go looks up
// the method at once: if f is a nil interface, it panics.
func DeferMethod[T any](d *Defers, cx *Context, f Future[T]) {
	_ = f.Poll
	DeferAwait(d, cx, f)
}

// Recover is what recover is in a deferred function that is a future: it stops the panic that
// is in flight and returns its value, or nil if there is none.
func (d *Defers) Recover() any {
	fl := d.awaits.flight
	d.awaits.flight = flight{}
	return fl.value
}

// DeferRecover is the record of defer recover() in such a function. Go calls recover for the
// function then, if that returns, and for nobody if a panic of its own passes.
func (d *Defers) DeferRecover(rest func()) {
	rest()
	d.Recover()
}

// Poll goes on with the deferred calls at the end of a body that has returned, and after
// each suspension, also if the body ended in another way. It reports whether all of them
// have been made. A panic that leaves Poll has to be handed to UnwindPoll.
func (d *Defers) Poll(cx *Context) (ready bool) {
	if d.awaits == nil {
		d.Run()
		return true
	}
	for d.left() {
		if !d.step(cx) {
			return false
		}
	}
	d.awaits.land()
	return true
}

// UnwindPoll is Unwind for a machine with deferred calls that await. If one of them is
// pending, UnwindPoll returns false, with the panic kept; then Poll goes on. If
// runtime.Goexit unwinds the body, it is never false.
func (d *Defers) UnwindPoll(cx *Context, v any) (ready bool) {
	fl, goexit := d.ended(v)
	if goexit {
		d.unwindBlocking(fl)
		return true
	}
	return d.unwindPoll(cx, fl)
}

// unwindPoll is UnwindPoll for a panic that is known to have no runtime.Goexit below it.
func (d *Defers) unwindPoll(cx *Context, fl flight) (ready bool) {
	fl = d.pollLoops(fl)
	if d.awaits == nil || !fl.panicking && d.awaits.current == nil {
		d.exit(fl)
		return true
	}
	d.awaits.flight = fl
	if ready = d.resume(cx); !ready && d.awaits.flight.panicking {
		cx.keepChain(d.awaits.flight.value)
	}
	return ready
}

// pollLoops is endLoops as far as that goes without waiting. Then the first one to wait for is in awaits,
// and what is in flight there.
func (d *Defers) pollLoops(fl flight) flight {
	for d.loops != nil {
		if a := d.abandon(fl); a != nil {
			if d.awaits == nil {
				d.awaits = new(deferredAwaits)
			}
			d.awaits.current = a
			return flight{}
		}
		fl = d.loops.unwind(d, fl, exitBlocking)
	}
	return fl
}

// resume makes the deferred calls that are left; what is in flight passes through them. It
// reports whether all have been made. If none recovers, the panic is raised.
func (d *Defers) resume(cx *Context) (ready bool) {
	for d.left() {
		if !d.try(cx) {
			return false
		}
	}
	d.awaits.land()
	return true
}

// exit is resume while runtime.Goexit ends the goroutine, with fl in flight above that: it blocks.
func (d *Defers) exit(fl flight) {
	fl.exits = true
	if d.awaits == nil {
		d.unwind(fl)
		return
	}
	d.awaits.flight = fl
	b := blockers.Get().(*blocker)
	b.cx.rt, b.cx.home, b.cx.locals = d.home.rt, d.home, d.awaits.locals
	for d.left() {
		b.cx.begin()
		if !d.try(&b.cx) {
			b.park()
		}
	}
	b.release()
	d.awaits.land()
}

// left reports whether a loop or a deferred call is left or suspended.
func (d *Defers) left() bool { return len(d.records) > 0 || d.loops != nil || d.awaits.current != nil }

// land raises the panic that is in flight when all deferred calls have been made.
func (a *deferredAwaits) land() {
	fl := a.flight
	a.flight = flight{}
	fl.raise()
}

// try is step for calls that are made while something else than a return ends the body: a
// panic of theirs is in flight from then on. If they call runtime.Goexit, the calls that
// are left are made before it goes on.
func (d *Defers) try(cx *Context) (ready bool) {
	returned := false
	defer func() {
		if returned {
			return
		}
		fl := inFlight(recover(), 0)
		if !fl.panicking || goexitBelow("(*Defers).try") {
			d.exit(fl)
			return
		}
		d.awaits.flight, ready = fl, true
	}()
	ready = d.step(cx)
	returned = true
	return ready
}

// step makes the next deferred call. With a panic in flight, it makes all that come before the
// next one that awaits. It is false if that is pending.
func (d *Defers) step(cx *Context) (ready bool) {
	if d.awaits.current == nil && d.loops != nil {
		d.awaits.flight = d.pollLoops(d.awaits.flight)
	}
	a, n := d.awaits, len(d.records)
	if a.current == nil {
		if n == 0 {
			return true // only loops were left
		}
		if d.records[n-1] != nil {
			d.stepPlain()
			return true
		}
		last := len(a.futures) - 1
		a.current = a.futures[last]
		a.futures[last] = nil
		a.futures, d.records = a.futures[:last], d.records[:n-1]
	}
	// If the poll panics, nothing is suspended any more.
	future := a.current
	a.current, a.polling = nil, future
	ready = cx.undisturbed(future)
	a.polling = nil
	if !ready {
		a.current = future
	}
	return ready
}

// stepPlain is step where the next call does not await.
func (d *Defers) stepPlain() {
	fl := d.awaits.flight
	if !fl.panicking {
		d.runLast()
		return
	}
	from := len(d.records)
	for from > 0 && d.records[from-1] != nil {
		from--
	}
	records := d.records[from:]
	d.records = d.records[:from]
	d.awaits.flight = flight{}
	stack(records, fl.raise)
}

// UnwindBlocking is Unwind, with a panic in flight, for a machine with deferred calls that
// await: it blocks the goroutine until they have ended, because what is to be unwound next
// is on the goroutine's stack.
func (d *Defers) UnwindBlocking(v any) {
	fl, _ := d.ended(v)
	d.unwindBlocking(fl)
}

// unwindBlocking is UnwindBlocking for a flight that is known, and need not be a panic.
func (d *Defers) unwindBlocking(fl flight) { d.exit(d.endLoops(fl)) }
