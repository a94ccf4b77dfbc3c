// Package defaultruntime spawns for annotated functions.
package defaultruntime

import (
	"time"

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

func group(g *rt.Group, n int) {
	g.Spawn(rt.Value(struct{}{}))     // want `rt.Group.Spawn in group uses the default runtime`
	g.Go(func() error { return nil }) // want `rt.Group.Go in group uses the default runtime`
}

//async:func
func literals(g *rt.Group, n int) {
	group(g, n)
	g.Go(func() error {
		rt.Spawn(pingAsync(n)).Detach()
		return nil
	})
	func() {
		rt.Spawn(pingAsync(n)).Detach()
		rt.Yield().Await()
	}()
	func() {
		rt.Spawn(pingAsync(n)).Detach()
		rt.SpawnOn(rt.Default(), pingAsync(n)).Detach()
	}()
	f := func() {
		rt.Spawn(pingAsync(n)).Detach()
		rt.Async(func() (int, error) {
			rt.Spawn(pingAsync(n)).Detach()
			return 0, nil
		}).Await()
	}
	go func() { rt.Spawn(pingAsync(n)).Detach() }()
	f()
}

//async:func
func timed(n int) {
	start := rt.Now()
	rt.Yield().Await()
	since(start)
}

func since(start time.Time) time.Duration {
	return rt.Now().Sub(start) // want `rt.Now in since uses the default runtime, not the one that polls timed`
}

func explicit(n int, r *rt.Runtime) { rt.SpawnOn(r, pingAsync(n)).Detach() }

// Nobody with a runtime of its own calls this.
func main() {
	rt.Spawn(pingAsync(1)).Detach()
	deeper(1)
}
