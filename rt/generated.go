package rt

// SupportsGenerated1 is mentioned by every generated file, so that a runtime that is too
// old for the file fails to compile with a name that says so. A change of what generated
// code may rely on adds SupportsGenerated2 beside it.
const SupportsGenerated1 = true

// Completed returns what a future panics with when it is polled after completion, where
// name is the function that it was made from: "fetch.Fetch: polled after completion".
func Completed(name string) string { return name + ": polled after completion" }

// Zero returns the zero value of T, where generated code needs one as an expression.
func Zero[T any]() (zero T) { return zero }
