package main

import "github.com/asyncgen/asyncgen/rt"

// A pause is a leaf future that is pending at its first poll and ready at the second. Nobody
// is woken in between: who polls in these benchmarks is a loop that does so anyway.
type pause struct {
	rt.Pin
	value  int
	waited bool
}

// after returns a pause that ends with v.
//
//async:new
func after(v int) *pause { return &pause{value: v} }

// Poll is as cheap as a poll that suspends can be, for the machine around it is measured.
func (f *pause) Poll(*rt.Context) rt.Poll[int] {
	if !f.waited {
		f.waited = true
		return rt.Pending[int]()
	}
	return rt.Ready(f.value)
}

// Await does not block, so that plain functions do their own work and no other. They must
// not know the value in advance, which an inlined call would tell them.
//
//go:noinline
func (f *pause) Await() int { return f.value }

// Cancel has nothing to release.
func (f *pause) Cancel() {}
