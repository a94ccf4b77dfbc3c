package rt

import (
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"testing"
)

// TestManyWorkers runs the tests of the package with runtimes of four workers, in a process of
// its own.
func TestManyWorkers(t *testing.T) {
	if testing.Short() || *testWorkers > 1 {
		t.Skip("takes as long as all other tests")
	}
	out, err := exec.Command(os.Args[0], "-rt.workers=4").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestSteal has one poll spawn more tasks than fit into the queue of its worker, and checks that
// each runs once and that no worker is left with any.
func TestSteal(t *testing.T) {
	r := newRuntimeOf(t, 4)
	const n = 5000
	var runs atomic.Int64
	for range 5 {
		runs.Store(0)
		tasks := make([]*Task[struct{}], n)
		SpawnOn(r, do(func(cx *Context) {
			for i := range tasks {
				tasks[i] = SpawnIn(cx, do(func(*Context) { runs.Add(1) }))
			}
		})).Await()
		for _, task := range tasks {
			task.Await()
		}
		if got := runs.Load(); got != n {
			t.Errorf("%d of %d tasks have run", got, n)
		}
		waitForRest(r)
		if r.crew.work() {
			t.Error("all rest although there is work")
		}
	}
}

// waitForRest waits until all workers rest and nobody is left as searching.
func waitForRest(r *Runtime) {
	c := &r.crew
	for int(c.resting.Load()) != len(c.workers) || c.searching.Load() != 0 {
		runtime.Gosched()
	}
}

// TestNoHerd queues tasks one at a time while all workers rest: each wakes one of them, and no more.
func TestNoHerd(t *testing.T) {
	r := newRuntimeOf(t, 4)
	const n = 100
	waitForRest(r)
	before := r.crew.summonsSoFar()
	for range n {
		SpawnOn(r, Value(1)).Await()
		waitForRest(r)
	}
	if got := r.crew.summonsSoFar() - before; got != n {
		t.Errorf("%d tasks have summoned %d workers", n, got)
	}
}

// TestLoneChain has a task spawn another at its end, and so on: each is alone in the queue of the worker
// that is going to poll it next, so nobody else is woken.
func TestLoneChain(t *testing.T) {
	r := newRuntimeOf(t, 4)
	waitForRest(r)
	before := r.crew.summonsSoFar()
	ended := make(chan struct{})
	var link func(left int) Future[struct{}]
	link = func(left int) Future[struct{}] {
		return do(func(cx *Context) {
			if left == 0 {
				close(ended)
				return
			}
			SpawnIn(cx, link(left-1)).Detach()
		})
	}
	SpawnOn(r, link(1000)).Detach()
	receive(t, ended, "the end of the chain")
	waitForRest(r)
	if got := r.crew.summonsSoFar() - before; got != 1 {
		t.Errorf("a chain of tasks has summoned %d workers", got)
	}
}

// TestGlobalTurn keeps all workers busy with tasks that wake each other, in slots and queues, and checks
// that what comes from outside has its turn.
func TestGlobalTurn(t *testing.T) {
	r := newRuntimeOf(t, 2)
	var polls atomic.Int64
	for range 8 {
		task := SpawnOn(r, FromFunc(func(cx *Context) Poll[int] {
			polls.Add(1)
			cx.Wake(cx.Waker())
			return Pending[int]()
		}))
		defer task.Cancel()
	}
	for polls.Load() < 1000 {
		runtime.Gosched()
	}
	for i := range 50 {
		if v, err := SpawnOn(r, Value(i)).Await(); v != i || err != nil {
			t.Fatalf("got %v, %v", v, err)
		}
	}
}

// summonsSoFar returns how often a worker was summoned.
func (c *crew) summonsSoFar() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.summons
}

// TestStealSharesPolls has tasks that wait for each other inside their polls: more than one
// worker must take part, or a stand-in for one that is stuck.
func TestStealSharesPolls(t *testing.T) {
	r := newRuntimeOf(t, 2)
	there, back := make(chan int), make(chan int)
	a := SpawnOn(r, do(func(*Context) { there <- <-back }))
	b := SpawnOn(r, do(func(*Context) { back <- 1; <-there }))
	a.Await()
	b.Await()
}

// TestMonitorTellsWorkersApart: a task that is polled by one worker is not a long poll of the
// worker that was the last to poll it before.
func TestMonitorTellsWorkersApart(t *testing.T) {
	r := newTestRuntime(t)
	h := &Task[int]{}
	h.header.init(h, r, 0)
	w := &worker{rt: r, index: 1}
	w.watched.Store(true)
	w.running.Store(&h.header)
	h.state.begin(2)
	seen, _ := w.look(sighting{})
	if _, steppedIn := w.look(seen); steppedIn || h.state.load()&retaken != 0 {
		t.Error("the poll of another worker was taken for its own")
	}
}

// TestMonitorWatches: a worker publishes what it polls once a poll has blocked, and not for ever.
func TestMonitorWatches(t *testing.T) {
	r := newRuntimeOf(t, 1)
	w := r.crew.workers[0]
	if SpawnOn(r, repeat(1000)).Await(); w.running.Load() != nil && !w.watched.Load() {
		t.Error("tasks are published from the start")
	}
	for range 2 { // found in the list, then among what is published
		begun, hold := make(chan struct{}), make(chan struct{})
		task := SpawnOn(r, do(func(*Context) { close(begun); <-hold }))
		receive(t, begun, "the poll that blocks") // or the worker may prefer the next task
		SpawnOn(r, Value(1)).Await()              // by a stand-in
		if !w.watched.Load() {
			t.Error("the worker is not watched")
		}
		close(hold)
		task.Await()
	}
	if w.lookAtTask(sighting{quiet: watchFor}); w.watched.Load() {
		t.Error("the worker is watched for ever")
	}
}

// TestWorkersShutDown shuts runtimes down while their workers wake each other.
func TestWorkersShutDown(t *testing.T) {
	for workers := 1; workers <= 4; workers++ {
		r := newRuntimeOf(t, workers)
		for range 100 {
			SpawnOn(r, FromFunc(func(cx *Context) Poll[int] {
				cx.Wake(cx.Waker())
				return Pending[int]()
			}))
		}
		shutDown(t, r)
	}
}
