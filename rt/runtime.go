package rt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt/internal/runq"
)

// A Runtime polls tasks, fires timers and watches descriptors. Its methods may be called by
// any goroutine. This file wires its parts, none of which knows the others.
type Runtime struct {
	name   string
	tasks  taskList
	timers timerQueue
	crew   crew
	mon    monitor
	// blocking runs what must not block the worker.
	blocking blockingPool
	sim      *simulation // instead of crew and mon; nil unless the runtime is simulated

	// closing lets one Shutdown at a time stop the parts; stopped says that it was done.
	closing sync.Mutex
	stopped bool
}

// Options say what a new runtime is like. The zero Options are fine.
type Options struct {
	// Workers is the number of goroutines that poll tasks, as many at the same time; others stand in
	// for them only while a poll blocks. If it is not positive there are as many as Go runs threads
	// at once when the runtime is started, GOMAXPROCS. One does with less synchronisation than several,
	// and two tasks of it are never polled at the same time.
	Workers int
	// BlockingLimit is how many functions of [Blocking] run at once; 512 if it is not positive.
	BlockingLimit int
	// Name stands in reports about the runtime.
	Name string
}

// Workers returns Options with that number of workers.
func Workers(n int) Options { return Options{Workers: n} }

// New starts a runtime. It holds a few goroutines and descriptors until it is shut down. If
// the system refuses the descriptors, New panics.
func New(options Options) *Runtime {
	n := options.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	n = min(n, maxWorkers)
	r := &Runtime{name: options.Name, tasks: newTaskList(n)}
	if r.blocking.limit = options.BlockingLimit; r.blocking.limit <= 0 {
		r.blocking.limit = defaultBlockingLimit
	}
	r.crew.global = runq.NewGlobal(linkPlace)
	r.timers.init(r.now, r.crew.sooner)
	for i := range n {
		w, err := newWorker(r, i, n == 1)
		if err != nil {
			for _, w := range r.crew.workers {
				_ = w.io.close()
			}
			panic(fmt.Errorf("rt: cannot start a runtime: %w", err))
		}
		r.crew.workers = append(r.crew.workers, w)
	}
	r.mon.start(r.crew.workers)
	for _, w := range r.crew.workers {
		go newDriver(w).drive()
	}
	return r
}

// maxWorkers is as many as can be told apart in the state of a task; the last number is that of whoever
// looks at a task without polling it.
const maxWorkers = 1<<workerBits - 1

// current is what Default returns, nil until somebody asks.
var current struct {
	sync.Mutex // held to set it
	atomic.Pointer[Runtime]
}

// Default returns the runtime of code that does not say which one it means. It is the one
// that SetDefault was given, or else is started by the first call.
func Default() *Runtime {
	if r := current.Load(); r != nil {
		return r
	}
	current.Lock()
	defer current.Unlock()
	if r := current.Load(); r != nil {
		return r
	}
	r := New(Options{Name: "default"})
	current.Store(r)
	return r
}

// SetDefault makes r what Default returns from now on; with nil the next call of Default
// starts another. The runtime that was the default before goes on running.
func SetDefault(r *Runtime) {
	current.Lock()
	defer current.Unlock()
	current.Store(r)
}

// Shutdown ends a runtime. It lets no more tasks be spawned, cancels those that are there
// and waits until they have ended, which includes their deferred calls. Then the runtime
// stops: its goroutines end, its descriptors are closed, sleeps that plain code still waits
// for fail with [ErrShutdown].
//
// If ctx ends first, Shutdown returns an error that wraps ctx's and tells what is left. The
// runtime then goes on with the rest, and Shutdown may be called again. It returns nil if
// the runtime has stopped, now or before. Several may call it at once: each waits for the end.
//
// A task of the runtime cannot shut it down, since it would wait for itself: it gets an error at once,
// and nothing has happened. It can have a goroutine do it and go on. A simulated runtime is ended
// by whoever runs the simulation.
//
// What needs no worker works also afterwards: channels and locks, [Run] of what is ready or is woken by
// somebody else, functions of [Blocking], which Shutdown does not wait for.
func (r *Runtime) Shutdown(ctx context.Context) error {
	if r.sim != nil {
		return errSimulated
	}
	if r.crew.drivers.calling() {
		return fmt.Errorf("rt: shutdown of runtime %q by one of its own tasks, for which it would wait", r.name)
	}
	left, empty := r.tasks.close()
	for _, h := range left {
		h.requestCancel()
	}
	select {
	case <-empty:
	case <-ctx.Done():
		if !isClosed(empty) { // of two that are ready, select takes any
			return r.unfinished(ctx.Err())
		}
	}
	r.closing.Lock()
	defer r.closing.Unlock()
	if r.stopped {
		return nil
	}
	r.stopped = true
	r.mon.stop()
	for _, w := range r.crew.workers {
		w.stop()
	}
	r.timers.close()
	r.blocking.close()
	var errs []error
	for _, w := range r.crew.workers {
		errs = append(errs, w.io.close())
	}
	return errors.Join(errs...)
}

func isClosed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// errSimulated is what comes of asking a simulated runtime for something that it has not.
var errSimulated = errors.New("rt: not on a simulated runtime")

// unfinished returns the error of a Shutdown that could not wait any longer.
func (r *Runtime) unfinished(why error) error {
	count, names := r.tasks.names(10)
	which := ""
	if len(names) > 0 {
		which = " (" + strings.Join(names, ", ") + ")"
	}
	return fmt.Errorf("rt: shutdown of runtime %q: %d tasks have not ended%s: %w", r.name, count, which, why)
}

// schedule queues a task, from any goroutine.
func (r *Runtime) schedule(h *header) {
	if r.sim != nil {
		r.sim.schedule(h)
		return
	}
	r.crew.queue(h)
}
