package rt

import (
	"iter"
	"runtime"
)

// callers fills pcs as runtime.Callers does, or a longer slice if there are more frames. Skip is 0 for
// the caller of callers.
func callers(skip int, pcs []uintptr) []uintptr {
	n := runtime.Callers(skip+2, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*n+64)
		n = runtime.Callers(skip+2, pcs)
	}
	return pcs[:n]
}

// frames gives the frames of the calling goroutine, the innermost first. Skip is 0 for the caller of
// frames, whose range statement is over them.
func frames(skip int) iter.Seq[runtime.Frame] {
	list := runtime.CallersFrames(callers(skip+1, nil))
	return func(yield func(runtime.Frame) bool) {
		for {
			f, more := list.Next()
			if !yield(f) || !more {
				return
			}
		}
	}
}
