package errors

//async:func // want `external has no body to compile`
func external()

//async:func // want `a function called _ cannot be called`
func _() {}

//async:func // want `init cannot be called`
func init() {}

//go:uintptrescapes
//async:func // want `make the parameters unsafe.Pointer`
func hidden(p uintptr) { _ = p }
