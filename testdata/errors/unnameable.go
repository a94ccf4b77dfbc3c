package errors

import (
	"encoding/binary"
	"fmt"

	"github.com/asyncgen/asyncgen/rt"
)

// A text can be made of whatever has one, which a type parameter by itself does not show.
type text[T fmt.Stringer] struct{ of T }

func textOf[T fmt.Stringer](of T) text[T] { return text[T]{of} }

//async:func
func unnameable() string {
	order := textOf(&binary.LittleEndian) // want `order.*binary\.littleEndian`
	rt.Yield().Await()
	return order.of.String()
}

// Across no await, such a variable needs no field.
//
//async:func
func local() uint16 {
	rt.Yield().Await()
	order := binary.LittleEndian
	return order.Uint16([]byte{1, 2})
}
