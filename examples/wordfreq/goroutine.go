package main

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// onGoroutine returns a future of calling f, which may block: the call is made by a goroutine
// that the first poll starts, and the task that waits for it is suspended. If the future is
// canceled, the call goes on, and its result is dropped.
//
//async:new
func onGoroutine[T any](f func() (T, error)) *goroutineFuture[T] {
	return &goroutineFuture[T]{call: f}
}

// A goroutineFuture is the future of [onGoroutine].
type goroutineFuture[T any] struct {
	rt.Pin
	call   func() (T, error) // nil once it was started
	shared *outcome[T]       // nil before that, and at the end
}

// An outcome is what the goroutine and the future share: it must not be part of the future,
// which may be gone when the goroutine has finished.
type outcome[T any] struct {
	mu    sync.Mutex
	value T
	err   error
	ready bool
	waker rt.Waker // of the last poll
}

// Poll starts the goroutine, or looks whether it has finished.
func (f *goroutineFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if f.call != nil {
		f.shared = &outcome[T]{waker: cx.Waker()}
		go f.shared.fill(f.call)
		f.call = nil
		return rt.Pending[T]()
	}
	if f.shared == nil {
		panic(rt.Completed("onGoroutine"))
	}
	o := f.shared
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ready {
		o.waker = cx.Waker()
		return rt.Pending[T]()
	}
	f.shared = nil
	return rt.Finish(o.value, o.err)
}

// fill makes the call and wakes who waits for it.
func (o *outcome[T]) fill(call func() (T, error)) {
	value, err := call()
	o.mu.Lock()
	o.value, o.err, o.ready = value, err, true
	w := o.waker
	o.mu.Unlock()
	w.Wake()
}

// Cancel forgets the goroutine.
func (f *goroutineFuture[T]) Cancel() { f.call, f.shared = nil, nil }

// Await waits for the call.
func (f *goroutineFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*goroutineFuture[T]).Poll)
	return p.Value, p.Err
}
