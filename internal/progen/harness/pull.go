package harness

import (
	"fmt"
	"iter"
)

// maxElements is how many elements of a generator are looked at, one more each time.
const maxElements = 5

// A Puller is a pull iterator without type parameters.
type Puller struct {
	// Next gives the text of the next element, and whether there is one.
	Next func() (string, bool)
	Stop func()
}

// Pull0, Pull1 and Pull2 make a Puller of iterators with that many values.
func Pull0(it interface {
	Next() bool
	Stop()
}) Puller {
	return Puller{func() (string, bool) { return "", it.Next() }, it.Stop}
}

// Pull1 is for one value.
func Pull1[V any](it interface {
	Next() (V, bool)
	Stop()
}) Puller {
	return Puller{func() (string, bool) { v, ok := it.Next(); return Show(v), ok }, it.Stop}
}

// Pull2 is for two values.
func Pull2[K, V any](it interface {
	Next() (K, V, bool)
	Stop()
}) Puller {
	return Puller{func() (string, bool) { k, v, ok := it.Next(); return Show(k) + " " + Show(v), ok }, it.Stop}
}

// Unit gives an iterator without values one, for [iter.Pull].
func Unit(seq func(func() bool)) iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) { seq(func() bool { return yield(struct{}{}) }) }
}

// List makes a list of several results.
func List(vals ...any) []any { return vals }

// pulls compares a generator with iter.Pull of the plain one: for each number of elements,
// and to the end, then stopped. It reports false if the plain one does not end.
func (c *comparison) pulls() bool {
	for n := range maxElements + 1 {
		if n == maxElements {
			n = fuelAtStart
		}
		want, exhausted := capture(c.oracle, func(*state) {}, func() { c.oracleCase.Pull().follow(n) })
		if c.awaits = max(c.awaits, run.awaits); exhausted {
			return n > 0
		}
		c.want = want
		got, _ := capture(c.subject, func(*state) {}, func() { c.twinCase.Pull().follow(n) })
		c.check(fmt.Sprintf("pulled %d times", n), want, got)
	}
	return true
}

// follow takes n elements, stops the iterator twice and asks for one more.
func (p Puller) follow(n int) {
	for range n {
		if !p.next() {
			break
		}
	}
	p.call("stop", func() (string, bool) { p.Stop(); return "", false })
	p.call("stop again", func() (string, bool) { p.Stop(); return "", false })
	p.next()
}

func (p Puller) next() bool { return p.call("next", p.Next) }

// call makes one call and records how it ended.
func (p Puller) call(what string, f func() (string, bool)) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			event("%s panics %s", what, showPanic(v))
		}
	}()
	text, ok := f()
	event("%s %s %t", what, text, ok)
	return ok
}
