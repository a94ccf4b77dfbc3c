package rt

import (
	"runtime"
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
	// yieldEvery is how often a worker that is about to park lets other goroutines run first, at
	// most, unless it has reason to think that it helps; see giveWay.
	yieldEvery = 4 * time.Millisecond
)

// A worker is a queue of tasks, with the duty to poll them, to fire the timers and to watch
// the descriptors that tasks of its own were the first to wait for. It is driven by one goroutine at
// a time, its driver: normally always the same, but a driver that is stuck in a poll loses the
// worker to a stand-in.
type worker struct {
	rt    *Runtime
	index int // in the crew
	io    *reactor
	// inbox is where tasks go that are woken or spawned in the polls of the worker's own tasks,
	// and if there is no other worker those of everybody else.
	inbox runq.Inbox[header]
	// local is the queue if there are other workers, who may steal from it. Otherwise it is nil,
	// and the queue is ring.
	local *runq.Local[header]

	// parking says what the driver is doing, for those who put something in the inbox.
	parking atomic.Uint32
	// patience is how many polls the driver does until it attends to other things: serviceEvery, or
	// none if the monitor has set watched or due. So one comparison, which has to be made anyway, is
	// all that polls pay for the monitor. The driver alone raises it, before it looks at these two.
	patience atomic.Uint32
	// watched is set by the monitor: the driver has to publish in running what it steps. Then running
	// is the task that was stepped last, and the monitor looks at its state to find out whether the
	// step goes on. It is nil while the driver is parked.
	watched atomic.Bool
	running atomic.Pointer[header]
	// due is set by the monitor, now and then, to have the driver look at timers and
	// descriptors although it has not done serviceEvery polls, which may have been slow. If it stays
	// set, the driver is stuck in a poll.
	due      atomic.Bool
	rises    atomic.Uint32 // how often the driver was unparked; it alone changes it
	stopping atomic.Bool
	stopped  chan struct{} // closed by the driver when it has seen stopping
	// summoned: somebody has woken the worker to search. Guarded by the crew's lock.
	summoned bool

	// What follows belongs to the driver. It changes hands with the worker: the monitor's
	// read of running and of the task's state comes after all that the old driver did here.

	ring      runq.Ring[*header]
	slot      *header // the newest task; runs before the queue
	slotRuns  int     // how often in a row it was preferred
	unserved  uint32  // polls since the last look at timers and descriptors
	searching bool    // counted in the crew: the driver looks for tasks elsewhere
	lastBreak int64   // when the driver last made a blocking call or yielded
	lastYield int64   // about when it last yielded before it parked
	time      int64   // when the driver last looked at the clock
	answers   bool    // other goroutines have work for the worker now and then
	cramped   bool    // Go had one processor when the driver last yielded before it parked
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

// linkPlace is where a task has its link.
var linkPlace = runq.At[header](unsafe.Offsetof(header{}.link))

// newWorker returns a worker of a crew; alone says that there is no other.
func newWorker(r *Runtime, index int, alone bool) (*worker, error) {
	io, err := newReactor()
	if err != nil {
		return nil, err
	}
	w := &worker{
		rt:      r,
		index:   index,
		io:      io,
		inbox:   runq.NewInbox(linkPlace),
		stopped: make(chan struct{}),
		time:    now(),
	}
	w.patience.Store(serviceEvery)
	if !alone {
		w.local = new(runq.Local[header])
	}
	return w, nil
}

// notify makes a parked driver look around. Whoever gives it a reason to (a task in the
// inbox, an earlier deadline) calls it afterwards. Either the driver, which sets parking
// before it looks for reasons, sees this one, or this sees the driver parked.
func (w *worker) notify() {
	if w.parking.Load() == parked && w.parking.CompareAndSwap(parked, notified) {
		w.io.wake()
	}
}

// stop ends the driver and waits for it. There must be no tasks left.
func (w *worker) stop() {
	w.stopping.Store(true)
	w.io.wake()
	<-w.stopped
}

// next returns the task to step next, or nil if none is queued.
func (w *worker) next() *header {
	publish := false
	if w.unserved++; w.unserved >= w.patience.Load() {
		publish = w.attend()
	}
	h := w.pick()
	if h != nil && w.local != nil {
		w.share()
	}
	if publish {
		w.running.Store(h)
	}
	return h
}

// attend is called when it is time for timers and descriptors, or when the monitor wants something. It
// reports whether the task that is stepped next has to be published.
func (w *worker) attend() (publish bool) {
	if w.patience.Load() != serviceEvery {
		w.patience.Store(serviceEvery)
	}
	if w.unserved >= serviceEvery || w.due.Load() {
		w.service()
	}
	if publish = w.watched.Load(); publish {
		w.patience.Store(0)
	}
	return publish
}

// pick takes a task out of the slot or the queue.
func (w *worker) pick() *header {
	if h := w.slot; h != nil {
		w.slot = nil
		if w.slotRuns++; w.slotRuns <= slotRuns {
			return h
		}
		w.push(h)
	}
	w.slotRuns = 0
	return w.pop()
}

// push adds a task at the end of the queue.
func (w *worker) push(h *header) {
	if w.local == nil {
		w.ring.Push(h)
		return
	}
	for !w.local.Push(h) {
		w.local.Spill(w.rt.crew.global.Push)
	}
}

// pop takes the first task of the queue.
func (w *worker) pop() *header {
	if w.local == nil {
		h, _ := w.ring.Pop()
		return h
	}
	return w.local.Pop()
}

// idle reports whether nothing is queued.
func (w *worker) idle() bool {
	return w.slot == nil && w.ring.Len() == 0 && (w.local == nil || w.local.Len() == 0)
}

// prefer queues a task that is to run next.
func (w *worker) prefer(h *header) {
	if w.slot != nil {
		w.push(w.slot)
	}
	w.slot = h
}

// collect takes what has come into the inbox during a step. The newest goes to the slot: it
// was most likely woken by the task that has just been stepped, and waits for what that task
// has left in the cache.
func (w *worker) collect() {
	if w.inbox.Empty() {
		return
	}
	for h := w.inbox.Take(); h != nil; {
		next := w.inbox.Next(h)
		w.prefer(h)
		h = next
	}
}

// wake wakes somebody for a timer or a descriptor, between two polls. Nothing of that kind is
// preferred.
func (w *worker) wake(waker Waker) {
	if t := waker.target; t == nil || t.kind != wakeTask || t.task().rt != w.rt {
		waker.Wake()
	} else if h := t.task(); h.state.wake() {
		w.push(h)
	}
}

// service looks at timers, descriptors and what others have queued, without waiting. It also yields
// when the driver has not done so for long: a driver whose system calls never block looks busy to
// the Go scheduler, which would leave other goroutines of this thread waiting.
func (w *worker) service() {
	w.unserved = 0
	if w.due.Load() {
		w.due.Store(false)
	}
	if w.io.watches() {
		w.poll(0)
	}
	w.fire()
	if now := now(); now-w.lastBreak >= int64(longPoll) {
		runtime.Gosched()
		w.lastBreak = now
	}
	w.admit()
}

// fire wakes whose time has come.
func (w *worker) fire() {
	w.time = now()
	w.rt.timers.fire(w.time, w.wake)
}

// admit takes what has come from timers, descriptors and other goroutines.
func (w *worker) admit() {
	w.empty(&w.inbox)
	if w.local != nil {
		w.rt.crew.draw(w)
	}
}

// empty moves what is in an inbox, its own or another worker's, to the end of the queue.
func (w *worker) empty(inbox *runq.Inbox[header]) {
	if inbox.Empty() {
		return
	}
	for h := inbox.Take(); h != nil; {
		next := inbox.Next(h)
		w.push(h)
		h = next
	}
}

// poll lets the reactor wake who waits for descriptors.
func (w *worker) poll(timeout time.Duration) {
	if _, err := w.io.wait(timeout, w); err != nil {
		panic(err) // the poller itself is broken: nothing that waits would ever go on
	}
}

// park waits until there is something to do. A worker with others looks at its own timers and
// descriptors once more, before it looks for what they have. One that is alone does not: the
// wait returns at once if there is anything.
func (w *worker) park() {
	if w.local != nil {
		w.service()
	} else {
		w.admit()
	}
	if !w.idle() || w.local != nil && w.search() {
		return
	}
	w.unserved = 0
	w.rt.crew.endSearch(w)
	w.giveWay()
	if w.running.Load() != nil {
		w.running.Store(nil)
	}
	w.parking.Store(parked)
	timeout := w.rt.crew.rest(w)
	if timeout != 0 && w.inbox.Empty() && !w.stopping.Load() && !w.rt.crew.work() {
		w.poll(timeout)
	} else {
		w.unpark()
	}
	w.fire()
	w.lastBreak = w.time
	w.admit()
	if w.searching && w.idle() {
		w.search()
	}
}

// giveWay lets other goroutines run before the driver parks. Those that its tasks have made ready
// wait for its processor if no other is idle, and would go on waiting: the scheduler finds out
// late that the driver waits for the system. What they do may well lead to work for the worker,
// without a switch of threads.
//
// But if there are none, and a processor is idle, the scheduler wakes a thread to look for them, and
// the driver may find itself on that. To a server that parks with every fourth request this is a tenth
// of all that it does. So the driver yields if goroutines have answered it lately, if it costs
// nothing, and otherwise now and then.
func (w *worker) giveWay() {
	due := w.time-w.lastYield >= int64(yieldEvery)
	if due {
		w.lastYield = w.time
		w.cramped = runtime.GOMAXPROCS(0) == 1
	}
	if due || w.answers || w.cramped {
		runtime.Gosched()
		w.answers = !w.inbox.Empty() || w.rt.crew.work()
	}
}

// unpark ends the state of being parked. The reactor calls it after a wait that could block,
// before it wakes anybody: those wakes need not be told to a driver that is awake already.
func (w *worker) unpark() {
	if w.parking.Swap(awake) == notified {
		w.answers = true
	}
	w.rises.Store(w.rises.Load() + 1)
	w.rt.crew.rise(w)
	w.rt.mon.resume()
}
