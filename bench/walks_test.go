package main

import (
	"iter"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// BenchmarkGenerator is an element of a generator, from its machine and from a coroutine,
// beside a call.
func BenchmarkGenerator(b *testing.B) {
	it := countPull(1 << 62)
	defer it.Stop()
	next, stop := iter.Pull(count(1 << 62))
	defer stop()
	step := func(n int) {
		for range n {
			v, _ := it.Next()
			sink += v
		}
	}
	r := compare(b,
		side{name: "next", run: step},
		side{name: "pull", run: func(n int) {
			for range n {
				v, _ := next()
				sink += v
			}
		}},
		side{name: "call", run: func(n int) { sink += sumCalls(n) }})
	b.ReportMetric(r.ratio(1, 0), "pull/next")
	b.ReportMetric(r.ratio(0, 2), "next/call")
	reportAllocs(b, "next", step)
}

// BenchmarkWalk is an element of a recursive walk over trees of two shapes.
func BenchmarkWalk(b *testing.B) {
	b.Run("balanced", func(b *testing.B) { walks(b, balanced(20), walkPull, walk) })
	b.Run("list", func(b *testing.B) { walks(b, listed(1000), walkPull, walk) })
}

// BenchmarkGuardedWalk is the same for a walk whose machines have deferred calls.
func BenchmarkGuardedWalk(b *testing.B) {
	b.Run("balanced", func(b *testing.B) { walks(b, balanced(20), guardedPull, guarded) })
	b.Run("list", func(b *testing.B) { walks(b, listed(1000), guardedPull, guarded) })
}

func walks[M interface{ Next() (int, bool) }](b *testing.B, t *tree, pull func(*tree) M, seq func(*tree) iter.Seq[int]) {
	it := pull(t)
	machine := func(n int) {
		for range n {
			v, ok := it.Next()
			if !ok {
				it = pull(t)
			}
			sink += v
		}
	}
	next, stop := iter.Pull(seq(t))
	defer func() { stop() }()
	coroutine := func(n int) {
		for range n {
			v, ok := next()
			if !ok {
				next, stop = iter.Pull(seq(t))
			}
			sink += v
		}
	}
	r := compare(b,
		side{name: "next", run: machine},
		side{name: "pull", run: coroutine})
	b.ReportMetric(r.ratio(1, 0), "pull/next")
}

// BenchmarkStream is an element of a stream that suspends before each, in a range statement,
// beside a function that awaits as often.
func BenchmarkStream(b *testing.B) {
	cx := rt.NewContext(rt.Waker{})
	f, g := drainAsync(1<<62), stepsAsync(1<<62)
	element := func(n int) {
		for range n {
			f.Poll(cx)
		}
	}
	r := compare(b,
		side{name: "element", run: element},
		side{name: "resume", run: func(n int) {
			for range n {
				g.Poll(cx)
			}
		}})
	b.ReportMetric(r.ratio(0, 1), "element/resume")
	reportAllocs(b, "element", element)
}
