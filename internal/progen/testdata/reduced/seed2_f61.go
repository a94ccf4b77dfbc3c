// seed 2

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F24 is generated.
//
//async:func
func F24(fuel int) bool {
	harness.Tick()
	if fuel <= 0 {
		return (1 < 2)
	}
	return (1 < 2)
}

// F61 is generated.
//
//async:func
func F61(fuel int, a1 int) (r2 error) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	sum(Shape.Val(func() Shape {
		harness.Tick()
		n1 := 0
	L2:
		harness.Tick()

		if n1++; n1 < 3 && F24Async(fuel-1).Await() {
			goto L2
		}
		return Shape(Num(2))
	}()), 1)
	return error(Fail{1})
}
