package afs

import (
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// An Op is the future of a call of package os in the blocking pool. If it is canceled before the call has
// begun, there is none. One that has begun goes on, and what it was to do is done, now or a little
// later; its result is dropped.
type Op[T any] struct {
	rt.Pin
	call *call[T]                     // nil when it is done
	pool *rt.BlockingFuture[struct{}] // nil before the first poll
}

// A call is a call of package os and what has come of it.
type call[T any] struct {
	run     func() (T, error)
	discard func(T) // what to do with a result that nobody wants, if anything

	mu        sync.Mutex
	done      bool
	abandoned bool
	value     T
	err       error
}

// op returns the future of a call.
func op[T any](run func() (T, error)) *Op[T] { return &Op[T]{call: &call[T]{run: run}} }

// do returns the future of a call without a result.
func do(run func() error) *Op[struct{}] {
	return op(func() (struct{}, error) { return struct{}{}, run() })
}

// work makes the call, on a goroutine of the pool.
func (c *call[T]) work() (struct{}, error) {
	v, err := c.run()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done, c.value, c.err = true, v, err
	c.settle()
	return struct{}{}, nil
}

// abandon is called when nobody waits for the result any more.
func (c *call[T]) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abandoned = true
	c.settle()
}

// settle discards a result that nobody wants.
func (c *call[T]) settle() {
	if c.done && c.abandoned && c.err == nil && c.discard != nil {
		c.discard(c.value)
		c.discard = nil
	}
}

// Poll starts the call, and is ready when that has ended.
func (f *Op[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if f.call == nil {
		panic(rt.Completed("afs.Op"))
	}
	if f.pool == nil {
		f.pool = rt.Blocking(f.call.work)
	}
	p := f.pool.Poll(cx)
	if !p.Ready {
		return rt.Pending[T]()
	}
	c := f.call
	f.call, f.pool = nil, nil
	if p.Err != nil { // the call was not made, or not waited for
		c.abandon()
		return rt.Fail[T](p.Err)
	}
	return rt.Finish(c.value, c.err)
}

// Cancel gives up waiting for the call.
func (f *Op[T]) Cancel() {
	if f.call != nil && f.pool != nil {
		f.pool.Cancel()
		f.call.abandon()
	}
	f.call, f.pool = nil, nil
}

// Where says where the future stands.
func (f *Op[T]) Where(w *rt.Where) { w.Operation("afs.Op") }

// Await waits for the future.
func (f *Op[T]) Await() (T, error) {
	p := rt.Block(f, (*Op[T]).Poll)
	return p.Value, p.Err
}
