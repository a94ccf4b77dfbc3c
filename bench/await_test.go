package main

import (
	"iter"
	"strconv"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// sink takes results, so that no side is optimised away.
var sink int

// BenchmarkAwaitReady is an await that is ready at once, beside a call that is not inlined.
func BenchmarkAwaitReady(b *testing.B) {
	cx := rt.NewContext(rt.Waker{})
	// The frame is made outside of the operations, as it is in a task.
	await := func(n int) {
		f := sumAwaitsAsync(n)
		sink += f.Poll(cx).Value
	}
	checked := func(n int) {
		f := sumCheckedAsync(n)
		sink += f.Poll(cx).Value
	}
	r := compare(b,
		side{name: "call", run: func(n int) { sink += sumCalls(n) }},
		side{name: "await", run: await},
		side{name: "await-error", run: checked})
	b.ReportMetric(r.ratio(1, 0), "await/call")
	b.ReportMetric(r.ratio(2, 0), "await-error/call")
	reportAllocs(b, "await", await)
}

// BenchmarkResume is a machine that is polled in a loop, resumes and suspends again,
// beside a coroutine that is switched to and back, and a call.
func BenchmarkResume(b *testing.B) {
	cx := rt.NewContext(rt.Waker{})
	next, stop := iter.Pull(sequence(1 << 62))
	defer stop()
	f := stepsAsync(1 << 62)
	resume := func(n int) {
		for range n {
			f.Poll(cx)
		}
	}
	r := compare(b,
		side{name: "resume", run: resume},
		side{name: "pull", run: func(n int) {
			for range n {
				v, _ := next()
				sink += v
			}
		}},
		side{name: "call", run: func(n int) { sink += sumCalls(n) }})
	b.ReportMetric(r.ratio(1, 0), "pull/resume")
	b.ReportMetric(r.ratio(0, 2), "resume/call")
	reportAllocs(b, "resume", resume)
}

// BenchmarkDepth is BenchmarkResume with frames above the machine that suspends, each of
// which is part of the one above it.
func BenchmarkDepth(b *testing.B) {
	depth(b, []int{0, 1, 2, 4, 8, 16, 32}, func(levels int) rt.Future[int] {
		const n = 1 << 62
		switch levels {
		case 0:
			return stepsAsync(n)
		case 1:
			return level1Async(n)
		case 2:
			return level2Async(n)
		case 4:
			return level4Async(n)
		case 8:
			return level8Async(n)
		case 16:
			return level16Async(n)
		}
		return level32Async(n)
	})
}

// BenchmarkDepthRecursive has recursive frames in between, which are behind pointers.
func BenchmarkDepthRecursive(b *testing.B) {
	depth(b, []int{0, 1, 2, 4, 8, 16, 32}, func(levels int) rt.Future[int] {
		return descendAsync(levels, 1<<62)
	})
}

// depth compares resumes under different numbers of frames. What it reports is how much each
// of the frames adds to a resume without any.
func depth(b *testing.B, levels []int, build func(levels int) rt.Future[int]) {
	cx := rt.NewContext(rt.Waker{})
	var sides []side
	for _, n := range levels {
		f := build(n)
		sides = append(sides, side{run: func(n int) {
			for range n {
				f.Poll(cx)
			}
		}})
	}
	call := len(sides)
	r := compare(b, append(sides, side{name: "call", run: func(n int) { sink += sumCalls(n) }})...)
	for i, n := range levels[1:] {
		b.ReportMetric(r.growth(i+1, 0)/float64(n), "ns/level-of-"+strconv.Itoa(n))
	}
	b.ReportMetric(r.growth(call-1, 0)/float64(levels[call-1])/median(r[call]), "level/call")
}
