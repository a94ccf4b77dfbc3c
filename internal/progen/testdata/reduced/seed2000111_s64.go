// seed 2000111

package p

import (
	rt "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// S64 is generated.
//
//async:stream
func S64(fuel int) func(func(Pt) bool) {
	rt.Tick()
	return func(yield func(Pt) bool) {
		rt.Tick()
		if fuel <= 0 {
			return
		}
		for range thrice {
			rt.Tick()
			func() {
				rt.Tick()
				defer panic(rt.V("S64.7", any(G)))
				rt.T("S64.8", rt.Later("S64.3", 1).Await())
			}()
		}
	}
}
