package rt

// These stand in for predeclared functions in generated code, where a package declares
// something of the same name. Only generated code uses them.

// NewOf is new(T).
func NewOf[T any]() *T { return new(T) }

// SliceLen is len(s).
func SliceLen[S ~[]T, T any](s S) int { return len(s) }

// StringLen is len(s).
func StringLen[S ~string](s S) int { return len(s) }

// PanicCompleted panics as a poll after completion does.
func PanicCompleted(name string) { panic(Completed(name)) }
