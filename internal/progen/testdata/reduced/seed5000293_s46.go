// seed 5000293

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
	rt "github.com/asyncgen/asyncgen/rt"
)

// S46 is generated.
//
//async:stream
func S46[TB any](fuel int, a1 [3]int, Poll TB, a2 TB, rest ...int) func(func([]int) bool) {
	harness.Tick()
	state := map[string]int{harness.V("S46.1", "k"): len([]int{6, 7, 8, 9})}
	_ = state
	v1 := "ghi"
	_ = v1
	return func(yield func([]int) bool) {
		harness.Tick()
		if fuel <= 0 {
			return
		}
		defer func() {
			_, ok := recover().(interface{ RuntimeError() })
			harness.T("S46.2", ok)
		}()
		nv2 := harness.NewNever()
		tknv2 := rt.Spawn(rt.Async(func() (int, error) {
			defer nv2.Left()
			defer harness.InTask()()
			harness.Tick()
			defer harness.Exit("S46.3")
			for range state {
				harness.Tick()
				harness.Step("S46.4", nil).Await()
				clear(state)
			}
			for range state {
				harness.Tick()
				harness.Step("S46.5", nil).Await()
				clear(state)
			}
			nv2.Await()
			return harness.LaterErr("S46.8", G, harness.Fail("S46.6", harness.Do("S46.7", nilGP, error(Fail{2})).Await()).Await()).Await()
		}))
		nv2.Reached(tknv2)
		tknv2.Cancel()
		harness.T("S46.9", harness.List(tknv2.Await())...)
		tknv2.Detach()
	}
}
