package rt_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// loopPanic returns what a range over seq panics with when its body panics with body, or
// leaves the loop at the first element if body is nil.
func loopPanic(seq func(func() bool), body any) (v any) {
	defer func() { v = recover() }()
	for range seq {
		if body != nil {
			panic(body)
		}
		break
	}
	return nil
}

func panicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// TestGenMisuse compares the panics of a generator that yields too often with those of a
// range statement over an iterator that does.
func TestGenMisuse(t *testing.T) {
	twice := func(yield func() bool) { yield(); yield() }
	var g rt.Gen
	g.InLoop()
	g.Leave()
	if g.More() {
		t.Error("a generator that was left is asked for more")
	}
	want := loopPanic(twice, nil)
	if got := panicOf(func() { g.Yields() }); !same(got, want) {
		t.Errorf("a yield after the loop was left panics with %v, want %v", got, want)
	}

	insists := func(yield func() bool) {
		defer func() {
			recover()
			yield()
		}()
		yield()
	}
	want = loopPanic(insists, "body")
	if got := panicOf(func() { g.Yields() }); !same(got, want) {
		t.Errorf("a second one panics with %v, want %v", got, want)
	}

	recovers := func(yield func() bool) {
		defer func() { recover() }()
		yield()
	}
	want = loopPanic(recovers, "body")
	if got := panicOf(g.Left); !same(got, want) {
		t.Errorf("a generator that has recovered that panics with %v, want %v", got, want)
	}
}

// same reports whether two panics are runtime errors with the same text.
func same(a, b any) bool {
	x, ok := a.(runtime.Error)
	y, also := b.(runtime.Error)
	return ok && also && x.Error() == y.Error()
}

// TestGenStopped checks that a generator that is pulled from may go on yielding when it was
// stopped.
func TestGenStopped(t *testing.T) {
	var g rt.Gen
	if !g.Yields() || !g.More() {
		t.Error("a new generator does not yield")
	}
	g.Leave()
	if g.Yields() || g.Yields() || g.More() {
		t.Error("a stopped generator yields")
	}
	g.Left()
}

// TestStreamRequests checks when a cancel of the future of Next has to cancel the stream.
func TestStreamRequests(t *testing.T) {
	var s rt.Stream
	if got := panicOf(func() { s.Asked("p.Lines") }); got != "p.Lines: polled after completion" {
		t.Errorf("a poll that nobody has asked for panics with %v", got)
	}
	s.Ask()
	s.Asked("p.Lines")
	if s.Withdraw() {
		t.Error("a request that was not polled cannot be withdrawn")
	}
	s.Ask()
	s.Answer(false)
	if !s.Withdraw() || s.Withdraw() {
		t.Error("a request that is pending does not cancel the stream, once")
	}
	s.Ask()
	s.Answer(true)
	if s.Withdraw() {
		t.Error("a request that was answered cancels the stream")
	}
	s.BeginStop()
	s.BeginStop()
	if s.More() || s.Yields() {
		t.Error("a stopped stream yields")
	}
}

// TestUnwindBlocking ends a machine whose deferred calls await with a panic that has to pass
// through them at once.
func TestUnwindBlocking(t *testing.T) {
	var log []string
	note := func(s string) func() { return func() { log = append(log, s) } }
	poll := func(cx *rt.Context) rt.Poll[struct{}] {
		var d rt.Defers
		push := func(f func()) {
			d.Push(cx, func(rest func()) {
				defer f()
				rest()
			})
		}
		push(note("first"))
		rt.DeferAwait(&d, cx, rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			note("await")()
			if len(log) < 4 {
				cx.Waker().Wake()
				return rt.Pending[struct{}]()
			}
			return rt.Ready(struct{}{})
		}))
		push(note("last"))
		log = append(log, panicOf(func() { d.UnwindBlocking("body") }).(string))
		return rt.Ready(struct{}{})
	}
	rt.Await(rt.FromFunc(poll))
	if want := []string{"last", "await", "await", "await", "first", "body"}; !slices.Equal(log, want) {
		t.Errorf("the calls are %v, want %v", log, want)
	}
}
