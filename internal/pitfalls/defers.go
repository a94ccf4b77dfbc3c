package pitfalls

// Deferred calls, panics and recover.

import (
	"errors"
	"fmt"
)

// naive: the poll method's own defer runs at the first suspension.
// rule: deferred calls run once, last in first out, when the async function returns.
//
//async:func
func P31_defer_not_at_suspend() any {
	func() {
		defer tr("d1", 0)
		tr("before", 0)
		aw(0).Await()
		defer tr("d2", 0)
		tr("after", 0)
	}()
	return trace
}

// naive: wraps the call in a closure and evaluates t and the arguments late (dispatchrun hoists the arguments but not the function value).
// rule: function value, receiver and arguments are evaluated and saved when defer executes; a nil function panics only when run.
//
//async:func
func P32_defer_operands() any {
	t := T{a: 1}
	out := ""
	show := func(n int) { out += fmt.Sprint("old", n) }
	func() {
		defer func(n int) { out += fmt.Sprint(" ", n) }(t.Val())
		defer show(aw(t.a).Await())
		show = func(n int) { out += fmt.Sprint("new", n) }
		t = T{a: 2}
	}()
	return out
}

// naive: completes the future before running the defers.
// rule: return stores the results, defers run and may change named results, then the caller sees them.
//
//async:func
func P33_defer_named_result() any {
	f := func() (n int, err error) {
		defer func() {
			n *= 7
			if r := recover(); r != nil {
				err = errors.New("recovered")
			}
		}()
		n = 1
		return aw(6).Await(), nil
	}
	n, err := f()
	return fmt.Sprint(n, err)
}

func helperRecover() any { return recover() }

// naive: stores user defers in a list and calls them from the poll method's deferred function: recover returns nil.
// rule: recover works only when called directly by a deferred function; run them as native defers of a frame that re-panics.
//
//async:func
func P34_recover_direct() (res any) {
	defer func() { res = fmt.Sprint(res, " outer:", recover()) }()
	func() {
		defer func() { res = fmt.Sprint(res, " direct:", recover()) }()
		panic(1)
	}()
	func() {
		defer func() { res = fmt.Sprint(res, " helper:", helperRecover()) }()
		panic(2)
	}()
	return res
}

// naive: turns defer recover() into defer func() { recover() }(), which does recover.
// rule: defer recover() and defer panic(x) are builtins called as the deferred function: recover there is not "called by" one.
//
//async:func
func P35_defer_builtin() (res any) {
	defer func() { res = fmt.Sprint("escaped ", recover()) }()
	func() {
		defer recover()
		panic("p")
	}()
	return "swallowed"
}

// naive: a panic in a deferred call skips the remaining defers.
// rule: remaining defers still run and the new panic replaces the old one.
//
//async:func
func P36_panic_in_defer() (res any) {
	defer func() { res = fmt.Sprint(trace, recover()) }()
	defer tr("d1", 0)
	defer func() { panic("second") }()
	aw(0).Await()
	panic("first")
}
