package rt

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt/internal/runq"
)

const (
	// serviceEvery is how many polls a worker does between two looks at timers and
	// descriptors, while it has tasks to poll.
	serviceEvery = 61
	// slotRuns is how often in a row a worker prefers the newest task to the oldest. A pair
	// of tasks that talk to each other stays in the slot and in the cache; with a low limit
	// each exchange would wait for the whole queue.
	slotRuns = 128
	// longPoll is how long a worker may go on without a blocking call before it lets other
	// goroutines run, and how long a poll may last before the worker's queue is taken away.
	longPoll = 10 * time.Millisecond
)

// A worker is a queue of tasks, with the duty to poll them, to fire the timers and to watch
// the descriptors. It is driven by one goroutine at a time, its driver: normally always the
// same, but a driver that is stuck in a poll loses the worker to a stand-in.
type worker struct {
	rt    *Runtime
	inbox runq.Inbox[header] // where wakes and spawns go, from any goroutine

	// parking says what the driver is doing, for those who put something in the inbox.
	parking atomic.Uint32
	// running is the task that was stepped last: the monitor looks at its state to find out
	// whether the step goes on. It is nil while the driver is parked.
	running atomic.Pointer[header]
	// due is set by the monitor, now and then, to have the driver look at timers and
	// descriptors although it has not done serviceEvery polls, which may have been slow.
	due      atomic.Bool
	stopping atomic.Bool
	stopped  chan struct{} // closed by the driver when it has seen stopping

	// What follows belongs to the driver. It changes hands with the worker: the monitor's
	// read of running and of the task's state comes after all that the old driver did here.

	queue     runq.Ring[*header]
	slot      *header // the newest task; runs before the queue
	slotRuns  int     // how often in a row it was preferred
	polls     uint32
	lastBreak int64 // when the driver last made a blocking call or yielded
	time      int64 // when the driver last looked at the clock
}

// Values of worker.parking.
const (
	// awake: the driver will look into the inbox before it parks. Set by the driver.
	awake uint32 = iota
	// parked: the driver waits in the reactor, or is about to and will check the inbox once
	// more first. Set by the driver, ended by notify or by the driver.
	parked
	// notified: somebody has ended the wait. Set by notify, so that of many only the first
	// makes the system call; ended by the driver.
	notified
)

func newWorker(r *Runtime) *worker {
	return &worker{
		rt:      r,
		inbox:   runq.NewInbox(runq.At[header](unsafe.Offsetof(header{}.link))),
		stopped: make(chan struct{}),
	}
}

// notify makes a parked driver look around. Whoever gives it a reason to (a task in the
// inbox, an earlier deadline) calls it afterwards. Either the driver, which sets parking
// before it looks for reasons, sees this one, or this sees the driver parked.
func (w *worker) notify() {
	if w.parking.Load() == parked && w.parking.CompareAndSwap(parked, notified) {
		w.rt.io.wake()
	}
}

// stop ends the driver and waits for it. There must be no tasks left.
func (w *worker) stop() {
	w.stopping.Store(true)
	w.rt.io.wake()
	<-w.stopped
}

// next returns the task to step next, or nil if none is queued.
func (w *worker) next() *header {
	if w.polls++; w.polls%serviceEvery == 0 || w.due.Load() {
		w.service()
	}
	if h := w.slot; h != nil {
		w.slot = nil
		if w.slotRuns++; w.slotRuns <= slotRuns {
			return h
		}
		w.queue.Push(h)
	}
	w.slotRuns = 0
	h, _ := w.queue.Pop()
	return h
}

// collect takes what has come into the inbox during a step. The newest goes to the slot: it
// was most likely woken by the task that has just been stepped, and waits for what that task
// has left in the cache.
func (w *worker) collect() {
	if !w.inbox.Empty() {
		w.inbox.Take(w.prefer)
	}
}

// prefer queues a task that is to run next.
func (w *worker) prefer(h *header) {
	if w.slot != nil {
		w.queue.Push(w.slot)
	}
	w.slot = h
}

// admit takes what has come into the inbox from timers, descriptors and other goroutines.
// Nothing there is preferred.
func (w *worker) admit() {
	if !w.inbox.Empty() {
		w.inbox.Take(w.queue.Push)
	}
}

// service looks at timers and descriptors without waiting. It also yields when the driver
// has not done so for long: a driver whose system calls never block looks busy to the Go
// scheduler, which would leave other goroutines of this thread waiting.
func (w *worker) service() {
	w.due.Store(false)
	if w.rt.io.watches() {
		w.poll(0)
	}
	w.time = now()
	w.rt.timers.fire(w.time)
	if w.time-w.lastBreak >= int64(longPoll) {
		runtime.Gosched()
		w.lastBreak = now()
	}
	w.admit()
}

// poll lets the reactor wake who waits for descriptors.
func (w *worker) poll(timeout time.Duration) {
	if _, err := w.rt.io.wait(timeout); err != nil {
		panic(err) // the poller itself is broken: nothing that waits would ever go on
	}
}

// park waits until there is something to do. A blocking wait costs a thread switch, so it
// looks for work once more, and lets other goroutines use the time, which may well lead to
// some.
func (w *worker) park() {
	w.service()
	if w.queue.Len() > 0 {
		return
	}
	runtime.Gosched()
	w.running.Store(nil)
	w.parking.Store(parked)
	timeout := w.rt.timers.arm()
	if timeout != 0 && w.inbox.Empty() && !w.stopping.Load() {
		w.poll(timeout)
	} else {
		w.unpark()
	}
	w.time = now()
	w.lastBreak = w.time
	w.rt.timers.fire(w.time)
	w.admit()
}

// unpark ends the state of being parked. The reactor calls it after a wait that could block,
// before it wakes anybody: those wakes need not be told to a driver that is awake already.
func (w *worker) unpark() {
	w.parking.Store(awake)
	w.rt.mon.resume()
}

// A driver is a goroutine that drives a worker.
type driver struct {
	worker *worker // nil once a stand-in has it
	cx     Context
	// task is being stepped. It tells a task that panics or exits from a fault of the
	// runtime.
	task *header
	// yielded: the task that is being stepped is to be polled again, after others.
	yielded bool
	// shard is where the tasks go that are spawned here.
	shard uint16
	// time is about when the step began.
	time int64
}

func newDriver(w *worker) *driver {
	d := &driver{worker: w, cx: Context{rt: w.rt}}
	d.cx.driver = d
	return d
}

// schedule queues a task of this runtime, from inside a poll or between two. During a poll the
// worker may be lost to a stand-in at any moment, so that its queue must not be touched, but its
// inbox may.
func (d *driver) schedule(h *header) {
	w := d.worker
	switch {
	case w == nil:
		h.rt.schedule(h)
	case d.task == nil:
		w.prefer(h)
	default:
		w.inbox.Push(h)
		w.notify()
	}
}

// drive is the goroutine's function. It returns when the worker is stopped or was lost. If a
// task calls runtime.Goexit, which cannot be stopped, another goroutine takes over.
func (d *driver) drive() {
	returned := false
	defer func() {
		if !returned && d.worker != nil {
			go newDriver(d.worker).drive()
		}
	}()
	for d.stepAll() {
	}
	returned = true
}

// stepAll steps tasks until the worker is stopped or lost, or a task panics; it reports
// whether to go on. Panics are caught here, once for all tasks, because a deferred function
// for each step would cost as much as the step.
func (d *driver) stepAll() (again bool) {
	defer func() {
		if d.task != nil {
			again = d.unwound(recover())
		}
	}()
	for {
		w := d.worker
		h := w.next()
		if h == nil {
			if w.stopping.Load() {
				close(w.stopped)
				return false
			}
			d.cx.waker, d.cx.task = Waker{}, nil // which would keep an old task alive
			w.park()
			continue
		}
		d.task, d.yielded, d.time = h, false, w.time
		w.running.Store(h)
		d.cx.waker, d.cx.task = Waker{&h.wakeTarget}, h
		d.cx.begin()
		if !d.settle(h, h.step(&d.cx)) {
			return false
		}
	}
}

// settle does what the outcome of a step asks for, and reports whether the driver still has
// its worker.
func (d *driver) settle(h *header, s step) bool {
	d.task = nil
	if s.left&retaken != 0 {
		d.worker = nil
	}
	w := d.worker
	if w == nil {
		if s.done {
			h.announce(&d.cx)
		} else if s.push {
			h.rt.schedule(h)
		}
		return false
	}
	w.collect()
	if s.done {
		h.announce(&d.cx)
		w.collect()
	}
	if s.push {
		w.queue.Push(h)
	}
	return true
}

// unwound ends the task whose step was unwound, by runtime.Goexit or by a panic; v is what
// the deferred function that calls unwound got from recover. It runs above the frames of the panic, so that the stack is complete, also
// the one that is printed if the process ends here.
func (d *driver) unwound(v any) (again bool) {
	h := d.task
	if !inFlight(v, 1).panicking {
		return d.settle(h, h.abandon(ErrGoexit))
	}
	e := &PanicError{Value: v, Stack: debug.Stack()}
	s := h.abandon(e)
	if s.left&detached != 0 {
		d.task = nil
		panic(e)
	}
	return d.settle(h, s)
}
