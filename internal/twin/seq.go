package twin

import (
	"fmt"
	"iter"
	"strings"

	"github.com/asyncgen/asyncgen/rt"
)

// maxElements bounds how far a generator is followed: it may have no end.
const maxElements = 8

// A puller is an iterator that is asked for one element after the other.
type puller struct {
	next func() (elem string, ok bool) // elem says what the element is
	stop func()
}

// Seq makes a Func of a generator with one value. Its plain form is the function under
// [iter.Pull], its twin the machine, and both are driven through the same calls: for each k,
// k of Next, then Stop, twice, and Next again. What each call returns, or that it panics or
// calls runtime.Goexit, is part of the trace.
func Seq[S ~func(yield func(V) bool), V any, I interface {
	Next() (V, bool)
	Stop()
}](name string, plain func() S, twin func() I) Func {
	text := func(next func() (V, bool)) func() (string, bool) {
		return func() (string, bool) {
			v, ok := next()
			return fmt.Sprintf("%+v", v), ok
		}
	}
	return generator(name,
		func() puller {
			next, stop := iter.Pull(iter.Seq[V](plain()))
			return puller{text(next), stop}
		},
		func() puller {
			it := twin()
			return puller{text(it.Next), it.Stop}
		})
}

// Seq2 is [Seq] of a generator with two values.
func Seq2[S ~func(yield func(K, V) bool), K, V any, I interface {
	Next() (K, V, bool)
	Stop()
}](name string, plain func() S, twin func() I) Func {
	text := func(next func() (K, V, bool)) func() (string, bool) {
		return func() (string, bool) {
			k, v, ok := next()
			return fmt.Sprintf("%+v: %+v", k, v), ok
		}
	}
	return generator(name,
		func() puller {
			next, stop := iter.Pull2(iter.Seq2[K, V](plain()))
			return puller{text(next), stop}
		},
		func() puller {
			it := twin()
			return puller{text(it.Next), it.Stop}
		})
}

// Seq0 is [Seq] of a generator without values.
func Seq0[S ~func(yield func() bool), I interface {
	Next() bool
	Stop()
}](name string, plain func() S, twin func() I) Func {
	text := func(next func() bool) func() (string, bool) {
		return func() (string, bool) { return "", next() }
	}
	return generator(name,
		func() puller {
			seq := plain()
			next, stop := iter.Pull(func(yield func(struct{}) bool) {
				seq(func() bool { return yield(struct{}{}) })
			})
			return puller{text(func() bool { _, ok := next(); return ok }), stop}
		},
		func() puller {
			it := twin()
			return puller{text(it.Next), it.Stop}
		})
}

// generator makes a Func that drives a generator in both forms.
func generator(name string, plain, twin func() puller) Func {
	return Func{
		Name:  name,
		Plain: func() { followAll(plain) },
		Twin:  func() *followFuture { return &followFuture{follow: func() { followAll(twin) }} },
	}
}

// followAll follows one iterator after the other, each one element further.
func followAll(begin func() puller) {
	for k := range maxElements + 1 {
		if !follow(begin, k) {
			return
		}
	}
}

// follow takes k elements of an iterator and stops it. It reports whether there are more.
func follow(begin func() puller, k int) (more bool) {
	var p puller
	log := func(what string, f func() string) {
		Log(strings.TrimSpace(what + " " + contain(what, f)))
	}
	Log(k, "of them:")
	log("begin", func() string { p = begin(); return "" })
	if p.next == nil {
		return false
	}
	ended := false
	next := func() {
		log("Next", func() string {
			ended = true
			elem, ok := p.next()
			ended = !ok
			return fmt.Sprint(elem, " ", ok)
		})
	}
	for range k {
		if next(); ended {
			break
		}
	}
	more = !ended
	for range 2 {
		log("Stop", func() string { p.stop(); return "" })
	}
	next()
	return more
}

// A followFuture is ready at its first poll, in which it follows a generator.
type followFuture struct {
	rt.Pin
	follow func()
	done   bool
}

// Poll follows the generator.
func (f *followFuture) Poll(*rt.Context) rt.Poll[struct{}] {
	if f.done {
		panic(rt.Completed("twin.Seq"))
	}
	f.done = true
	f.follow()
	return rt.Ready(struct{}{})
}

// Await follows the generator.
func (f *followFuture) Await() { f.follow() }

// Cancel does nothing: a generator does not wait.
func (f *followFuture) Cancel() {}
