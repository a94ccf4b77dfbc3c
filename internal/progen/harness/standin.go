package harness

// In the copy with the hand-made twins this package takes the place of package rt, so it
// declares what generated programs use of that, in the simplest way that there is.

// Await completes the await at once.
func Await[T any](f interface{ Both() (T, error) }) (T, error) { return f.Both() }

// A Promise is the hand-made twin of a function with the option dyn.
type Promise[T any] func() (T, error)

// Both calls the function.
func (p Promise[T]) Both() (T, error) { return p() }

// First and Second give one of the two results of rt.Await.
func First[T any](v T, err error) T {
	if err != nil {
		panic("a function without an error result reports one")
	}
	return v
}

// Second gives the error.
func Second[T any](_ T, err error) error { return err }

// Either gives the value and forgets the error.
func Either[T any](v T, _ error) T { return v }

// An AsyncFuture stands in for rt.AsyncFuture.
type AsyncFuture[T any] func() (T, error)

// Async stands in for rt.Async.
func Async[T any](fn func() (T, error)) AsyncFuture[T] { return fn }

// Await calls the function.
func (f AsyncFuture[T]) Await() (T, error) { return f() }

// Both calls the function.
func (f AsyncFuture[T]) Both() (T, error) { return f() }

// An AsyncErrFuture stands in for rt.AsyncErrFuture.
type AsyncErrFuture func() error

// AsyncErr stands in for rt.AsyncErr.
func AsyncErr(fn func() error) AsyncErrFuture { return fn }

// Await calls the function.
func (f AsyncErrFuture) Await() error { return f() }
