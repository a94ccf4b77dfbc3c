package errors

//async:func
func deeper[T any](n int, t T) {
	if n > 0 {
		deeperAsync(n-1, []T{t}).Await()
	}
}
