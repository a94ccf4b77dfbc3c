// seed 507

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F59 is generated.
//
//async:func
func F59(fuel int, a1 []int, ok int, a2 []int) (r3 *Pt) {
	h.Tick()
	if fuel <= 0 {
		return
	}
	return
}

// M60 is generated.
//
//async:func
func (recv *Pt) M60(fuel int, _ int, done bool) (await1 [3]int, r1 error) {
	h.Tick()
	if fuel <= 0 {
		return
	}
	{
		{
			tw4 := F59Async(fuel-1, []int{1, 2, 3}, func() int {
				h.Tick()
				for _, recv := range h.Do("M60.15", func() {
					h.Tick()
					GV.X ^= (Pt{Y: 1, X: len(await1)}).A[0&1]
				}, []int{1, 2, 3}).Await() {
					h.Tick()
					_ = recv

				}
				return 1
			}(), []int{1, 2, 3})

			v5 := tw4.Await()
			_ = v5
		}
	}
	return h.LaterErr("M60.26", [3]int{1, 2, 3}, error(Fail{1})).Await()
}
