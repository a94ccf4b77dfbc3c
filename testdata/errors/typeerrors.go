package errors

import "strings" // want `"strings" imported and not used`

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
