// seed 2000066

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F37 is generated.
//
//async:func as=C37
func F37(fuel int, Cancel [3]int, a1 Emb) (r2 int) {
	harness.Tick()
	if fuel <= 0 {
		return
	}
	(Num).M90Async(Num(3), fuel-1, Shape(Num(2)), []int{1, 2, 3}, (Pt{X: 1, Y: 2})).Await()
	return Start70(fuel - 1).Await()
}

// F66 is generated.
//
//async:func
func F66(fuel int, a1 any, state string, a2 func(int) int, rest ...int) error {
	harness.Tick()
	if fuel <= 0 {
		return error(Fail{1})
	}
	defer harness.Boom("F66.1", interface{}(3), 1).Await()
	{
		GV.X += C37(fuel-1, [3]int{1, 2, 3}, (Emb{Pt: Pt{X: 1}, N: 2})).Await()
	}
	return error(Fail{1})
}

// F70 is generated.
//
//async:func as=Start70
func F70(fuel int) int {
	harness.Tick()
	if fuel <= 0 {
		return 1
	}
	return 1
}

// M90 is generated.
//
//async:func
func (recv Num) M90(fuel int, a1 Shape, a2 []int, a3 Pt) error {
	harness.Tick()
	if fuel <= 0 {
		return error(Fail{1})
	}
	defer harness.Exit("M90.1")
	return error(Fail{1})
}
