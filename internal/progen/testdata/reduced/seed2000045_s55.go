// seed 2000045

package p

import (
	rt "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// S55 is generated.
//
//async:gen
func S55[TA any](fuel int, r []TA) func(func(TA, TA) bool) {
	rt.Tick()
	new := fuel
	_ = new
	return func(yield func(TA, TA) bool) {
		rt.Tick()
		if fuel <= 0 {
			return
		}
		if !yield([]TA(nil)[0], rt.V("S55.1", []TA{zero[TA]()})[(new&1)]) {
			return
		}
	}
}
