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

//async:stream
func passes(seq iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		seq(yield) // want `yield is used as a value, which a stream cannot have: to pass on the elements of an iterator, write for v := range seq`
		defer yield(1) // want `yield is the operand of a defer statement.*yield before the function returns`
		go yield(2) // want `yield is the operand of a go statement.*send to a channel`
		func() {
			yield(3) // want `yield is called inside a function literal.*write the statements of the literal where it is called`
		}()
		f := func() { yield(4) } // want `yield is called inside a function literal`
		f()
	}
}

// A generator is a coroutine then, but cannot await even so.
//
//async:gen
func awaits(seq iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		seq(yield)
		rt.Yield().Await() // want `an await in a generator`
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
func clashes() iter.Seq[int] { // want `would declare clashesNext, which the package has already: rename the twin with //async:stream as=Name`
	return func(yield func(int) bool) {}
}

type clashesNext struct{}

//async:stream
func result() (seq iter.Seq[int]) {
	seq = nil // want `the function uses its result seq.*leave the result without a name`
	return func(yield func(int) bool) {}
}

//async:stream
func recovers() iter.Seq[int] {
	defer func() { recover() }() // want `a deferred call may recover before the return statement.*recover in the caller`
	return func(yield func(int) bool) {}
}

//async:stream
func localType() iter.Seq[int] {
	type pair struct{ a, b int }
	return func(yield func(int) bool) {
		var p pair // want `the literal uses type pair, which is declared before the return statement.*move the declaration`
		yield(p.a)
	}
}

//async:gen
func generatorAsync() iter.Seq[int] { // want `would declare generatorAsyncPull, which the package has already: rename the twin with //async:gen as=Name`
	return func(yield func(int) bool) {}
}

func generatorAsyncPull() {}
