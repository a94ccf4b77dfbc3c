package main

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// BenchmarkClosure makes and awaits futures of literals, beside those of a function. All are
// ready at once.
func BenchmarkClosure(b *testing.B) {
	cx := rt.NewContext(rt.Waker{})
	closures := func(n int) {
		f := sumClosuresAsync(n)
		sink += f.Poll(cx).Value
	}
	inline := func(n int) {
		f := sumInlineAsync(n)
		sink += f.Poll(cx).Value
	}
	r := compare(b,
		side{name: "function", run: func(n int) {
			f := sumCheckedAsync(n)
			sink += f.Poll(cx).Value
		}},
		side{name: "inline", run: inline},
		side{name: "closure", run: closures})
	b.ReportMetric(r.ratio(1, 0), "inline/function")
	b.ReportMetric(r.ratio(2, 0), "closure/function")
	reportAllocs(b, "inline", inline)
	reportAllocs(b, "closure", closures)
}
