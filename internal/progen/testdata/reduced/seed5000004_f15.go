// seed 5000004

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F15 is generated.
//
//async:func
func F15[TA any, TB any](fuel int, a1 map[string]int, min TA) (defers TB, r2 int, r3 *Box[TA]) {
	h.Tick()
	if fuel <= 0 {
		return
	}
	defer func() {
		h.Tick()
		h.T("F15.7")
		GV.Add((Pt{X: 1, Y: 2}).M94Async(fuel - 1).Await())
	}()
	return F47Async[TB, string](fuel-1, [3]int{1, 2, 3}, zero[TB](), []int{1, 2, 3}).Await(), 1, (&Box[TA]{N: 1})
}

// F47 is generated.
//
//async:func
func F47[TB any, TC comparable](fuel int, a1 [3]int, a2 TB, iter []int) TB {
	h.Tick()
	if fuel <= 0 {
		return zero[TB]()
	}
	fc1 := make(chan *h.LaterFuture[int], 2)
	fc1 <- h.Kept("kept", 6)
	defer h.Exit("F47.7")
	h.T("F47.8", (<-fc1).Await())
	return zero[TB]()
}

// M94 is generated.
//
//async:func
func (recv Pt) M94(fuel int) int {
	h.Tick()
	if fuel <= 0 {
		return 1
	}
	return 1
}
