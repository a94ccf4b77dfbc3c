package errors

import "github.com/asyncgen/asyncgen/rt"

// Local types that a literal which awaits uses, too, move to package level, where they cannot
// have their names. The name of an embedded one is that of a field.
//
//async:func
func embedded() int {
	type point struct{ x int } // want `local type point is embedded.*at package level`
	type circle struct{ point }
	c := circle{point{1}}
	func() {
		rt.Yield().Await()
		c.x++
	}()
	return c.x
}
