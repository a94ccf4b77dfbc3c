// seed 1

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// F0 is generated.
//
//async:func
func F0(fuel int) {
	h.Tick()
	if fuel <= 0 {
		return
	}
	for i := 1; i < 3; {
		h.Tick()
		i++
		h.Step("x", nil).Await()
		defer func() { h.T("d", i) }()
	}
}
