// seed 2000193

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
	rt "github.com/asyncgen/asyncgen/rt"
)

// S78 is generated.
//
//async:gen
func S78(fuel int, a1 string, false <-chan int, a2 int) func(func([]int, error) bool) {
	harness.Tick()
	return func(yield func([]int, error) bool) {
		harness.Tick()
		if fuel <= 0 {
			return
		}
		for e1, e2 := range S78(fuel-1, harness.V("S78.3", a1), harness.Source(1, 2), 1) {
			harness.Tick()
			if !yield(e1, e2) {
				return
			}
		}
	}
}

// M81 is generated.
//
//async:func
func (recv Num) M81(fuel int, a1 int, _ string, rest ...int) int {
	harness.Tick()
	if fuel <= 0 {
		return 1
	}
	for v2, v3 := range S78(fuel-1, join("", [3]int{1, G, 1}, harness.Either(rt.Async(func() ([]int, error) {
		harness.Tick()
		return []int{0, 0}, harness.Do("M81.4", incG, error(Fail{1})).Await()
	}).Await())), harness.Source(1, 2), 1) {
		harness.Tick()
		_ = v3
		_ = v2

	}
	return Num(3).M81Async(fuel-1, 1, "ab", []int{1, 2, 3}...).Await()
}
