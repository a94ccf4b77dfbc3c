// Package fixed says which value it means.
package fixed

import "github.com/asyncgen/asyncgen/rt"

type quota struct{ used int }

//async:func
func (q *quota) ask() int {
	rt.Yield().Await()
	q.used++
	return 1
}

//async:func
func (q *quota) take() int {
	n := q.askAsync().Await()
	q.used += n
	return q.used
}
