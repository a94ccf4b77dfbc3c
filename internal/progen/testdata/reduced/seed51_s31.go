// seed 51

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// S31 is generated.
//
//async:gen
func S31(fuel int) func(func() bool) {
	harness.Tick()
	return func(yield func() bool) {
		harness.Tick()
		if fuel <= 0 {
			return
		}
		for range S31(fuel - 1) {
			harness.Tick()
			if !yield() {
				return
			}
		}
		yield()
		harness.T("S31.1", (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM}))
	}
}
