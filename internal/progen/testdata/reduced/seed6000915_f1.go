// seed 6000915

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F1 is generated.
//
//async:func
func F1[TN number](fuel int, child int, rest ...int) (TN, *Pt, *Pt) {
	h.Tick()
	if fuel <= 0 {
		return TN(3), (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM}), (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM})
	}
	defer func(p TN) {
		h.Tick()
		h.Step("F1.4", nil).Await()
		h.Panicked("F1.5", recover())
		h.T("F1.6")
		(&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM}).M = F121Async(fuel-1, 1, Shape(GP)).Await()
	}(TN(3))
	return F1Async[TN](fuel-1, 1, []int{1, 2, 3}...).Await()
}

// F84 is generated.
//
//async:func
func F84[TA any, TB any, TS Shape](fuel int, a1 string) (r2 []TA) {
	h.Tick()
	if fuel <= 0 {
		return
	}
	{
		v2, r2 := GS, Box[TA]{N: 2}
		_ = v2
		_ = r2
		{
			{
				defer func(p TS) {
					h.Tick()
					if v := recover(); v != nil {
						h.Panicked("F84.8", v)
						defer panic(v)
					}
					defer func() { h.Panicked("F84.9", recover()) }()
					h.T("F84.10")
					{
						h.Exit("F84.7")
					}
				}(zero[TS]())
			}
			_ = [3]int{1, 1, v2[1]}
		}
	}
	return
}

// F121 is generated.
//
//async:func
func F121(fuel int, append int, a1 Shape) map[string]int {
	h.Tick()
	if fuel <= 0 {
		return map[string]int{"a": 1, "bc": 2}
	}
	{
		v2 := h.Do("F121.1", cutGS, (&GV)).Await()
		_ = v2
		tc3 := h.Holding(F84Async[int, int, Shape](fuel-1, "ab"))

		h.T("F121.4", h.List((<-tc3).Await())...)
	}
	return map[string]int{"a": 1, "bc": 2}
}
