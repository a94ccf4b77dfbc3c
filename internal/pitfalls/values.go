package pitfalls

import "github.com/asyncgen/asyncgen/internal/twin"

// trace collects the names of traced calls. The test clears it before each run.
var trace []string

// tr is a traced call.
func tr[T any](name string, v T) T {
	trace = append(trace, name)
	return twin.Tr(name, v)
}

// aw is a future of v, which gives other tasks a chance to run.
//
//async:new
func aw[T any](v T) *twin.LaterFuture[T] {
	return &twin.LaterFuture[T]{V: v}
}

// do is a future of v during whose await f happens.
//
//async:new
func do[T any](f func(), v T) *twin.DoFuture[T] {
	return &twin.DoFuture[T]{F: f, V: v}
}

// T is a struct with methods of both kinds.
type T struct {
	a, b int
	arr  [3]int
}

// Val has a value receiver.
func (t T) Val() int { return t.a }

// Ptr has a pointer receiver.
func (t *T) Ptr(d int) int { t.a += d; return t.a }

// Shape is an interface that T implements.
type Shape interface{ Val() int }
