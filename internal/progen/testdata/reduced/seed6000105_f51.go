// seed 6000105

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F51 is generated.
//
//async:func as=C51 dyn
func F51(fuel int, a1 int, a2 error, a3 Pt) (r4 error) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	for p := range (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM}).W118(fuel-1, uint8(3), GP, twice) {
		harness.Tick()
		_ = p
		v3 := []int{1, 2, 3}[:2:a1]
		_ = v3
	}
	return error(Fail{1})
}

// W118 is generated.
//
//async:stream
func (recv *Pt) W118(fuel int, a1 uint8, a2 *Pt, a3 func(int) int) func(func(Pt) bool) {
	harness.Tick()
	return func(yield func(Pt) bool) {
		harness.Tick()
		if fuel <= 0 {
			return
		}
		defer harness.Boom("W118.2", interface{}(3), 1).Await()
		if !yield((Pt{X: 1, Y: 2})) {
			return
		}
	}
}
