// seed 2000194

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// S77 is generated.
//
//async:gen
func S77(fuel int, iter int, a1 <-chan int, rest ...int) func(func([3]int, float64) bool) {
	harness.Tick()
	return func(yield func([3]int, float64) bool) {
		harness.Tick()
		if fuel <= 0 {
			return
		}
		if !yield([...]int{2: (map[string]int{"a": iter, "k": iter})["é!"], 1: iter}, func() float64 {
			harness.Tick()
			iter = Shape(harness.V("S77.11", GV)).Val()
			return harness.V("S77.13", harness.V("S77.12", real64(-2)))
		}()) {
			return
		}
	}
}
