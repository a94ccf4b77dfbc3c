package errors

//async:func // want `external has no body to compile`
func external()

//async:func // want `a function called _ cannot be called`
func _() {}

//async:func // want `init cannot be called`
func init() {}

//async:func
func generic[T any](t T) {} // want `generic functions are not supported yet: write generic without type parameters`

type list[T any] struct{}

//async:func // want `methods of generic types are not supported yet`
func (l *list[T]) walk() {}

type otherError = error

//async:func
func aliased() (n int, err otherError) { return } // want `the last result of aliased is an error under another name: write error`
