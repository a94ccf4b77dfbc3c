package runq

import (
	"sync"
	"sync/atomic"
)

// A Global is the queue that all workers share, first in, first out and without bounds. Any
// goroutine may use it.
type Global[T any] struct {
	at  Place[T]
	len atomic.Int64 // changed with mu held

	mu          sync.Mutex // guards the list
	first, last *T
}

// NewGlobal returns an empty queue of elements that have their link at the given place.
func NewGlobal[T any](at Place[T]) Global[T] { return Global[T]{at: at} }

// Len returns the number of elements.
func (g *Global[T]) Len() int { return int(g.len.Load()) }

// Push adds e at the back.
func (g *Global[T]) Push(e *T) {
	g.mu.Lock()
	g.push(e)
	g.mu.Unlock()
}

func (g *Global[T]) push(e *T) {
	if g.last == nil {
		g.first = e
	} else {
		g.at.of(g.last).next = e
	}
	g.last = e
	g.len.Add(1)
}

// Take takes up to max elements from the front and calls each for them.
func (g *Global[T]) Take(max int, each func(*T)) {
	if g.Len() == 0 {
		return
	}
	g.mu.Lock()
	first := g.first
	n := min(max, g.Len())
	for range n {
		g.first = g.at.of(g.first).next
	}
	if g.first == nil {
		g.last = nil
	}
	g.len.Add(int64(-n))
	g.mu.Unlock()
	// What was taken is still linked; the last of it leads to what was not.
	for range n {
		link := g.at.of(first)
		e := first
		first, link.next = link.next, nil
		each(e)
	}
}
