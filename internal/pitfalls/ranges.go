package pitfalls

// Every kind of range.

import (
	"fmt"
	"math"
)

// naive: re-evaluates s or len(s) on every iteration and never ends.
// rule: the range expression is evaluated once.
//
//async:func
func P16_range_once() any {
	s := []int{1, 2}
	for _, v := range s {
		s = append(s, aw(v).Await())
	}
	return s
}

// naive: indexes arr itself, so the second element seen is 10.
// rule: range over an array value iterates over a copy, over &arr or arr[:] over the original.
//
//async:func
func P17_range_array_copy() any {
	sum, arr := 0, [2]int{1, 2}
	for i, v := range arr {
		if i == 0 {
			arr[1] = aw(10).Await()
		}
		sum += v
	}
	brr := [2]int{1, 2}
	for i, v := range &brr {
		if i == 0 {
			brr[1] = aw(10).Await()
		}
		sum += v * 100
	}
	return sum
}

// naive: dereferences p to copy or index the array.
// rule: with at most one variable and constant len(x), x is not evaluated: nil *[3]int iterates three times.
//
//async:func
func P18_range_nil_array_pointer() any {
	var p *[3]int
	n := 0
	for i := range p {
		n += aw(i).Await()
	}
	return n
}

// naive: snapshots the keys, then looks each one up again: NaN keys vanish.
// rule: every entry not removed before being reached is produced exactly once; deleted ones are not; later values are seen.
//
//async:func
func P19_range_map() any {
	m := map[float64]int{math.NaN(): 1, math.NaN(): 2}
	sum := 0
	for _, v := range m {
		sum += aw(v).Await()
	}
	d := map[int]int{1: 1, 2: 2, 3: 3}
	seen := 0
	for k := range d {
		seen++
		clear(d)
		_ = aw(k).Await()
	}
	return fmt.Sprint(sum, seen)
}

// naive: iterates bytes or by rune index.
// rule: byte offsets, runes; a bad byte yields U+FFFD with width 1.
//
//async:func
func P20_range_string() any {
	out := ""
	for i, r := range "é\xff!" {
		out += fmt.Sprint(i, ":", aw(r).Await(), " ")
	}
	return out
}

// naive: uses the user's i as the hidden counter, or types it int.
// rule: assigning to i does not affect the iteration; i has n's type; n is evaluated once.
//
//async:func
func P21_range_int() any {
	out, n := "", uint8(3)
	for i := range n {
		n = 9
		i *= 10
		out += fmt.Sprintf("%d/%T ", aw(i).Await(), i)
	}
	return out
}

// naive: treats only := ranges; or evaluates x[i] once.
// rule: with = the left operands are evaluated on each iteration, in assignment order.
//
//async:func
func P22_range_assign() any {
	i, x := 2, []int{3, 5, 7}
	for i, x[i] = range x {
		aw(0).Await()
		break
	}
	return fmt.Sprint(i, x)
}

// naive: suspends inside the yield callback, which has no poll to return to.
// rule: range-over-func bodies are callbacks; reject an await there (or run the iterator via iter.Pull, at its cost).
//
//async:func
func P23_range_func() any {
	out := ""
	seq := func(yield func(int) bool) {
		defer func() { out += "cleanup " }()
		_ = yield(1) && yield(2)
	}
	for v := range seq {
		out += fmt.Sprint(aw(v).Await(), " ")
		break
	}
	return out
}
