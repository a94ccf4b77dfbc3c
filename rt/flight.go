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
	// exits says that below the panic something else is in flight, runtime.Goexit or a cancel, which
	// goes on where the panic is recovered. It is known while loops are ended, which is when it
	// matters.
	exits bool
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
		return flight{panicking: true, value: v}
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

// exitsBelow reports whether runtime.Goexit goes on, or a cancel, when the panic is recovered that ends
// the body of the machine whose deferred calls are about to be made. Only the stack knows: between
// the panic and the machine's frame there is a deferred call that runtime.Goexit makes.
//
//	rt.(*Defers).Unwind, (*fetchFuture).leave, runtime.gopanic, …, runtime.Goexit, …, (*fetchFuture).Poll
func exitsBelow() bool {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(2, pcs)
	for ; n == len(pcs); n = runtime.Callers(2, pcs) {
		pcs = make([]uintptr, 2*n)
	}
	frames := runtime.CallersFrames(pcs[:n])
	machine, panicking := "", false // the type with the method that has made the deferred call
	for {
		f, more := frames.Next()
		name := f.Function
		switch {
		case name == "runtime.gopanic":
			panicking = true
		case panicking && name == "runtime.Goexit":
			return true
		case panicking:
			if machine != "" && strings.HasPrefix(name, machine) {
				return false
			}
		case strings.HasSuffix(name, "rt.(*Defers).Canceled"), strings.HasSuffix(name, "rt.(*cleanup).Poll"):
			return true
		case !strings.Contains(name, "/rt.("):
			machine = name[:strings.LastIndexByte(name, '.')+1]
		}
		if !more {
			return false
		}
	}
}

// raise panics if fl is a panic.
func (fl flight) raise() {
	if fl.panicking {
		panic(fl.value)
	}
}
