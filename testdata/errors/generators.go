package errors

import (
	"iter"

	"github.com/asyncgen/asyncgen/rt"
)

//async:gen // want `elements must have one result, an iterator, and end in return func`
func elements(list []int) iter.Seq[int] {
	seq := func(yield func(int) bool) {}
	return seq
}

type yieldFunc = func(int) bool

//async:gen // want `with the type of yield written out`
func named() iter.Seq[int] { return func(yield yieldFunc) {} }

//async:gen // want `must have one result, an iterator`
func none() {}

//async:gen // want `must have one result, an iterator`
func variadic() func(func(...int) bool) { return func(yield func(...int) bool) {} }

//async:gen dyn // want `unknown option "dyn": known is as=Name`
func option() iter.Seq[int] { return func(yield func(int) bool) {} }

//async:gen
func several(n int) iter.Seq[int] {
	if n == 0 {
		return nil // want `the only return statement of several itself must be the last one`
	}
	return func(yield func(int) bool) {}
}

//async:gen
func waits() iter.Seq[int] {
	rt.Yield().Await() // want `an await before the return statement of a generator would block its caller`
	return func(yield func(int) bool) {
		rt.Yield().Await() // want `an await in a generator, whose consumer does not wait`
		func() {
			rt.Yield().Await() // want `an await in a generator`
		}()
		defer rt.Yield().Await() // want `an await in a generator`
		defer func() {
			rt.Yield().Await() // want `an await in a generator`
		}()
	}
}

//async:gen
func passes(seq iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		seq(yield) // want `yield is used as a value: a generator may only call it`
		defer yield(1) // want `yield as the operand of defer`
		go yield(2) // want `yield in a go statement`
		func() {
			yield(3) // want `yield is called inside a function literal`
		}()
		f := func() { yield(4) } // want `yield is called inside a function literal`
		f()
	}
}

//async:stream
func lines() iter.Seq[int] {
	return func(yield func(int) bool) {
		rt.Yield().Await()
		func() {
			yield(1) // want `yield is called inside a function literal`
			rt.Yield().Await()
		}()
	}
}

//async:gen
func ranges() iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range lines() { // want `a range over a stream in a generator`
			yield(v)
		}
	}
}

//async:stream
func clashes() iter.Seq[int] { // want `would declare clashesNext, which the package has already`
	return func(yield func(int) bool) {}
}

type clashesNext struct{}

//async:gen
func result() (seq iter.Seq[int]) {
	seq = nil // want `a generator cannot use its result seq`
	return func(yield func(int) bool) {}
}

//async:gen
func recovers() iter.Seq[int] {
	defer func() { recover() }() // want `recover before the return statement of a generator`
	return func(yield func(int) bool) {}
}

//async:gen
func localType() iter.Seq[int] {
	type pair struct{ a, b int }
	return func(yield func(int) bool) {
		var p pair // want `cannot use type pair, which is declared before the return statement`
		yield(p.a)
	}
}

//async:gen
func generatorAsync() iter.Seq[int] { // want `would declare generatorAsyncPull, which the package has already`
	return func(yield func(int) bool) {}
}

func generatorAsyncPull() {}
