package errors

import (
	"encoding/binary"

	"github.com/asyncgen/asyncgen/rt"
)

//async:func
func unnameable() uint16 {
	order := binary.LittleEndian // want `order.*binary\.littleEndian`
	rt.Yield().Await()
	return order.Uint16([]byte{1, 2})
}

// Across no await, such a variable needs no field.
//
//async:func
func local() uint16 {
	rt.Yield().Await()
	order := binary.LittleEndian
	return order.Uint16([]byte{1, 2})
}
