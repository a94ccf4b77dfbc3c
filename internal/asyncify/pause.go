package asyncify

// PauseSource is a package, to be put into the module of the program, whose function Maybe
// makes the futures that Pause awaits: pending once, one time in so many as the environment
// variable ASYNCIFY_EVERY says, which is 1 by default, and ready otherwise. A suspension costs
// a poll of everything above it, so a program that recurses deeply cannot have many; and an
// await that is ready at once is another way through a machine, which wants tests too.
const PauseSource = `package pause

import (
	"math"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

var often = func() uint32 {
	n, err := strconv.ParseUint(os.Getenv("ASYNCIFY_EVERY"), 10, 32)
	if err != nil || n == 0 {
		n = 1
	}
	return math.MaxUint32 / uint32(n)
}()

var count atomic.Uint32

type Future struct {
	rt.Pin
	pended bool
}

//async:new
func Maybe() *Future { return &Future{} }

func (f *Future) Poll(cx *rt.Context) rt.Poll[struct{}] {
	// Multiples of the golden ratio are spread evenly, and out of step with any loop.
	if !f.pended && count.Add(0x9e3779b9) <= often {
		f.pended = true
		cx.Waker().Wake()
		return rt.Pending[struct{}]()
	}
	return rt.Ready(struct{}{})
}

func (f *Future) Cancel() {}

func (f *Future) Await() { rt.Block(f, (*Future).Poll) }
`
