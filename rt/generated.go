package rt

// SupportsGenerated1 is mentioned by every generated file, so that a runtime that is too
// old for the file fails to compile with a name that says so. A change of what generated
// code may rely on adds SupportsGenerated2 beside it.
const SupportsGenerated1 = true

// Completed returns what a future panics with when it is polled after completion, where
// name is the function that it was made from: "fetch.Fetch: polled after completion".
func Completed(name string) string { return name + ": polled after completion" }

// Keep moves a future that was just made to its place in a frame, and returns where that is.
func Keep[T any](place, fresh *T) *T {
	*place = *fresh
	return place
}

// Zero returns the zero value of T, where generated code needs one as an expression.
func Zero[T any]() (zero T) { return zero }

// Unbox returns the variable in a box that generated code keeps because the type of the
// variable has no name where the code is: box is nil, or holds a *T. The second argument
// only says what T is.
func Unbox[T any](box any, _ *T) *T {
	p, _ := box.(*T)
	return p
}

// Recall returns what such a box holds if that is the value itself, and the zero value of T
// if it is nil.
func Recall[T any](box any, _ *T) T {
	v, _ := box.(T)
	return v
}

// NewLike returns a new variable of the type that its argument points to, as new(T) would
// if T had a name. The argument may be nil.
func NewLike[T any](*T) *T { return new(T) }

// ZeroLike returns the zero value of the type that its argument points to, which may be nil.
func ZeroLike[T any](*T) (zero T) { return zero }
