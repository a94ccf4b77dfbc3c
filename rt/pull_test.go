package rt

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"testing"
)

// An iteration is an iterator function that logs what happens to it.
type iteration struct {
	name string
	seq  func(log *[]string) iter.Seq[int]
}

var iterations = []iteration{
	{"plain", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {
			for i := range 4 {
				if !yield(i) {
					*log = append(*log, "stopped")
					return
				}
			}
			*log = append(*log, "ended")
		}
	}},
	{"deferring", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {
			defer func() { *log = append(*log, "cleanup") }()
			for i := 0; yield(i) && i < 3; i++ {
			}
			*log = append(*log, "after the loop")
		}
	}},
	{"recovering", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {
			defer func() { *log = append(*log, fmt.Sprint("recovered ", recover())) }()
			for i := 0; yield(i) && i < 3; i++ {
			}
		}
	}},
	{"re-panicking", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {
			defer func() {
				if v := recover(); v != nil {
					panic(fmt.Sprint("instead of ", v))
				}
			}()
			for i := 0; yield(i) && i < 3; i++ {
			}
		}
	}},
	{"going on", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {
			for i := range 4 {
				yield(i)
			}
		}
	}},
	{"panicking", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {
			yield(0)
			panic("by itself")
		}
	}},
	{"empty", func(log *[]string) iter.Seq[int] {
		return func(yield func(int) bool) {}
	}},
	{"nil", func(log *[]string) iter.Seq[int] { return nil }},
}

// An ending is what a loop body does at its third element.
type ending string

const (
	breaks ending = "breaks"
	panics ending = "panics"
	exits  ending = "exits"
	goesOn ending = "goes on"
)

// inGoroutine runs f, which may call runtime.Goexit, and returns what it logs.
func inGoroutine(f func(log *[]string)) (log []string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		log = outcome(func(out *[]string) {
			finished := false
			defer func() {
				if !finished {
					*out = append(*out, "unwound")
				}
				log = *out // if this is a Goexit, outcome does not return
			}()
			f(out)
			finished = true
		})
	}()
	<-done
	return log
}

func plainLoop(seq iter.Seq[int], end ending, log *[]string) {
	n := 0
	for v := range seq {
		*log = append(*log, fmt.Sprint(v))
		if n++; n < 2 {
			continue
		}
		switch end {
		case breaks:
			break
		case panics:
			panic("by the body")
		case exits:
			runtime.Goexit()
		case goesOn:
			continue
		}
		break
	}
}

func pulledLoop(p *Pull[int], end ending, log *[]string) {
	n := 0
	for {
		v, ok := p.Next()
		if !ok {
			return
		}
		*log = append(*log, fmt.Sprint(v))
		if n++; n < 2 {
			continue
		}
		switch end {
		case breaks:
			p.Stop()
			p.Stop()
		case panics:
			p.Panic("by the body")
		case exits:
			p.Exit()
			runtime.Goexit() // what the machine's owner is doing
		case goesOn:
			continue
		}
		return
	}
}

// TestPull compares loops over a Pull with plain ones: what iterator and body do, in which
// order, and what leaves the loop.
func TestPull(t *testing.T) {
	for _, it := range iterations {
		for _, end := range []ending{breaks, panics, exits, goesOn} {
			want := inGoroutine(func(log *[]string) { plainLoop(it.seq(log), end, log) })
			got := inGoroutine(func(log *[]string) { pulledLoop(PullSeq(it.seq(log)), end, log) })
			if !slices.Equal(want, got) {
				t.Errorf("%s, the body %s: plain\n%q, pulled\n%q", it.name, end, want, got)
			}
		}
	}
}

// TestPullKinds uses the types for other numbers of values, and named iterator types.
func TestPullKinds(t *testing.T) {
	type pairs func(yield func(string, int) bool)
	p2 := PullSeq2(pairs(func(yield func(string, int) bool) { _ = yield("a", 1) && yield("b", 2) }))
	for i, want := range []string{"a", "b"} {
		if k, v, ok := p2.Next(); k != want || v != i+1 || !ok {
			t.Errorf("got %v, %v, %v", k, v, ok)
		}
	}
	if _, _, ok := p2.Next(); ok {
		t.Error("pairs do not end")
	}
	p2.Stop()

	type ticks func(yield func() bool)
	n := 0
	p0 := PullSeq0(ticks(func(yield func() bool) {
		for yield() {
			n++
		}
		n += 100
	}))
	if !p0.Next() || !p0.Next() || !p0.Next() {
		t.Error("ticks end")
	}
	if p0.Stop(); p0.Next() || n != 102 {
		t.Errorf("after the end: %d", n)
	}
	mustPanic(t, "late", func() { p0.Panic("late") })
	p0.Exit()

	unused := PullSeq(slices.Values([]int{1}))
	unused.Stop()
	if _, ok := unused.Next(); ok {
		t.Error("a stopped loop goes on")
	}
}

// TestPullExitPanics has an iterator's cleanup panic while the loop is left by Exit.
func TestPullExitPanics(t *testing.T) {
	p := PullSeq(func(yield func(int) bool) {
		defer panic("in cleanup")
		yield(1)
	})
	p.Next()
	mustPanic(t, "in cleanup", p.Exit)
}
