// Package predeclared has the predeclared types of Go under names of its own. Generated code
// uses them in packages that declare something called int or error themselves; nobody else
// needs to.
package predeclared

// Each type is the predeclared one, which is called the same but for the first letter.
type (
	Any        = any
	Bool       = bool
	Byte       = byte
	Comparable = comparable
	Complex64  = complex64
	Complex128 = complex128
	Error      = error
	Float32    = float32
	Float64    = float64
	Int        = int
	Int8       = int8
	Int16      = int16
	Int32      = int32
	Int64      = int64
	Rune       = rune
	String     = string
	Uint       = uint
	Uint8      = uint8
	Uint16     = uint16
	Uint32     = uint32
	Uint64     = uint64
	Uintptr    = uintptr
)
