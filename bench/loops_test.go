package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// BenchmarkLoop compares loops without awaits: in the plain function, and in its twin
// between two awaits that suspend. The operation is a call of the function.
func BenchmarkLoop(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]int, 20_000)
	readings := make([]reading, 20_000)
	for i := range values {
		values[i] = random.IntN(1000)
		readings[i] = reading{id: i, value: random.IntN(1000)}
	}
	text := strings.Repeat("the quick brown fox jumps over the lazy dog ", 1000)
	m := matrix{size: 80, cells: make([]float64, 80*80)}
	for i := range m.cells {
		m.cells[i] = random.Float64()
	}
	x, y := make([]float64, m.size), make([]float64, m.size)
	index := map[string]int{}
	var keys []string
	for i := range 1000 {
		key := "key" + strconv.Itoa(i)
		keys = append(keys, key)
		if i%3 > 0 {
			index[key] = i
		}
	}
	sorted := make([]int, 300)
	var t totals
	buffer := make([]byte, 0, 20_000)

	loop(b, "sum", func() int { return loopSum(values) },
		func() rt.Future[int] { return loopSumAsync(values) })
	loop(b, "matrix", func() float64 { return loopMatrix(m, x, y) },
		func() rt.Future[float64] { return loopMatrixAsync(m, x, y) })
	loop(b, "string", func() int { return loopString(text) },
		func() rt.Future[int] { return loopStringAsync(text) })
	loop(b, "runes", func() int { return loopRunes(text) },
		func() rt.Future[int] { return loopRunesAsync(text) })
	loop(b, "map", func() int { return loopMap(index, keys) },
		func() rt.Future[int] { return loopMapAsync(index, keys) })
	loop(b, "sort", func() int { return loopSort(values, sorted) },
		func() rt.Future[int] { return loopSortAsync(values, sorted) })
	loop(b, "struct", func() int { return loopStruct(readings) },
		func() rt.Future[int] { return loopStructAsync(readings) })
	loop(b, "array", func() int { return loopArray(text) },
		func() rt.Future[int] { return loopArrayAsync(text) })
	loop(b, "pointer", func() int { t = totals{}; return loopPointer(&t, readings) },
		func() rt.Future[int] { t = totals{}; return loopPointerAsync(&t, readings) })
	loop(b, "append", func() int { return loopAppend(buffer, 20_000) },
		func() rt.Future[int] { return loopAppendAsync(buffer, 20_000) })
	loop(b, "seldom", func() int { return loopSeldom(values) },
		func() rt.Future[int] { return loopSeldomAsync(values) })
}

// loop compares one function with its twin, having made sure that they agree.
func loop[T comparable](b *testing.B, name string, plain func() T, twin func() rt.Future[T]) {
	cx := rt.NewContext(rt.Waker{})
	run := func() T {
		f := twin()
		for {
			if p := f.Poll(cx); p.Ready {
				return p.Value
			}
		}
	}
	b.Run(name, func(b *testing.B) {
		if got, want := run(), plain(); got != want {
			b.Fatalf("the twin returns %v, and the function %v", got, want)
		}
		r := compare(b,
			side{name: "plain", run: func(n int) {
				for range n {
					plain()
				}
			}},
			side{name: "twin", run: func(n int) {
				for range n {
					run()
				}
			}})
		b.ReportMetric(r.ratio(1, 0), "twin/plain")
	})
}
