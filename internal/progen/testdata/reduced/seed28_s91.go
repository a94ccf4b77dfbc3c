// seed 28

package p

import (
	rt "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// S91 is generated.
//
//async:stream
func S91(fuel int) func(func(error, [3]int) bool) {
	rt.Tick()
	res := error(Fail{1})
	_ = res
	return func(yield func(error, [3]int) bool) {
		rt.Tick()
		if fuel <= 0 {
			return
		}
		if !yield(rt.Later("S91.3", res).Await(), rt.Do("S91.4", cutGS, [3]int{2: 9}).Await()) {
			return
		}
	}
}
