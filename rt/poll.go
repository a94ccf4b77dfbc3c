package rt

// A Poll is what one poll of a future has come to: either not ready, and then the future
// has kept the waker and will use it, or ready with a value and an error. As with Go's
// results, a value may come together with an error.
type Poll[T any] struct {
	Value T
	Err   error
	Ready bool
}

// Ready returns the Poll of a future that has ended with v and no error.
func Ready[T any](v T) Poll[T] { return Poll[T]{Value: v, Ready: true} }

// Fail returns the Poll of a future that has ended with err and the zero value.
func Fail[T any](err error) Poll[T] { return Poll[T]{Err: err, Ready: true} }

// Finish returns the Poll of a future that has ended with both v and err.
func Finish[T any](v T, err error) Poll[T] { return Poll[T]{Value: v, Err: err, Ready: true} }

// Pending returns the Poll of a future that has not ended. Only a future that has arranged
// for its waker to be called may return it.
func Pending[T any]() Poll[T] { return Poll[T]{} }
