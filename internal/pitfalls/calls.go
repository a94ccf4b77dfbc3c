package pitfalls

// Calls, and statements with forms of their own.

import (
	"fmt"
	"unsafe"
)

func two() (int, error)              { return tr("two", 4), nil }
func take(n int, e error) int        { return n }
func pickTake() func(int, error) int { tr("pick", 0); return take }

// naive: makes one temporary per argument expression.
// rule: f(g()) spreads all results; f's value comes first (gc itself got this wrong: golang/go#50672).
//
//async:func
func P47_multi_value_spread() any {
	_ = pickTake()(two())
	return trace
}

func vlen(xs ...int) string { return fmt.Sprint(xs == nil, len(xs)) }

// naive: forgets the dots, or wraps the slice.
// rule: xs... passes the slice itself; a nil stays nil.
//
//async:func
func P48_variadic() any {
	var xs []int
	return vlen(aw(xs).Await()...) + vlen() + vlen(aw(1).Await(), 2)
}

// naive: spills m[k], <-ch and x.(T) as single values.
// rule: the comma-ok form is part of the statement.
//
//async:func
func P49_comma_ok() any {
	m := map[string]int{"a": 1}
	_, ok1 := m[aw("z").Await()]
	c := make(chan int)
	close(c)
	_, ok2 := <-aw(c).Await()
	_, ok3 := aw(any(1)).Await().(string)
	return fmt.Sprint(ok1, ok2, ok3)
}

// naive: evaluates the value first because it is "the await".
// rule: channel, then value, then the send.
//
//async:func
func P50_send() any {
	c := make(chan int, 1)
	tr("ch", c) <- aw(tr("v", 1)).Await()
	return trace
}

// naive: evaluates the arguments inside the new goroutine.
// rule: function value and arguments of go are evaluated in the caller.
//
//async:func
func P51_go_stmt() any {
	done := make(chan int)
	x := 1
	go func(n int) { done <- n }(aw(x).Await())
	x = 2
	return <-done
}

// naive: emits a for/switch dispatch loop that Go rejects with "missing return", unused variables, labels or imports.
// rule: terminating-statement, unused-variable, unused-label and unused-import rules apply to the output.
//
//async:func
func P52_terminating() any {
	for {
		switch aw(1).Await() {
		case 1:
			return "ok"
		}
	}
}

// naive: turns len(arr) into len(tmp()) or a frame call, no longer constant.
// rule: len/cap of an array without calls or receives is a constant, usable as an array size.
//
//async:func
func P53_constant_len() any {
	var arr [4]int
	aw(0).Await()
	var brr [len(arr) + 1]byte
	return fmt.Sprint(len(brr), unsafe.Sizeof(arr) == 4*unsafe.Sizeof(0))
}
