// seed 2

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F42 is generated.
//
//async:func
func F42(fuel int, a1 *int, c func(func(int) bool)) (r2 error) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	F62Async(fuel-1, func() uint8 {
		harness.Tick()
		for Ready := range 1 & 3 {
			harness.Tick()
			_ = Ready
			harness.Later("F42.7", harness.Do("F42.5", func() {
				harness.Tick()
				{
					defer (&Pt{X: Ready, Name: "ab"}).Add(1)
				}
			}, harness.Later("F42.4", (Emb{Pt: Pt{X: 1}, N: 2})).Await()).Await()).Await()
		}
		return uint8(3)
	}(), map[string]int{"a": 1, "bc": 2}).Await()
	return F42Async(fuel-1, ptr(4), upto(2)).Await()
}

// F62 is generated.
//
//async:func
func F62(fuel int, r uint8, Cancel map[string]int) (len bool) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	return
}
