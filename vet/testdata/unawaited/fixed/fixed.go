// Package fixed starts what it makes.
package fixed

import "github.com/asyncgen/asyncgen/rt"

//async:func
func load(key string) { rt.Yield().Await() }

func warm(key string) {
	rt.Spawn(loadAsync(key))
}
