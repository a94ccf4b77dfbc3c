package twin

import "github.com/asyncgen/asyncgen/rt"

// LaterFuture is the future of [Later] and [Step].
type LaterFuture[T any] struct {
	rt.Pin
	leaf leaf
	Name string // logged when the future is done, if not empty
	V    T
}

// Later returns a future of v.
//
//async:new
func Later[T any](v T) *LaterFuture[T] {
	return &LaterFuture[T]{V: v}
}

// Step returns a future of v that logs name when it is done.
//
//async:new
func Step[T any](name string, v T) *LaterFuture[T] {
	return &LaterFuture[T]{Name: name, V: v}
}

func (f *LaterFuture[T]) result() T {
	if f.Name != "" {
		Log(f.Name)
	}
	return f.V
}

// Poll is a leaf's poll.
func (f *LaterFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if !f.leaf.poll(cx) {
		return rt.Pending[T]()
	}
	return rt.Ready(f.result())
}

// Await returns the value at once.
func (f *LaterFuture[T]) Await() T {
	f.leaf.block()
	return f.result()
}

// Cancel removes a pending leaf from the waiting set.
func (f *LaterFuture[T]) Cancel() { f.leaf.cancel() }

// DoFuture is the future of [Do].
type DoFuture[T any] struct {
	rt.Pin
	leaf leaf
	F    func()
	V    T
}

// Do returns a future of v, during whose await, just before it is ready, f runs. What f
// panics with passes through the await.
//
//async:new
func Do[T any](f func(), v T) *DoFuture[T] {
	return &DoFuture[T]{F: f, V: v}
}

// Poll is a leaf's poll.
func (f *DoFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if !f.leaf.poll(cx) {
		return rt.Pending[T]()
	}
	f.F()
	return rt.Ready(f.V)
}

// Await calls the function and returns the value.
func (f *DoFuture[T]) Await() T {
	f.leaf.block()
	f.F()
	return f.V
}

// Cancel removes a pending leaf from the waiting set; the function is then never called.
func (f *DoFuture[T]) Cancel() { f.leaf.cancel() }

// TickFuture is the future of [Tick].
type TickFuture struct {
	rt.Pin
	leaf leaf
}

// Tick returns a future of nothing.
//
//async:new
func Tick() *TickFuture {
	return &TickFuture{}
}

// Poll is a leaf's poll.
func (f *TickFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if !f.leaf.poll(cx) {
		return rt.Pending[struct{}]()
	}
	return rt.Ready(struct{}{})
}

// Await returns at once.
func (f *TickFuture) Await() { f.leaf.block() }

// Cancel removes a pending leaf from the waiting set.
func (f *TickFuture) Cancel() { f.leaf.cancel() }
