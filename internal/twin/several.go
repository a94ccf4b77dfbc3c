package twin

import "github.com/asyncgen/asyncgen/rt"

// FailsFuture is the future of [Fails].
type FailsFuture[T any] struct {
	rt.Pin
	leaf leaf
	V    T
	E    error
}

// Fails returns a future of v and err, which may be nil.
//
//async:new
func Fails[T any](v T, err error) *FailsFuture[T] {
	return &FailsFuture[T]{V: v, E: err}
}

// Poll is a leaf's poll.
func (f *FailsFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if !f.leaf.poll(cx) {
		return rt.Pending[T]()
	}
	return rt.Finish(f.V, f.E)
}

// Await returns the value and the error at once.
func (f *FailsFuture[T]) Await() (T, error) {
	f.leaf.block()
	return f.V, f.E
}

// Cancel removes a pending leaf from the waiting set.
func (f *FailsFuture[T]) Cancel() { f.leaf.cancel() }

// ErrFuture is the future of [Err].
type ErrFuture struct {
	rt.Pin
	leaf leaf
	E    error
}

// Err returns a future of err alone, which may be nil.
//
//async:new
func Err(err error) *ErrFuture {
	return &ErrFuture{E: err}
}

// Poll is a leaf's poll.
func (f *ErrFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if !f.leaf.poll(cx) {
		return rt.Pending[struct{}]()
	}
	return rt.Finish(struct{}{}, f.E)
}

// Await returns the error at once.
func (f *ErrFuture) Await() error {
	f.leaf.block()
	return f.E
}

// Cancel removes a pending leaf from the waiting set.
func (f *ErrFuture) Cancel() { f.leaf.cancel() }

// A Pair is what a future of two values carries.
type Pair[A, B any] struct {
	A A
	B B
}

// TwoFuture is the future of [Two].
type TwoFuture[A, B any] struct {
	rt.Pin
	leaf leaf
	V    Pair[A, B]
}

// Two returns a future of two values.
//
//async:new
func Two[A, B any](a A, b B) *TwoFuture[A, B] {
	return &TwoFuture[A, B]{V: Pair[A, B]{a, b}}
}

// Poll is a leaf's poll.
func (f *TwoFuture[A, B]) Poll(cx *rt.Context) rt.Poll[Pair[A, B]] {
	if !f.leaf.poll(cx) {
		return rt.Pending[Pair[A, B]]()
	}
	return rt.Ready(f.V)
}

// Await returns both values at once.
func (f *TwoFuture[A, B]) Await() (A, B) {
	f.leaf.block()
	return f.V.A, f.V.B
}

// Cancel removes a pending leaf from the waiting set.
func (f *TwoFuture[A, B]) Cancel() { f.leaf.cancel() }

// TwoFailsFuture is the future of [TwoFails].
type TwoFailsFuture[A, B any] struct {
	rt.Pin
	leaf leaf
	V    Pair[A, B]
	E    error
}

// TwoFails returns a future of two values and err, which may be nil.
//
//async:new
func TwoFails[A, B any](a A, b B, err error) *TwoFailsFuture[A, B] {
	return &TwoFailsFuture[A, B]{V: Pair[A, B]{a, b}, E: err}
}

// Poll is a leaf's poll.
func (f *TwoFailsFuture[A, B]) Poll(cx *rt.Context) rt.Poll[Pair[A, B]] {
	if !f.leaf.poll(cx) {
		return rt.Pending[Pair[A, B]]()
	}
	return rt.Finish(f.V, f.E)
}

// Await returns the values and the error at once.
func (f *TwoFailsFuture[A, B]) Await() (A, B, error) {
	f.leaf.block()
	return f.V.A, f.V.B, f.E
}

// Cancel removes a pending leaf from the waiting set.
func (f *TwoFailsFuture[A, B]) Cancel() { f.leaf.cancel() }
