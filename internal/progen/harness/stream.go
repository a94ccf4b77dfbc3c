package harness

import (
	"fmt"
	"runtime"

	"github.com/asyncgen/asyncgen/rt"
)

// A Streamer is a stream without type parameters.
type Streamer struct {
	Next, Stop func() Element
}

// An Element is the future of an element, or of the end, of a stream.
type Element struct {
	// Await waits for it and gives the text of the element, and whether there is one.
	Await func() (string, bool)
	// Poll and Cancel are nil in the copy with the hand-made twins. Poll gives what Await does,
	// and last whether it is ready.
	Poll   func(cx *rt.Context) (string, bool, bool)
	Cancel func()
}

// Stream0 makes a Streamer of a stream without values.
func Stream0[I interface {
	Next() N
	Stop() E
}, N interface {
	rt.Future[struct{}]
	Await() bool
}, E end](it I) Streamer {
	return Streamer{func() Element {
		f := it.Next()
		return polled(f, func() (string, bool) { return "", f.Await() }, func(struct{}) string { return "" })
	}, stopping(it.Stop)}
}

// Stream1 is for one value.
func Stream1[I interface {
	Next() N
	Stop() E
}, N interface {
	rt.Future[V]
	Await() (V, bool)
}, E end, V any](it I) Streamer {
	return Streamer{func() Element {
		f := it.Next()
		return polled(f, func() (string, bool) { v, ok := f.Await(); return Show(v), ok }, func(v V) string { return Show(v) })
	}, stopping(it.Stop)}
}

// Stream2 is for two values.
func Stream2[I interface {
	Next() N
	Stop() E
}, N interface {
	rt.Future[rt.Pair[K, V]]
	Await() (K, V, bool)
}, E end, K, V any](it I) Streamer {
	return Streamer{func() Element {
		f := it.Next()
		return polled(f,
			func() (string, bool) { k, v, ok := f.Await(); return Show(k) + " " + Show(v), ok },
			func(p rt.Pair[K, V]) string { return Show(p.Key) + " " + Show(p.Value) })
	}, stopping(it.Stop)}
}

// end is the future of the end of a stream.
type end interface {
	rt.Future[struct{}]
	Await()
}

func stopping[E end](stop func() E) func() Element {
	return func() Element {
		f := stop()
		return polled(f, func() (string, bool) { f.Await(); return "", true }, func(struct{}) string { return "" })
	}
}

func polled[T any](f rt.Future[T], await func() (string, bool), text func(T) string) Element {
	return Element{await, func(cx *rt.Context) (string, bool, bool) {
		p := f.Poll(cx)
		if !p.Ready {
			return "", false, false
		}
		return text(p.Value), p.Err == nil, true
	}, f.Cancel}
}

// Plain0, Plain1 and Plain2 make a Streamer of the pull iterator that stands in for a stream.
func Plain0(next func() bool, stop func()) Streamer {
	return plainly(func() (string, bool) { return "", next() }, stop)
}

// Plain1 is for one value.
func Plain1[V any](next func() (V, bool), stop func()) Streamer {
	return plainly(func() (string, bool) { v, ok := next(); return Show(v), ok }, stop)
}

// Plain2 is for two values.
func Plain2[K, V any](next func() (K, V, bool), stop func()) Streamer {
	return plainly(func() (string, bool) { k, v, ok := next(); return Show(k) + " " + Show(v), ok }, stop)
}

func plainly(next func() (string, bool), stop func()) Streamer {
	return Streamer{
		func() Element {
			return Element{Await: func() (text string, ok bool) { pulled(func() { text, ok = next() }); return text, ok }}
		},
		func() Element { return Element{Await: func() (string, bool) { pulled(stop); return "", true }} },
	}
}

// Next0, Next1, Next2 and Ends are the futures of the hand-made twin of a stream.
type (
	Next0           func() bool
	Next1[V any]    func() (V, bool)
	Next2[K, V any] func() (K, V, bool)
	Ends            func()
)

// Await asks the pull iterator.
func (f Next0) Await() (ok bool) { pulled(func() { ok = f() }); return ok }

// Await asks the pull iterator.
func (f Next1[V]) Await() (v V, ok bool) { pulled(func() { v, ok = f() }); return v, ok }

// Await asks the pull iterator.
func (f Next2[K, V]) Await() (k K, v V, ok bool) { pulled(func() { k, v, ok = f() }); return k, v, ok }

// Await ends the pull iterator.
func (f Ends) Await() { pulled(f) }

// pulled calls a function of a pull iterator. If runtime.Goexit was called in it, and then there was a panic in a
// deferred call, the coroutine of package iter hands on the panic alone. For a stream, which has no goroutine
// of its own, runtime.Goexit goes on where the panic is recovered.
func pulled(call func()) {
	before := run.exits
	defer func() {
		v := recover()
		switch {
		case v == nil:
		case run.exits != before:
			defer panic(v)
			runtime.Goexit()
		default:
			panic(v)
		}
	}()
	call()
}

// follow takes n elements of a stream, stops it, stops it again and asks for one more.
func (s Streamer) follow(n int) {
	for range n {
		if !s.step("next", s.Next()) {
			break
		}
	}
	s.step("stop", s.Stop())
	s.step("stop again", s.Stop())
	s.step("next", s.Next())
}

func (s Streamer) step(what string, f Element) bool {
	text, ok := f.Await()
	event("%s %s %t", what, text, ok)
	return ok
}

// A follower is a machine that does as [Streamer.follow] does.
type follower struct {
	begin   func() Streamer
	s       Streamer
	current *Element
	left    int // elements to take
	phase   int // index in the list of what to do next
}

func (f *follower) Poll(cx *rt.Context) bool {
	if f.phase == len(phases) {
		panic("followed to the end")
	}
	if f.s.Next == nil {
		f.s = f.begin()
	}
	for f.phase < len(phases) {
		if f.current == nil {
			if f.phase == 0 && f.left == 0 {
				f.phase++
			}
			ask := f.s.Next
			if f.phase == 1 || f.phase == 2 {
				ask = f.s.Stop
			}
			s := ask()
			f.current = &s
		}
		text, ok, ready := f.current.Poll(cx)
		if !ready {
			return false
		}
		event("%s %s %t", phases[f.phase], text, ok)
		f.current = nil
		if f.left--; f.phase > 0 || !ok {
			f.phase++
		}
	}
	Results()
	return true
}

var phases = []string{"next", "stop", "stop again", "next"}

// Cancel cancels what the stream was asked for last.
func (f *follower) Cancel() {
	if f.current != nil {
		f.current.Cancel()
		f.current = nil
	}
	f.phase = len(phases)
}

// streams compares a stream with iter.Pull of the plain one: for each number of elements it is
// followed so far, and each time in all the ways of a function. It reports false if the plain
// one does not end.
func (c *comparison) streams() bool {
	plain, twin := c.oracleCase.Stream, c.twinCase.Stream
	most := 0
	for n := range maxElements + 1 {
		if n == maxElements {
			n = fuelAtStart
		}
		follow := func(begin func() Streamer) func() {
			return func() {
				begin().follow(n)
				Results()
			}
		}
		c.how = fmt.Sprintf("stream followed %d times, ", n)
		c.oracleCase.Plain, c.twinCase.Plain = follow(plain), follow(twin)
		if c.twinCase.Polled {
			c.twinCase.Twin = func() Machine { return &follower{begin: twin, left: n} }
		}
		if !c.function() {
			return n > 0
		}
		most = max(most, c.awaits)
	}
	c.awaits = most
	return true
}
