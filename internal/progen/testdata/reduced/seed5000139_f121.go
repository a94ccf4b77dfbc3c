// seed 5000139

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F121 is generated.
//
//async:func as=begin121
func F121[TA any](fuel int, false chan int, a1 *Box[TA]) (TA, error) {
	h.Tick()
	if fuel <= 0 {
		return zero[TA](), error(Fail{1})
	}
	h.Step("F121.1", nil).Await()
	return h.V("F121.2", []TA{zero[TA]()})[max(G, 2, 11)], error(Fail{(&Pt{Y: 4}).S[1]})
}
