package main

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// BenchmarkDefers compares resumes of machines with and without deferred calls, which do not
// run meanwhile.
func BenchmarkDefers(b *testing.B) {
	cx := rt.NewContext(rt.Waker{})
	resume := func(f rt.Future[int]) func(n int) {
		return func(n int) {
			for range n {
				f.Poll(cx)
			}
		}
	}
	r := compare(b,
		side{name: "without", run: resume(stepsAsync(1 << 62))},
		side{name: "deferred", run: resume(stepsDeferringAsync(1 << 62))},
		side{name: "deferred-await", run: resume(stepsDeferringAwaitAsync(1 << 62))})
	b.ReportMetric(r.growth(1, 0), "ns/defer")
	b.ReportMetric(r.growth(2, 0), "ns/defer-await")
}
