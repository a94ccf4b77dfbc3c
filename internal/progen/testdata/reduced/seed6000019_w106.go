// seed 6000019

package p

import (
	harness "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// W106 is generated.
//
//async:gen as=begin106
func (recv Box[TA]) W106(fuel int, a1 []int, a2 TA, a3 TA) func(func(TA) bool) {
	harness.Tick()
	v1 := harness.V("W106.2", harness.V("W106.1", (*Box[TA])(nil)))
	_ = v1
	return func(yield func(TA) bool) {
		harness.Tick()
		if fuel <= 0 {
			return
		}
		switch {
		case GB, GB:
			GE = GE
			defer func() {
				harness.Tick()
				harness.Panicked("W106.3", recover())
				harness.T("W106.4")

			}()
		case (G < Box[TA]{V: a3, N: 0}.N):

		case yield((&Box[TA]{V: zero[TA]()}).Swap(recv.Get())), (Shape(GP).(*Pt) == nil):

			fallthrough
		case yield((*new(v1)).V):

		}
	}
}
