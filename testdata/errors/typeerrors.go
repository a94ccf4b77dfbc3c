package errors

import (
	"strings" // want `"strings" imported and not used`

	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func returns() int {
	return "" // want `cannot use "" \(untyped string constant\) as int value in return statement`
}

//async:func
func unknown(t missing) { // want `undefined: missing`
	x := 1 // want `declared and not used: x`
	other() // want `undefined: other`
	returnsAsync(1).Await() // want `too many arguments in call to returnsAsync`
}

type twice int
type twice int // want `twice redeclared in this block`

//async:func
func bare(f rt.Future[int], g rt.Poll[int]) int {
	g.Await()        // want `g.Await undefined \(type rt.Poll\[int\] has no field or method Await\)$`
	return f.Await() // want `f.Await undefined .*: a future without that method is awaited with rt.Await`
}

//async:func
func again() { rt.Yield().Await() }

//async:func
func again() { rt.Yield().Await() } // want `again redeclared in this block`
