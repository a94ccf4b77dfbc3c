package main

import (
	"cmp"
	"iter"
)

// A Puller hands out elements one by one. What asyncgen makes of a generator is one.
type Puller[V any] interface {
	Next() (V, bool)
	Stop()
}

// Merge goes through the elements of several sorted sequences in order, and takes them over: it
// stops them when it ends, however it ends. It is a generator that consumes generators.
//
//async:gen
func Merge[V cmp.Ordered](from ...Puller[V]) iter.Seq[V] {
	return func(yield func(V) bool) {
		defer func() {
			for _, p := range from {
				p.Stop()
			}
		}()
		heads := make([]V, 0, len(from)) // heads[i] is the next element of open[i]
		open := make([]Puller[V], 0, len(from))
		for _, p := range from {
			if v, ok := p.Next(); ok {
				heads, open = append(heads, v), append(open, p)
			}
		}
		for len(open) > 0 {
			least := 0
			for i, v := range heads {
				if v < heads[least] {
					least = i
				}
			}
			if !yield(heads[least]) {
				return
			}
			v, ok := open[least].Next()
			if ok {
				heads[least] = v
				continue
			}
			last := len(open) - 1
			heads[least], open[least] = heads[last], open[last]
			heads, open = heads[:last], open[:last]
		}
	}
}
