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
