// seed 2

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
	rt "github.com/asyncgen/asyncgen/rt"
)

// M6 is generated.
//
//async:func
func (recv *Pt) M6(fuel int, a1 []int, a2 Pt) (<-chan int, error) {
	harness.Tick()
	if fuel <= 0 {
		return harness.Source(1, 2), error(Fail{1})
	}
	func() *Pt {
		harness.Tick()
		v2, len := rt.Await[int](harness.Kept("kept", 6))
		_ = v2

		_ = len

		return (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM})
	}().Q = (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM})
	return harness.Source(1, 2), error(Fail{1})
}
