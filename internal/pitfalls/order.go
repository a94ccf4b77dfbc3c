package pitfalls

// Order of evaluation, and of statements that evaluate several operands.

import (
	"fmt"
)

// naive: hoists only the await, so g runs before f.
// rule: all calls, method calls, receives and binary logical operations run in lexical left-to-right order.
//
//async:func
func P01_call_order() any {
	_ = tr("f", 1) + aw(tr("g", 2)).Await() + tr("h", 3)
	return trace
}

// naive: spills every operand left of the await (JS/C# rule) and prints 101; gc reads plain loads after the calls and prints 102.
// rule: order of a load against a call is unspecified; pick one order and lint it (gc 1.26: x, *p, s.f, a[i], m[k], len, string(b) late; x.(T), <-ch, s[i:j] early).
//
//async:func
func P02_load_vs_await() any {
	x := 1
	return x + do(func() { x = 2 }, 100).Await()
}

// naive: hoists both sides of && into temporaries and dereferences nil.
// rule: the right operand of && and || is evaluated conditionally, so it needs its own states.
//
//async:func
func P03_short_circuit() any {
	var p *T
	return p != nil && aw(p.a).Await() > 0 || aw(true).Await()
}

// naive: hoists the awaited right operand even though the left one decided.
// rule: short-circuit holds inside call arguments, indexes and composite literals too.
//
//async:func
func P04_short_circuit_nested() any {
	_ = fmt.Sprint(tr("a", true) || aw(tr("b", true)).Await(), tr("c", 1))
	return trace
}

// naive: walks operands in field order or in reverse.
// rule: element values run in the order they are written.
//
//async:func
func P05_composite_literal() any {
	_ = T{b: tr("b", 1), a: aw(tr("a", 2)).Await()}
	_ = map[int]int{tr("k1", 1): aw(tr("v1", 1)).Await(), tr("k2", 2): tr("v2", 2)}
	return trace
}

// naive: a[i] is formed after i was assigned, so a[2] is set.
// rule: phase 1 evaluates index operands and right sides, phase 2 assigns left to right.
//
//async:func
func P06_tuple_assign_index() any {
	a, i := []int{0, 0, 0}, 0
	a[i], i = aw(7).Await(), 2
	return fmt.Sprint(a, i)
}

// naive: emits a = b; b = await(a).
// rule: all right sides are evaluated before the first assignment.
//
//async:func
func P07_swap() any {
	a, b := 1, 2
	a, b = b, aw(a).Await()
	return fmt.Sprint(a, b)
}

// naive: rewrites x op= y to x = x op y and calls idx twice.
// rule: the left operand of op= is evaluated once; with gc the old value is loaded after the await.
//
//async:func
func P08_op_assign() any {
	a := []int{1, 1}
	idx := func() int { return tr("idx", 0) }
	a[idx()] += do(func() { a[0] = 10 }, 100).Await()
	return fmt.Sprint(a, trace)
}

// naive: drops statements whose result is blank.
// rule: _ = x still evaluates x, and can panic.
//
//async:func
func P09_blank() (res any) {
	defer func() { res = fmt.Sprint(trace, recover() != nil) }()
	_, _ = tr("f", 1), aw(tr("g", 2)).Await()
	var s []int
	_ = s[aw(3).Await()]
	return nil
}
