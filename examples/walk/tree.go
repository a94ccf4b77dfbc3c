package main

import "iter"

//go:generate go tool asyncgen

// A Tree is a binary search tree, or nil.
type Tree struct {
	Left, Right *Tree
	Value       int
}

// Insert adds a value and returns the tree with it.
func (t *Tree) Insert(v int) *Tree {
	switch {
	case t == nil:
		return &Tree{Value: v}
	case v < t.Value:
		t.Left = t.Left.Insert(v)
	default:
		t.Right = t.Right.Insert(v)
	}
	return t
}

// All goes through the values in order. As it stands it is an iterator for a range statement. Its
// machine, of AllPull, hands out one value at a time; a step costs the same at any depth, since the
// innermost machine is resumed directly.
//
//async:gen
func (t *Tree) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		if t == nil {
			return
		}
		for v := range t.Left.All() {
			if !yield(v) {
				return
			}
		}
		if !yield(t.Value) {
			return
		}
		for v := range t.Right.All() {
			if !yield(v) {
				return
			}
		}
	}
}

// Leaves goes through the values of the leaves, from left to right.
//
//async:gen
func (t *Tree) Leaves() iter.Seq[int] {
	return func(yield func(int) bool) {
		if t == nil {
			return
		}
		if t.Left == nil && t.Right == nil {
			yield(t.Value)
			return
		}
		for v := range t.Left.Leaves() {
			if !yield(v) {
				return
			}
		}
		for v := range t.Right.Leaves() {
			if !yield(v) {
				return
			}
		}
	}
}

// SameFringe reports whether two trees have the same leaves, whatever their shapes. This is the
// problem that coroutines were once explained with: neither tree is walked further than the first
// difference, and no list of leaves is made.
func SameFringe(a, b *Tree) bool {
	left, right := a.LeavesPull(), b.LeavesPull()
	defer left.Stop()
	defer right.Stop()
	for {
		v, more := left.Next()
		w, more2 := right.Next()
		if v != w || more != more2 {
			return false
		}
		if !more {
			return true
		}
	}
}
