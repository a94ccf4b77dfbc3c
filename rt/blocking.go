package rt

import (
	"runtime"
	"sync"
	"time"
)

// defaultBlockingLimit is how many functions run at once if Options do not say. Each may hold a
// thread of the system, of which Go allows ten thousand.
const defaultBlockingLimit = 512

// keptFor is how long at least a goroutine without a function is kept.
const keptFor = 10 * time.Second

// A blockingPool runs functions that block, on goroutines, up to a number of them at once. What
// is more waits in the order in which it came.
//
// A goroutine is kept when its function has ended, since a new one begins with a small stack, and to
// make that larger costs more than most functions that do not block after all. Those that nobody has
// needed for some time end.
type blockingPool struct {
	limit   int
	mu      sync.Mutex // guards what follows
	running int
	// first and last are the ends of the list of jobs that wait.
	first, last *blockingJob
	// kept are the goroutines without a function, each of which waits for one from its channel. The one
	// that is used next is the last to have come: its stack is most likely in the cache.
	kept []chan *blockingJob
	// unneeded is how many of them, from the first on, nobody has needed since trim was called last.
	unneeded int
	trimming *time.Timer // nil while nothing is kept
	closed   bool
}

// A blockingJob is a function with its place in the list of those that wait.
type blockingJob struct {
	of         interface{ do() } // what it is part of
	prev, next *blockingJob
	waits      bool // it is in the list
}

// submit has j run as soon as there is room. Only if keep is set it may do so on a goroutine that is
// kept, and have its own kept: in a bubble of testing/synctest goroutines have to stay among themselves.
func (p *blockingPool) submit(j *blockingJob, keep bool) {
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
	n := len(p.kept) - 1
	if !keep || n < 0 {
		p.mu.Unlock()
		go p.work(j, keep)
		return
	}
	jobs := p.kept[n]
	p.kept = p.kept[:n]
	p.unneeded = min(p.unneeded, n)
	p.mu.Unlock()
	jobs <- j
}

// work runs j, and then others for as long as there are any, or with keep until it is not needed any
// more. A function that calls runtime.Goexit ends the goroutine, and another goes on.
func (p *blockingPool) work(j *blockingJob, keep bool) {
	ended := false
	defer func() {
		if !ended {
			if j := p.next(nil); j != nil {
				go p.work(j, keep)
			}
		}
	}()
	var jobs chan *blockingJob
	if keep {
		jobs = make(chan *blockingJob, 1)
	}
	for j != nil {
		j.of.do()
		if j = p.next(jobs); j == nil && keep {
			j = p.rest(jobs)
		}
	}
	ended = true
}

// rest waits until the goroutine is needed, or is to end. It is a function for those who look for goroutines
// that were left behind, to know it by.
func (p *blockingPool) rest(jobs chan *blockingJob) *blockingJob { return <-jobs }

// next ends a job and takes out the one that has waited longest. If there is none it returns nil, and
// the goroutine that waits for one from the channel is kept.
func (p *blockingPool) next(jobs chan *blockingJob) *blockingJob {
	p.mu.Lock()
	defer p.mu.Unlock()
	j := p.first
	if j != nil {
		p.unlink(j)
		return j
	}
	p.running--
	switch {
	case jobs == nil:
	case p.closed:
		close(jobs)
	default:
		p.kept = append(p.kept, jobs)
		if p.trimming == nil {
			p.unneeded = 0
			p.trimming = time.AfterFunc(keptFor, p.trim)
		}
	}
	return nil
}

// trim ends the goroutines that nobody has needed since it was called last.
func (p *blockingPool) trim() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.dismiss(p.unneeded)
	if p.unneeded = len(p.kept); p.unneeded == 0 {
		p.trimming = nil
	} else {
		p.trimming.Reset(keptFor)
	}
}

// dismiss ends the first n goroutines that are kept. p.mu is held.
func (p *blockingPool) dismiss(n int) {
	for _, jobs := range p.kept[:n] {
		close(jobs)
	}
	p.kept = append(p.kept[:0], p.kept[n:]...)
}

// close ends all goroutines without a function, and has the others end when their functions have.
func (p *blockingPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.trimming != nil {
		p.trimming.Stop()
	}
	p.dismiss(len(p.kept))
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
	run  *blockingRun[T]   // from then on to the end
	pool *blockingPool
}

// A blockingRun is what a BlockingFuture shares with the pool.
type blockingRun[T any] struct {
	goRun[T]
	job blockingJob
	fn  func() (T, error)
}

// do calls the function.
func (r *blockingRun[T]) do() { r.start(r.fn) }

// Blocking returns a future of what fn returns, which may block its goroutine: in a system call, a
// library, a lock. The first poll hands fn to the goroutines that the runtime keeps for the
// purpose, at most [Options.BlockingLimit] at a time; if all are taken, fn waits for its turn. The
// goroutine runs other functions afterwards: what fn changes about it, such as with
// [runtime.LockOSThread], it must undo. A panic
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
			f.submit(cx.Runtime(), cx.driver != nil)
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
	f.run, f.pool = nil, nil
	switch r.how {
	case panicked:
		panic(r.panic)
	case exited:
		runtime.Goexit()
	}
	return Finish(r.value, r.err)
}

// submit hands the function to the pool of r.
func (f *BlockingFuture[T]) submit(r *Runtime, keep bool) {
	run := &blockingRun[T]{fn: f.fn}
	run.job.of = run
	f.fn, f.run, f.pool = nil, run, &r.blocking
	f.pool.submit(&run.job, keep)
}

// Cancel discards the results of the function, which runs to its end if it has begun.
func (f *BlockingFuture[T]) Cancel() {
	if r := f.run; r != nil {
		f.pool.withdraw(&r.job)
		r.wait(Waker{})
	}
	f.fn, f.run, f.pool = nil, nil, nil
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
