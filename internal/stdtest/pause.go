package main

// pause is the source of the package that the copies import: a future that is pending once, one
// time in Every, and ready otherwise. A suspension costs a poll of everything above it, so
// pausing each time makes a test with deep recursion take minutes; and an await that is ready
// at once is another way through the machine, which wants tests too.
const pause = `package pause

import (
	"math"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

const Every = %d

var count atomic.Uint32

type Future struct {
	rt.Pin
	pended bool
}

//async:new
func Maybe() *Future { return &Future{} }

func (f *Future) Poll(cx *rt.Context) rt.Poll[struct{}] {
	// Multiples of the golden ratio are spread evenly, and out of step with any loop.
	if !f.pended && count.Add(0x9e3779b9) <= math.MaxUint32/Every {
		f.pended = true
		cx.Waker().Wake()
		return rt.Pending[struct{}]()
	}
	return rt.Ready(struct{}{})
}

func (f *Future) Cancel() {}

func (f *Future) Await() { rt.Block(f, (*Future).Poll) }
`
