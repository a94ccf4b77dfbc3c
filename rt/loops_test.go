package rt

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"testing"
)

// cleaning returns an iterator over one element, with a deferred call of its own.
func cleaning(name string, cleanup deferred, log *[]string) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer cleanup(log)
		yield(1)
	}
}

// unwindings are the ways to leave the innermost of two loops, with deferred calls of the
// function and of both iterators.
var unwindings = []struct {
	name         string
	calls        []deferred
	outer, inner deferred
}{
	{"logged", []deferred{logged("a"), logged("b")}, logged("outer"), logged("inner")},
	{"recovered", []deferred{logged("a"), recovering("b")}, logged("outer"), logged("inner")},
	{"replaced by a call", []deferred{recovering("a"), panicking("new")}, logged("outer"), logged("inner")},
	{"replaced by the inner loop", []deferred{recovering("a")}, logged("outer"), panicking("new")},
	{"replaced by the outer loop", []deferred{recovering("a")}, panicking("new"), logged("inner")},
	{"not recovered", []deferred{logged("a")}, panicking("newer"), panicking("new")},
	{"recovered by the inner loop", []deferred{recovering("a")}, logged("outer"), recovering("inner")},
}

// panickingExit is runtime.Goexit with a deferred call that panics.
func panickingExit() {
	defer panic("boom")
	runtime.Goexit()
}

// TestUnwind leaves loops by a panic, by runtime.Goexit, and by both, and compares with what Go
// does.
func TestUnwind(t *testing.T) {
	for _, c := range unwindings {
		for _, end := range []func(){func() { panic("boom") }, runtime.Goexit, panickingExit} {
			plain := inGoroutine(func(log *[]string) {
				for _, call := range c.calls {
					defer call(log)
				}
				for range cleaning("outer", c.outer, log) {
					for range cleaning("inner", c.inner, log) {
						end()
					}
				}
			})
			pulled := inGoroutine(func(log *[]string) {
				var d Defers
				for _, call := range c.calls {
					d.Push(NewContext(Waker{}), func(rest func()) { defer call(log); rest() })
				}
				defer func() { d.Unwind(recover()) }()
				outer := PullSeq(cleaning("outer", c.outer, log))
				d.BeginLoop(NewContext(Waker{}), outer)
				outer.Next()
				inner := PullSeq(cleaning("inner", c.inner, log))
				d.BeginLoop(NewContext(Waker{}), inner)
				inner.Next()
				end()
			})
			if !slices.Equal(plain, pulled) {
				t.Errorf("%s: Go does\n%q, and Unwind\n%q", c.name, plain, pulled)
			}
		}
	}
}

func TestEndLoop(t *testing.T) {
	var log []string
	var d Defers
	for _, name := range []string{"outer", "inner"} {
		p := PullSeq(cleaning(name, logged(name), &log))
		d.BeginLoop(NewContext(Waker{}), p)
		p.Next()
	}
	d.EndLoop()
	d.EndLoop()
	if want := []string{"inner", "outer"}; !slices.Equal(log, want) || d.loops != nil {
		t.Errorf("got %q", log)
	}
}

func TestNextRune(t *testing.T) {
	type named string
	for _, s := range []named{"", "abc", "äöü€𝄞", "a\xffb\xc3", "\x00"} {
		var want, got []string
		for i, r := range s {
			want = append(want, fmt.Sprint(i, r))
		}
		for i := 0; i < len(s); {
			r, next := NextRune(s, i)
			got = append(got, fmt.Sprint(i, r))
			i = next
		}
		if !slices.Equal(want, got) {
			t.Errorf("%q: got %v, not %v", s, got, want)
		}
	}
}
