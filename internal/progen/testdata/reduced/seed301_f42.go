// seed 301

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F1 is generated.
//
//async:func
func F1(fuel int, done Emb, a1 <-chan int) (child *int) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	return
}

// F42 is generated.
//
//async:func
func F42(fuel int, a1 *int) (int, int) {
	harness.Tick()
	if fuel <= 0 {
		return 1, 1
	}
	return F42Async(fuel-1, ptr(4)).Await()
	ok, child := (1 < 2), caught
	_ = ok
	_ = child
	{
		ok := (*func() *int {
			harness.Tick()
			{
				if ok {

				} else {

				}
			}
			return F1Async(fuel-1, (Emb{Pt: Pt{X: 1}, N: 2}), harness.Source(1, 2)).Await()
		}())
		_ = ok
	}
	return 1, 1
}
