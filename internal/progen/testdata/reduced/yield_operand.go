// seed 71

package p

import (
	h "github.com/asyncgen/asyncgen/internal/progen/harness"
)

// S0 is generated.
//
//async:gen
func S0(fuel int, a1 bool) func(func(int) bool) {
	h.Tick()
	return func(yield func(int) bool) {
		h.Tick()
		if fuel <= 0 {
			return
		}
		for e1 := range S0(fuel-1, yield(fuel)) {
			h.Tick()
			if !yield(e1) {
				h.T("left")
				return
			}
		}
		h.T("end", a1)
	}
}

// S1 is generated.
//
//async:gen
func S1(fuel int, a1 bool) func(func(int) bool) {
	h.Tick()
	return func(yield func(int) bool) {
		h.Tick()
		if fuel <= 0 {
			return
		}
		defer h.Recover("S1")
		for e1 := range S1(fuel-1, yield(fuel)) {
			h.Tick()
			h.T("loop", yield(e1), e1)
		}
		h.T("end", a1)
	}
}

// S2 is generated.
//
//async:stream
func S2(fuel int, a1 bool) func(func(int) bool) {
	h.Tick()
	return func(yield func(int) bool) {
		h.Tick()
		if fuel <= 0 {
			return
		}
		defer func() { h.T("deferred", h.Later("S2.1", 1).Await()) }()
		for e1 := range S2(fuel-1, yield(h.Later("S2.2", fuel).Await())) {
			h.Tick()
			if !yield(e1) {
				h.T("left")
				return
			}
		}
		h.T("end", a1)
	}
}
