// Package tasklocal reads task-local variables.
package tasklocal

import (
	"iter"

	"github.com/asyncgen/asyncgen/rt"
)

type session struct{ rt.TaskLocal[int] }

var current session

//async:func
func reads() (n int) {
	n, _ = current.Get()
	defer func() {
		k, _ := current.Get()
		rt.Yield().Await()
		n += k
	}()
	defer func() {
		k, _ := user.Get() // want `a task-local variable has no value here`
		n += len(k)
	}()
	func() {
		rt.Yield().Await()
		n, _ = current.TaskLocal.Get()
	}()
	func() {
		n, _ = current.Get() // want `a task-local variable has no value here`
	}()
	f := rt.Async(func() (int, error) {
		k, _ := current.Get()
		return k, nil
	})
	k, _ := f.Await()
	return n + k
}

//async:gen
func counts() iter.Seq[int] {
	return func(yield func(int) bool) {
		n, _ := current.Get() // want `a task-local variable has no value here`
		yield(n)
	}
}

//async:stream
func counted() iter.Seq[int] {
	return func(yield func(int) bool) {
		rt.Yield().Await()
		n, _ := current.Get()
		yield(n)
	}
}

// Whoever has a context says so.
func given(cx *rt.Context) (int, bool) { return current.GetFrom(cx) }
