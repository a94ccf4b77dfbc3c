package errors

import "github.com/asyncgen/asyncgen/rt"

type gong struct{}

//async:in
func (gong) Strike(n int) {}

func (gong) StrikeIn(cx *rt.Context, n int) {}

//async:in // want `Tap is not a method: only a method can have one beside it that is handed the context`
func Tap() {}

//async:in fast // want `//async:in: unknown option "fast": there are none`
func (gong) Fast() {}

//async:in
func (gong) Alone() {}

//async:in
func (gong) Other(n int) {}

func (gong) OtherIn(n int) {}

//async:in
func (gong) Result() int { return 0 }

func (gong) ResultIn(cx *rt.Context) {}

//async:func
func strikes(g gong) {
	g.Strike(1)
	rt.Yield().Await()
	g.Alone()  // want `Alone is marked //async:in, but has no method AloneIn beside it`
	g.Other(2) // want `Other is marked //async:in, but has no method OtherIn beside it`
	g.Result() // want `Result is marked //async:in, but has no method ResultIn beside it`
}
