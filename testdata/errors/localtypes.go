package errors

import "github.com/asyncgen/asyncgen/rt"

// Of two local types of one name, the second gets another in the generated file. Where it
// is embedded, its name is the name of a field too.
//
//async:func
func embedded() (n int) {
	{
		type point struct{ x int }
		type circle struct{ point }
		c := circle{point{1}}
		rt.Yield().Await()
		n += c.x
	}
	{
		type point struct{ y int }
		type circle struct{ *point } // want `local type point is embedded.*rename`
		c := circle{&point{2}}
		rt.Yield().Await()
		n += c.point.y
	}
	return n
}
