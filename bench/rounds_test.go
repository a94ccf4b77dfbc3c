package main

import (
	"flag"
	"slices"
	"testing"
	"time"
)

// roundTime is how long each side of a comparison runs at a time: short enough for most
// rounds to fit between two interruptions, long enough for the clock not to be seen.
const roundTime = 200 * time.Microsecond

// only makes benchmarks run one of their sides, for profiles and for counting instructions.
var only = flag.String("side", "", "run only the side with this `name`, 1000 operations a round")

// A side is one of the things that a benchmark compares.
type side struct {
	name string      // unit of its figure: what an operation of this side is
	run  func(n int) // does n operations
	per  int         // operations of a round; found by compare if zero

	before, after func() // what has to happen around a round without being measured, or nil
}

// results has the figures of each side, one for each round, in nanoseconds per operation.
type results [][]float64

// compare runs the sides in turn, as often as b asks for, and reports the median time of
// an operation of each.
func compare(b *testing.B, sides ...side) results {
	b.Helper()
	if *only != "" {
		alone(b, sides)
	}
	for i := range sides {
		if sides[i].per == 0 {
			sides[i].per = calibrate(sides[i].run)
		}
	}
	r := make(results, len(sides))
	first := 0
	for b.Loop() {
		for i := range sides {
			// Who starts changes, lest one side always follows the same other one.
			k := (first + i) % len(sides)
			r[k] = append(r[k], sides[k].round())
		}
		first++
	}
	b.ReportMetric(0, "ns/op")
	for i, s := range sides {
		if s.name != "" {
			b.ReportMetric(median(r[i]), "ns/"+s.name)
		}
	}
	return r
}

// alone runs the side that the flag names, and compares nothing.
func alone(b *testing.B, sides []side) {
	i := slices.IndexFunc(sides, func(s side) bool { return s.name == *only })
	if i < 0 {
		b.Skip("has no side with this name")
	}
	sides[i].per = 1000
	for b.Loop() {
		sides[i].round()
	}
	b.SkipNow()
}

// calibrate finds how many operations take a round.
func calibrate(run func(int)) int {
	n := 1
	for {
		took := measure(run, n) * float64(n)
		if took >= float64(roundTime)/2 {
			return max(1, int(float64(n)*float64(roundTime)/took))
		}
		n *= 2
	}
}

// round gives the time of an operation in one round.
func (s *side) round() float64 {
	if s.before != nil {
		s.before()
	}
	took := measure(s.run, s.per)
	if s.after != nil {
		s.after()
	}
	return took
}

func measure(run func(int), n int) float64 {
	start := time.Now()
	run(n)
	return float64(time.Since(start)) / float64(n)
}

// ratio is the median over the rounds of the time of side i, in times of side j.
func (r results) ratio(i, j int) float64 {
	of := make([]float64, len(r[i]))
	for k := range of {
		of[k] = r[i][k] / r[j][k]
	}
	return median(of)
}

// growth is the median over the rounds of what side i takes longer than side j.
func (r results) growth(i, j int) float64 {
	of := make([]float64, len(r[i]))
	for k := range of {
		of[k] = r[i][k] - r[j][k]
	}
	return median(of)
}

// reportAllocs reports the allocations of one operation, which is the same every time.
func reportAllocs(b *testing.B, unit string, run func(n int)) {
	b.Helper()
	const n = 1000
	b.ReportMetric(testing.AllocsPerRun(10, func() { run(n) })/n, "allocs/"+unit)
}
