package rt

import (
	"runtime"
	"sync"
)

// defaultBlockingLimit is how many functions run at once if Options do not say. Each may hold a
// thread of the system, of which Go allows ten thousand.
const defaultBlockingLimit = 512

// A blockingPool runs functions that block, on goroutines, up to a number of them at once. What
// is more waits in the order in which it came.
type blockingPool struct {
	limit   int
	mu      sync.Mutex // guards what follows
	running int
	// first and last are the ends of the list of jobs that wait.
	first, last *blockingJob
}

// A blockingJob is a function with its place in the list of those that wait.
type blockingJob struct {
	run        func()
	prev, next *blockingJob
	waits      bool // it is in the list
}

// submit has j run as soon as there is room.
func (p *blockingPool) submit(j *blockingJob) {
	p.mu.Lock()
	if p.running >= p.limit {
		j.waits = true
		if j.prev = p.last; p.last != nil {
			p.last.next = j
		} else {
			p.first = j
		}
		p.last = j
		p.mu.Unlock()
		return
	}
	p.running++
	p.mu.Unlock()
	go p.work(j)
}

// work runs j, and then others for as long as there are any. A function that calls runtime.Goexit
// ends the goroutine, and another goes on.
func (p *blockingPool) work(j *blockingJob) {
	ended := false
	defer func() {
		if !ended {
			if j := p.next(); j != nil {
				go p.work(j)
			}
		}
	}()
	for ; j != nil; j = p.next() {
		j.run()
	}
	ended = true
}

// next ends a job and takes out the one that has waited longest, or returns nil.
func (p *blockingPool) next() *blockingJob {
	p.mu.Lock()
	defer p.mu.Unlock()
	j := p.first
	if j == nil {
		p.running--
		return nil
	}
	p.unlink(j)
	return j
}

// withdraw takes out a job that waits, and reports whether it did: if not, the job has begun.
func (p *blockingPool) withdraw(j *blockingJob) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !j.waits {
		return false
	}
	p.unlink(j)
	return true
}

// unlink takes a job out of the list. p.mu is held.
func (p *blockingPool) unlink(j *blockingJob) {
	if j.prev != nil {
		j.prev.next = j.next
	} else {
		p.first = j.next
	}
	if j.next != nil {
		j.next.prev = j.prev
	} else {
		p.last = j.prev
	}
	j.prev, j.next, j.waits = nil, nil, false
}

// A BlockingFuture runs a function that blocks, see [Blocking].
type BlockingFuture[T any] struct {
	Pin
	fn   func() (T, error) // nil once it was handed to the pool or canceled
	run  *goRun[T]         // from then on to the end
	pool *blockingPool
	job  *blockingJob
}

// Blocking returns a future of what fn returns, which may block its goroutine: in a system call, a
// library, a lock. The first poll hands fn to the goroutines that the runtime keeps for the
// purpose, at most [Options.BlockingLimit] at a time; if all are taken, fn waits for its turn. A panic
// of fn, or its runtime.Goexit, happens in the poll that would return the results, with the
// goroutine's stack lost.
//
// Canceling the future, or stopping the task that waits, keeps a function from running that still
// waits for its turn; of one that has begun the results are discarded, and nobody waits for it,
// [Runtime.Shutdown] included. Awaits in fn block its goroutine. In plain code Await calls fn itself.
//
//async:new
func Blocking[T any](fn func() (T, error)) *BlockingFuture[T] { return &BlockingFuture[T]{fn: fn} }

// Poll is ready when the function has returned.
func (f *BlockingFuture[T]) Poll(cx *Context) Poll[T] {
	if fn := f.fn; fn != nil {
		if cx.Stopped() == nil {
			if cx.Runtime().sim != nil {
				f.fn = nil
				return Finish(fn()) // in a simulation nothing happens at the same time
			}
			f.submit(cx.Runtime())
		}
	} else if f.run == nil {
		panic(Completed("rt.Blocking"))
	}
	r := f.run
	if err := cx.Stopped(); err != nil && (r == nil || !r.wait(Waker{})) {
		if !cx.Spend() {
			return Pending[T]()
		}
		f.Cancel()
		return Fail[T](err)
	}
	if !r.wait(cx.Waker()) || !cx.Spend() {
		return Pending[T]()
	}
	f.run, f.pool, f.job = nil, nil, nil
	switch r.how {
	case panicked:
		panic(r.panic)
	case exited:
		runtime.Goexit()
	}
	return Finish(r.value, r.err)
}

// submit hands the function to the pool of r.
func (f *BlockingFuture[T]) submit(r *Runtime) {
	fn, run := f.fn, &goRun[T]{}
	f.fn, f.run, f.pool = nil, run, &r.blocking
	f.job = &blockingJob{run: func() { run.start(fn) }}
	f.pool.submit(f.job)
}

// Cancel discards the results of the function, which runs to its end if it has begun.
func (f *BlockingFuture[T]) Cancel() {
	if r := f.run; r != nil {
		f.pool.withdraw(f.job)
		r.wait(Waker{})
	}
	f.fn, f.run, f.pool, f.job = nil, nil, nil, nil
}

// Await calls the function, unless it was polled before: then it waits for the results.
func (f *BlockingFuture[T]) Await() (T, error) {
	if fn := f.fn; fn != nil {
		f.fn = nil
		return fn()
	}
	p := Block(f, (*BlockingFuture[T]).Poll)
	return p.Value, p.Err
}
