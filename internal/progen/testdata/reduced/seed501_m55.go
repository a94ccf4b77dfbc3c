// seed 501

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// M55 is generated.
//
//async:func
func (recv Pt) M55(fuel int, a1 string, a2 map[string]int) error {
	h.Tick()
	if fuel <= 0 {
		return error(Fail{1})
	}
	{
		{
			defer (&Pt{X: 1, S: []int{1, 2}, I: ptr(2), Q: &GV, M: GM}).Add((map[string]int{"a": h.Kept("M55.10", (Pt{Name: "n", A: [3]int{1, 2, 3}})).Await().X, "k": triple(h.Both("M55.11", 1, "ab", error(Fail{1})).Await())})["ab"])
		}
	}
	return error(Fail{1})
}
