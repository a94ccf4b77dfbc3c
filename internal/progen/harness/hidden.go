package harness

import "github.com/asyncgen/asyncgen/rt"

// hidden is a type that generated programs have values of and cannot name.
type hidden struct {
	X int
	s []int
}

// Hidden makes a value of it.
func Hidden(n int) hidden { return hidden{X: n, s: []int{n}} }

// HiddenPtr makes a pointer to one.
func HiddenPtr(n int) *hidden { return &hidden{X: n} }

// Hiddens makes a slice of them.
func Hiddens(a, b int) []hidden { return []hidden{Hidden(a), Hidden(b)} }

// Val reads it.
func (h hidden) Val() int { return h.X + len(h.s) }

// Add changes it.
//
//async:in
func (h *hidden) Add(n int) int { return h.AddIn(nil, n) }

// AddIn is Add in the poll whose context cx is.
func (h *hidden) AddIn(cx *rt.Context, n int) int {
	T("hidden.Add", h.X, n)
	h.X += n
	return h.X
}
