// Package defaultruntime spawns for annotated functions.
package defaultruntime

import (
	"example.org/vet/helper"
	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func ping(n int) { rt.Yield().Await() }

//async:func
func serve(n int, r *rt.Runtime) {
	rt.Spawn(pingAsync(n)).Detach()
	watch(n)
	explicit(n, r)
	helper.Start(rt.Value(1)) // want `Start uses the default runtime: it calls rt.Spawn \(helper.go:\d+\), not the one that polls serve`
}

func watch(n int) {
	rt.Spawn(pingAsync(n)).Detach() // want `rt.Spawn in watch uses the default runtime, not the one that polls serve: pass the runtime on, or spawn in the annotated function`
	deeper(n)
}

func deeper(n int) {
	func() {
		rt.Spawn(pingAsync(n)).Detach() // want `rt.Spawn in deeper uses the default runtime, not the one that polls serve`
	}()
	helper.Begin(rt.Value(1)) // want `Begin uses the default runtime: it calls Start`
	if n > 0 {
		watch(n)
	}
}

func explicit(n int, r *rt.Runtime) { rt.SpawnOn(r, pingAsync(n)).Detach() }

// Nobody with a runtime of its own calls this.
func main() {
	rt.Spawn(pingAsync(1)).Detach()
	deeper(1)
}
