package rt

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
)

// A deferred is a call that a test defers. It gets a log to write to.
type deferred func(log *[]string)

func logged(name string) deferred {
	return func(log *[]string) { *log = append(*log, name) }
}

func recovering(name string) deferred {
	return func(log *[]string) { *log = append(*log, fmt.Sprint(name, " recovered ", recover())) }
}

func recoveringTwice(log *[]string) {
	*log = append(*log, fmt.Sprint("recovered ", recover(), " ", recover()))
}

func panicking(v any) deferred {
	return func(log *[]string) {
		*log = append(*log, fmt.Sprint("panics with ", v))
		panic(v)
	}
}

// indirectly does not recover: recover works in the deferred function alone.
func indirectly(log *[]string) {
	func() { *log = append(*log, fmt.Sprint("indirectly ", recover())) }()
}

// nested panics and recovers inside itself, which leaves the outer panic alone.
func nested(log *[]string) {
	defer func() { *log = append(*log, fmt.Sprint("nested ", recover())) }()
	panic("inner")
}

var deferCases = map[string][]deferred{
	"none":                 {},
	"logged":               {logged("a"), logged("b"), logged("c")},
	"recovered last":       {recovering("a"), logged("b")},
	"recovered first":      {logged("a"), recovering("b"), recovering("c")},
	"recovered twice":      {recovering("a"), recoveringTwice},
	"replaced":             {recovering("a"), panicking("new"), logged("c")},
	"replaced for good":    {logged("a"), panicking("new"), logged("c")},
	"panics after recover": {recovering("a"), panicking("new"), recovering("c")},
	"replaced twice":       {recovering("a"), panicking("newer"), panicking("new")},
	"indirect":             {recovering("a"), indirectly},
	"nested":               {recovering("a"), nested, logged("c")},
	"nil":                  {recovering("a"), panicking(nil)},
}

// outcome runs f and returns what it logs, with the panic that leaves it.
func outcome(f func(log *[]string)) (log []string) {
	defer func() {
		if v := recover(); v != nil {
			log = append(log, fmt.Sprint("left by ", v))
		}
	}()
	f(&log)
	return log
}

// plainly defers calls as Go does and then panics, with nil meaning that it returns.
func plainly(calls []deferred, v any) []string {
	return outcome(func(log *[]string) {
		for _, call := range calls {
			defer call(log)
		}
		if v != nil {
			panic(v)
		}
	})
}

// machinely does the same as a machine does it: the panic of the body is recovered before
// the deferred calls are made, and so is one that a call raises when the body has returned.
func machinely(calls []deferred, v any) []string {
	return outcome(func(log *[]string) {
		var d Defers
		for _, call := range calls {
			d.Push(NewContext(Waker{}), func(rest func()) { defer call(log); rest() })
		}
		defer func() {
			if v := recover(); v != nil {
				d.Panic(v)
			}
			if d.Len() != 0 {
				*log = append(*log, "calls are left")
			}
		}()
		if v != nil {
			panic(v)
		}
		d.Run()
	})
}

func TestDefers(t *testing.T) {
	for name, calls := range deferCases {
		for _, v := range []any{nil, "boom", errors.New("an error")} {
			want, got := plainly(calls, v), machinely(calls, v)
			if !slices.Equal(want, got) {
				t.Errorf("%s, %v: Go does\n%q, and Defers\n%q", name, v, want, got)
			}
		}
	}
}

// TestDefersRunKeepsRest checks what is held when a call panics.
func TestDefersRunKeepsRest(t *testing.T) {
	var log []string
	var d Defers
	for _, call := range []deferred{logged("a"), logged("b"), panicking("boom"), logged("d")} {
		d.Push(NewContext(Waker{}), func(rest func()) { defer call(&log); rest() })
	}
	mustPanic(t, "boom", d.Run)
	if d.Len() != 2 || !slices.Equal(log, []string{"d", "panics with boom"}) {
		t.Errorf("%d calls are left after %q", d.Len(), log)
	}
	d.Run()
	if d.Len() != 0 || len(log) != 4 {
		t.Errorf("%d calls are left after %q", d.Len(), log)
	}
}

// TestDefersGoexit runs deferred calls while runtime.Goexit unwinds.
func TestDefersGoexit(t *testing.T) {
	var log []string
	var d Defers
	d.Push(NewContext(Waker{}), func(rest func()) { defer recovering("a")(&log); rest() })
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer d.Run()
		runtime.Goexit()
	}()
	<-done
	if !slices.Equal(log, []string{"a recovered <nil>"}) {
		t.Errorf("%q", log)
	}
}

// TestDefersKeepResult checks that deferred calls that are made by a machine see and change
// what they captured.
func TestDefersKeepResult(t *testing.T) {
	var d Defers
	result := 1
	f := func(by int) { result += by }
	d.Push(NewContext(Waker{}), func(rest func()) { defer f(10); rest() })
	d.Push(NewContext(Waker{}), func(rest func()) {
		defer func() { result *= 2; recover() }()
		rest()
	})
	d.Panic("boom")
	if result != 12 {
		t.Errorf("the result is %d", result)
	}
}
