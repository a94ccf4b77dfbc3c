package rt

import (
	"iter"
	"runtime"
)

// A Pull is a range over an iterator function whose body may be suspended. The loop runs in
// a coroutine, as with [iter.Pull], and each Next resumes it until its body would run.
//
// How the loop ends matters to the iterator: its yield returns false after a break, and its
// deferred calls see a panic of the body, or runtime.Goexit, passing through. A pair of next
// and stop cannot tell these apart, so the loop is a loop in the coroutine too, and what
// ended the real body is done again in the one that stands for it:
//
//	for v := range seq {
//		if !yield(v) {              // leave was called
//			act: nothing, panic(v) or runtime.Goexit()
//			break
//		}
//	}
//
// That also keeps Go's checks: an iterator that goes on after yield returned false, or that
// swallows a panic of the body, panics as it does in a plain loop.
//
// A loop that is left before Next has returned false must be ended by Stop, Panic or Exit,
// otherwise the coroutine stays for ever. Only generated code uses this type and its
// siblings. They are not safe for several goroutines at once, but may move from one to
// another between calls.
type Pull[V any] struct {
	puller
	next func() (V, bool)
}

// PullSeq begins a range over seq, an iterator with one value. Nothing of it runs yet.
func PullSeq[S ~func(yield func(V) bool), V any](seq S) *Pull[V] {
	p := new(Pull[V])
	p.next, p.stop = iter.Pull(func(yield func(V) bool) {
		for v := range seq {
			if !yield(v) {
				p.leave()
				break
			}
		}
	})
	return p
}

// Next resumes the iterator and returns the next value; ok is false if it has ended. A
// panic of the iterator passes through.
func (p *Pull[V]) Next() (v V, ok bool) { return p.next() }

// A Pull2 is the like of [Pull] for iterators with two values.
type Pull2[K, V any] struct {
	puller
	next func() (K, V, bool)
}

// PullSeq2 begins a range over seq, an iterator with two values. Nothing of it runs yet.
func PullSeq2[S ~func(yield func(K, V) bool), K, V any](seq S) *Pull2[K, V] {
	p := new(Pull2[K, V])
	p.next, p.stop = iter.Pull2(func(yield func(K, V) bool) {
		for k, v := range seq {
			if !yield(k, v) {
				p.leave()
				break
			}
		}
	})
	return p
}

// Next resumes the iterator and returns the next pair; ok is false if it has ended. A panic
// of the iterator passes through.
func (p *Pull2[K, V]) Next() (k K, v V, ok bool) { return p.next() }

// A Pull0 is the like of [Pull] for iterators without values.
type Pull0 struct {
	puller
	next func() (struct{}, bool)
}

// PullSeq0 begins a range over seq, an iterator without values. Nothing of it runs yet.
func PullSeq0[S ~func(yield func() bool)](seq S) *Pull0 {
	p := new(Pull0)
	p.next, p.stop = iter.Pull(func(yield func(struct{}) bool) {
		for range seq {
			if !yield(struct{}{}) {
				p.leave()
				break
			}
		}
	})
	return p
}

// Next resumes the iterator; ok is false if it has ended. A panic of the iterator passes
// through.
func (p *Pull0) Next() (ok bool) {
	_, ok = p.next()
	return ok
}

// puller is the part of a Pull that does not depend on the values.
type puller struct {
	stop func()
	// act is what the body in the coroutine does when the loop is left; nil: break.
	act func()
	// exits says that runtime.Goexit or a cancel goes on where the panic is recovered that leaves
	// the loop.
	exits bool
}

func (p *puller) leave() {
	if p.act != nil {
		p.act()
	}
}

// Stop ends the loop as a break does, and so do return, goto and continue of an outer loop:
// yield returns false, and what the iterator does then is done when Stop returns. Its panics
// pass through. It does nothing if the loop has ended.
func (p *puller) Stop() { p.stop() }

// Panic ends the loop as a panic of its body with v does. What comes out of the iterator, v
// or something else, is raised. If the loop has ended already, v is.
func (p *puller) Panic(v any) {
	if p.exits {
		p.panicExit(v)
		return
	}
	p.act = func() { panic(v) }
	p.stop()
	panic(v)
}

// Exits says, before Panic, that the panic is one of a deferred call that runtime.Goexit or a
// cancel makes. If the iterator recovers it, Panic returns.
func (p *puller) Exits() { p.exits = true }

func (p *puller) panicExit(v any) {
	ended := true
	p.exit(func() {
		ended = false
		defer panic(v)
		runtime.Goexit()
	})
	if ended {
		panic(v)
	}
}

// Exit ends the loop as runtime.Goexit in its body does, and returns. If a deferred call of
// the iterator panics, that is raised.
func (p *puller) Exit() { p.exit(runtime.Goexit) }

// exit ends the loop by act, which calls runtime.Goexit.
func (p *puller) exit(act func()) {
	p.act = act
	// The coroutine's Goexit goes on in whoever resumed it: in a goroutine for the purpose.
	var panicked any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		p.stop()
	}()
	<-done
	if panicked != nil {
		panic(panicked)
	}
}
