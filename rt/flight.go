package rt

import (
	"runtime"
	"strings"
	"sync"
)

// A flight is what passes through deferred calls: a panic, or else nothing that they could
// recover, which is a return, runtime.Goexit or a cancel.
type flight struct {
	panicking bool
	value     any // of the panic
}

// nilPanics reports whether panic(nil) is a panic with nil, as GODEBUG=panicnil=1 asks for. What
// the process begins with counts: looking at the stack takes microseconds.
var nilPanics = sync.OnceValue(func() (yes bool) {
	defer func() { yes = recover() == nil }()
	var v any
	panic(v)
})

// inFlight returns what is passing through a deferred function that has called recover and
// got v. The function that calls inFlight is depth calls further in than that one.
//
// A nil v means runtime.Goexit, or nothing at all, except that GODEBUG=panicnil=1 has
// recover return nil for panic(nil) as well. The stack can tell: what makes the deferred
// call is the runtime's panic then.
func inFlight(v any, depth int) flight {
	if v != nil {
		return flight{true, v}
	}
	if !nilPanics() {
		return flight{}
	}
	var pcs [4]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(depth+3, pcs[:])])
	for {
		f, more := frames.Next()
		if !more || !strings.Contains(f.Function, ".deferwrap") {
			return flight{panicking: f.Function == "runtime.gopanic"}
		}
	}
}

// raise panics if fl is a panic.
func (fl flight) raise() {
	if fl.panicking {
		panic(fl.value)
	}
}
