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
// frames, whose range statement is over them. Most look at a few frames of a stack that may be deep, as
// each machine does that a panic passes through: so only these few are asked for, and more if need be.
func frames(skip int) iter.Seq[runtime.Frame] {
	return func(yield func(runtime.Frame) bool) {
		for seen, size := 0, 32; ; size *= 8 {
			pcs := make([]uintptr, size)
			pcs = pcs[:runtime.Callers(skip+2, pcs)]
			list := runtime.CallersFrames(pcs)
			for i := range pcs {
				f, _ := list.Next()
				if i < seen {
					continue
				}
				if !yield(f) {
					return
				}
			}
			if seen = len(pcs); seen < size {
				return
			}
		}
	}
}
