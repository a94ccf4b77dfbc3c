package pitfalls

// Recursion, results, copies and what a statement leaves behind.

import (
	"errors"
	"fmt"
	"runtime"
)

// naive: embeds the callee's frame by value.
// rule: recursive (also mutually recursive) async calls need a pointer in the cycle: Go reports "invalid recursive type".
//
//async:func
func P54_recursion() any {
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return aw(fib(n-1)).Await() + aw(fib(n-2)).Await()
	}
	return fib(10)
}

// naive: assigns results then evaluates later operands.
// rule: all operands of return are evaluated before any result is set; a bare return keeps current values.
//
//async:func
func P55_return_operands() any {
	f := func() (a, b int) {
		a, b = 1, 2
		return b, aw(a).Await()
	}
	a, b := f()
	return fmt.Sprint(a, b)
}

// naive: shares one copy.
// rule: assignment, range value, argument, value receiver, channel send and interface conversion copy structs and arrays.
//
//async:func
func P56_value_copies() any {
	t := T{a: 1}
	u, i := t, any(t)
	t.a = aw(2).Await()
	for _, v := range []T{t} {
		v.a = 9
	}
	return fmt.Sprint(t.a, u.a, i.(T).a)
}

// naive: spills the map element, writing to a copy, or panics before the operands ran.
// rule: m[k] = v evaluates m, k, v, then panics if m is nil; m[k] op= reads after its operands.
//
//async:func
func P57_map_assign() (res any) {
	defer func() { res = fmt.Sprint(trace, recover() != nil) }()
	var m map[string]int
	m[aw(tr("k", "x")).Await()] = aw(tr("v", 1)).Await()
	return "no panic"
}

// naive: hoists x, y := await(f()), g() as one DEFINE with fresh slots for both.
// rule: := reuses variables already declared in the same scope (identity matters for closures), declares the rest.
//
//async:func
func P58_redeclare() any {
	x, err := aw(1).Await(), error(nil)
	get := func() error { return err }
	y, err := aw(2).Await(), errors.New("second")
	return fmt.Sprint(x, y, get())
}

// naive: loses the goroutine exit, or kills a worker.
// rule: runtime.Goexit runs the defers and ends the goroutine; t.FailNow and t.Skip use it, so a task body may call it.
//
//async:func
func P59_goexit() any {
	done := make(chan string)
	go func() {
		defer func() { done <- fmt.Sprint("deferred, recover=", recover()) }()
		aw(0).Await()
		runtime.Goexit()
	}()
	return <-done
}

// naive: makes a temporary for the operand of & or new and takes its address in a reused slot.
// rule: &T{...} and (go1.26) new(expr) make a new variable per evaluation.
//
//async:func
func P60_new_per_evaluation() any {
	var ps []*int
	for i := range 2 {
		ps = append(ps, new(aw(i).Await()))
	}
	return fmt.Sprint(*ps[0], *ps[1])
}
