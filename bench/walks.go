package main

import "iter"

// count hands out the numbers below n.
//
//async:gen
func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// A tree is a binary tree. The empty one is nil.
type tree struct {
	left, right *tree
	v           int
}

// balanced makes a tree that is depth nodes high everywhere.
func balanced(depth int) *tree {
	if depth == 0 {
		return nil
	}
	return &tree{left: balanced(depth - 1), right: balanced(depth - 1), v: depth}
}

// listed makes a tree of n nodes that is n nodes high, the lowest of which comes first.
func listed(n int) *tree {
	var t *tree
	for i := range n {
		t = &tree{left: t, v: i}
	}
	return t
}

// walk hands out the values of a tree from left to right.
//
//async:gen
func walk(t *tree) iter.Seq[int] {
	return func(yield func(int) bool) {
		if t == nil {
			return
		}
		for v := range walk(t.left) {
			if !yield(v) {
				return
			}
		}
		if !yield(t.v) {
			return
		}
		for v := range walk(t.right) {
			if !yield(v) {
				return
			}
		}
	}
}

// guarded is walk with a deferred call in each node.
//
//async:gen
func guarded(t *tree) iter.Seq[int] {
	return func(yield func(int) bool) {
		if t == nil {
			return
		}
		defer passed(t)
		for v := range guarded(t.left) {
			if !yield(v) {
				return
			}
		}
		if !yield(t.v) {
			return
		}
		for v := range guarded(t.right) {
			if !yield(v) {
				return
			}
		}
	}
}

// passed is what a walk does when it is done with a node.
//
//go:noinline
func passed(*tree) {}

// elements is steps as a stream: each of its elements comes after a suspension.
//
//async:stream
func elements(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(after(i).Await()) {
				return
			}
		}
	}
}

// drain takes elements of a stream as an async function does.
//
//async:func
func drain(n int) (sum int) {
	for v := range elements(n) {
		sum += v
	}
	return sum
}
