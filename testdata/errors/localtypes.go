package errors

import "github.com/asyncgen/asyncgen/rt"

type point int

// Local types that a literal which awaits uses, too, move to package level. The name of an embedded
// one is that of a field, but here it is taken there.
//
//async:func
func embedded() int {
	type point struct{ x int } // want `local type point is embedded.*since something else has this one; rename it`
	type circle struct{ point }
	c := circle{point{1}}
	func() {
		rt.Yield().Await()
		c.x++
	}()
	return c.x
}
