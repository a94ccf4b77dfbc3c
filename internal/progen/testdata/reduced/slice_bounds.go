// seed 1

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F0 is generated.
//
//async:func
func F0(fuel int, a1 []int) (n int) {
	h.Tick()
	if fuel <= 0 {
		return
	}
	defer func() { h.Panicked("bounds", recover()) }()
	s := a1[:(a1[9] & 1):(h.Later("x", 3).Await() & 1)]
	return len(s)
}
