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
	// goes on where the panic is recovered; or that there is no panic. It is known while loops are
	// ended, which is when it matters.
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

// exitsBelow reports what goes on when the panic is recovered that ends the body of the machine whose
// deferred calls are about to be made: runtime.Goexit, or a cancel. Only the stack knows: between
// the panic and the machine's frame there is a deferred call that runtime.Goexit makes.
//
//	rt.(*Defers).Unwind, (*fetchFuture).leave, runtime.gopanic, …, runtime.Goexit, …, (*fetchFuture).Poll
func exitsBelow() (goexit, cancel bool) {
	machine, leave, panicking := "", "", false // the method that has made the deferred call, and its type
	for f := range frames(1) {
		receiver, method := splitMethod(f.Function)
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && f.Function == "runtime.Goexit":
			return true, false
		case panicking:
			// The frames of recursive calls may be above, whose leave has gone on with the panic.
			if machine != "" && receiver == machine && method != leave && !strings.Contains(method, ".") {
				return false, false
			}
		case f.Function == canceledFunction, f.Function == cleanupFunction:
			return false, true
		case machine == "" && !strings.HasPrefix(receiver, runtimePath+".("):
			machine, leave = receiver, method
		}
	}
	return false, false
}

// canceledFunction and cleanupFunction are what makes the deferred calls of a machine that is canceled.
var (
	canceledFunction = runtimePath + ".(*Defers).Canceled"
	cleanupFunction  = runtimePath + ".(*cleanup).Poll"
)

// goexitBelow reports whether runtime.Goexit goes on when a panic is recovered: it is asked by the deferred
// function that does so, which was deferred by this method of the package.
func goexitBelow(method string) bool {
	panicking := false
	for f := range frames(1) {
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && f.Function == "runtime.Goexit":
			return true
		case panicking && f.Function == runtimePath+"."+method:
			return false
		}
	}
	return false
}

// raise panics if fl is a panic.
func (fl flight) raise() {
	if fl.panicking {
		panic(fl.value)
	}
}
