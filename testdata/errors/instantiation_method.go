package errors

type nest[T any] struct{ t T }

//async:func
func (n nest[E]) even() {
	n.oddAsync(0).Await()
}

//async:func
func (n nest[T]) odd(int) {
	nest[*T]{}.evenAsync().Await() // want `instantiation cycle: T instantiated as \*T, and so on`
}
