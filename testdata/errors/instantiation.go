package errors

//async:func
func deeper[T any](n int, t T) {
	if n > 0 {
		deeperAsync(n-1, []T{t}).Await() // want `instantiation cycle: T instantiated as \[\]T, and so on, with type arguments that never stop growing; use ones that do not grow`
	}
}
