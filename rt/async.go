package rt

import (
	"runtime"
	"sync"
)

// An AsyncFuture is the future of [Async].
type AsyncFuture[T any] interface {
	Future[T]
	// Await waits for the function's results.
	Await() (T, error)
}

// An AsyncErrFuture is the future of [AsyncErr].
type AsyncErrFuture interface {
	Future[struct{}]
	// Await waits for the function's result.
	Await() error
}

// Async returns a future of what fn returns. Nothing runs before the first poll.
//
// In an annotated function a literal as its argument becomes a machine of its own, in which
// awaits suspend and which captures variables as any literal does; the future is that
// machine. Elsewhere fn runs on a goroutine that the first poll starts, and canceling the
// future, or stopping the task that waits, only discards the results. A panic of fn, or its
// runtime.Goexit, then happens in the poll that would return the results, with the
// goroutine's stack lost.
func Async[T any](fn func() (T, error)) AsyncFuture[T] { return &goFuture[T]{fn: fn} }

// AsyncErr is [Async] for a function that returns an error only.
func AsyncErr(fn func() error) AsyncErrFuture {
	return &goErrFuture{goFuture[struct{}]{fn: func() (struct{}, error) { return struct{}{}, fn() }}}
}

// A goFuture runs a function on a goroutine.
type goFuture[T any] struct {
	Pin
	fn  func() (T, error) // nil once it was started or canceled
	run *goRun[T]         // nil before the first poll and after the end
}

// A goRun is what a goFuture shares with its goroutine.
type goRun[T any] struct {
	mu    sync.Mutex
	waker Waker // of the last poll
	// What follows is constant once ended is true.
	ended bool
	how   runEnd
	panic any
	value T
	err   error
}

// A runEnd says how a function has ended.
type runEnd uint8

const (
	exited   runEnd = iota // by runtime.Goexit: nothing else was noted
	returned               // with results
	panicked               // with a panic
)

// start runs fn. The goroutine's own end tells it apart from a panic: recover cannot see a
// Goexit.
func (r *goRun[T]) start(fn func() (T, error)) {
	defer r.end()
	defer func() {
		if r.how == exited {
			if r.panic = recover(); r.panic != nil {
				r.how = panicked
			}
		}
	}()
	r.value, r.err = fn()
	r.how = returned
}

// end makes the outcome known.
func (r *goRun[T]) end() {
	r.mu.Lock()
	r.ended = true
	w := r.waker
	r.waker = Waker{}
	r.mu.Unlock()
	w.Wake()
}

// wait reports whether fn has ended; if not, w is called when it has.
func (r *goRun[T]) wait(w Waker) (ended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.waker = w
	}
	return r.ended
}

// Poll is ready when the function has returned.
func (f *goFuture[T]) Poll(cx *Context) Poll[T] {
	if f.fn != nil {
		f.run = &goRun[T]{}
		go f.run.start(f.fn)
		f.fn = nil
	}
	r := f.run
	if r == nil {
		panic(Completed("rt.Async"))
	}
	if err := cx.Stopped(); err != nil && !r.wait(Waker{}) {
		if !cx.Spend() {
			return Pending[T]()
		}
		f.run = nil
		return Fail[T](err)
	}
	if !r.wait(cx.Waker()) || !cx.Spend() {
		return Pending[T]()
	}
	f.run = nil
	switch r.how {
	case panicked:
		panic(r.panic)
	case exited:
		runtime.Goexit()
	}
	return Finish(r.value, r.err)
}

// Cancel discards the results of the function, which runs to its end if it was started.
func (f *goFuture[T]) Cancel() {
	if r := f.run; r != nil {
		r.mu.Lock()
		r.waker = Waker{}
		r.mu.Unlock()
	}
	f.fn, f.run = nil, nil
}

// Where says that a goroutine has the function.
func (f *goFuture[T]) Where(w *Where) { w.Operation("rt.Async") }

// Await waits for the results. A function that was not started yet runs right here.
func (f *goFuture[T]) Await() (T, error) {
	if fn := f.fn; fn != nil {
		f.fn = nil
		return fn()
	}
	p := Block(f, (*goFuture[T]).Poll)
	return p.Value, p.Err
}

// A goErrFuture is a goFuture without a value.
type goErrFuture struct{ goFuture[struct{}] }

// Await waits for the result.
func (f *goErrFuture) Await() error {
	_, err := f.goFuture.Await()
	return err
}
