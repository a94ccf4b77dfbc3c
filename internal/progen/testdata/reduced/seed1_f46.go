// seed 1

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F46 is generated.
//
//async:func
func F46(fuel int, a1 int, a2 <-chan int) (r3 int, _ int, r4 []int) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	return 1, 1, []int{1, 2, 3}
}
