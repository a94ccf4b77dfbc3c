package runq

import "unsafe"

// A Link is an element's place in an [Inbox] or a [Global], a field of the element, so that a push
// allocates nothing. An element may be in one of them at a time, once.
type Link[T any] struct{ next *T }

// A Place says where in an element its link is. A method of the element could tell as well, but
// its call would cost as much as the push.
type Place[T any] struct{ offset uintptr }

// At returns the place of a link, given as unsafe.Offsetof does.
func At[T any](offset uintptr) Place[T] { return Place[T]{offset} }

// of returns the link of e.
func (p Place[T]) of(e *T) *Link[T] { return (*Link[T])(unsafe.Add(unsafe.Pointer(e), p.offset)) }
