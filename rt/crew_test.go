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
		// They come to rest, and nobody is left as searching: the loop ends.
		c := &r.crew
		for int(c.resting.Load()) != len(c.workers) || c.searching.Load() != 0 {
			runtime.Gosched()
		}
		if c.work() {
			t.Error("all rest although there is work")
		}
	}
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
	w.running.Store(&h.header)
	h.state.begin(2)
	seen, _ := w.look(sighting{})
	if _, steppedIn := w.look(seen); steppedIn || h.state.load()&retaken != 0 {
		t.Error("the poll of another worker was taken for its own")
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
