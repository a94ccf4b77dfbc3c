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

// Recovering is deferred in the place of a function that would call recover. If the body has not
// ended by itself, so that running still holds, it calls leave with what recover returns.
func Recovering(running func() bool, leave func(recovered any)) {
	if running() {
		leave(recover())
	}
}
