package rt

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

func TestShutdown(t *testing.T) {
	r := New(Options{Name: "mine"})
	var tasks []*Task[int]
	var probes []*probe
	for range 3 {
		p := newProbe()
		probes = append(probes, p)
		tasks = append(tasks, SpawnOn(r, p))
		receive(t, p.polled, "the first poll")
	}
	refused := make(chan error, 1)
	probes[0].onCancel = func() { // cleanup cannot start new tasks
		_, err := SpawnOn(r, Value(1)).Await()
		refused <- err
	}
	asleep := make(chan error)
	go func() { _, err := Run(r, Sleep(time.Hour)); asleep <- err }()
	for r.timers.pending() == 0 {
		runtime.Gosched()
	}
	shutDown(t, r)
	for i, task := range tasks {
		if !task.Done() {
			t.Fatalf("task %d goes on", i)
		}
		receive(t, probes[i].canceled, "a cancel")
	}
	if err := receive(t, refused, "the refusal"); err != ErrShutdown {
		t.Errorf("a late task got %v", err)
	}
	if err := receive(t, asleep, "the end of a sleep"); err != ErrShutdown {
		t.Errorf("a sleep got %v", err)
	}
	if _, err := Run(r, Sleep(time.Hour)); err != ErrShutdown {
		t.Errorf("a late sleep got %v", err)
	}
	if v, err := Run(r, Value(3)); v != 3 || err != nil {
		t.Errorf("Run needs no runtime for %v, %v", v, err)
	}
	shutDown(t, r) // again
}

// TestShutdownReports checks what Shutdown says about a task that does not end, and that it
// can be called again.
func TestShutdownReports(t *testing.T) {
	r := New(Options{Name: "mine"})
	hold := make(chan struct{})
	p := newProbe()
	p.onCancel = func() { <-hold }
	task := SpawnOn(r, p)
	task.SetName("stubborn")
	receive(t, p.polled, "the first poll")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := r.Shutdown(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Shutdown returned %v", err)
	}
	for _, want := range []string{`"mine"`, "1 tasks", "stubborn"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %s", err, want)
		}
	}
	close(hold)
	shutDown(t, r)
}

// TestShutdownLeavesNothing checks that goroutines and descriptors are gone.
func TestShutdownLeavesNothing(t *testing.T) {
	leak.Check(t)
	for range 20 {
		r := New(Options{})
		SpawnOn(r, repeat(100)).Await()
		shutDown(t, r)
	}
}

// TestIdleSleeps checks that a runtime with nothing to do comes to rest: the worker in the
// reactor, the monitor waiting for the worker. From there only a wake moves either.
func TestIdleSleeps(t *testing.T) {
	r := newTestRuntime(t)
	for range 3 {
		SpawnOn(r, repeat(1000)).Await()
		for !r.mon.allParked() || !r.mon.asleep.Load() {
			runtime.Gosched()
		}
	}
	for _, w := range r.crew.workers {
		if w.running.Load() != nil {
			t.Error("a parked worker keeps a task")
		}
	}
}

func TestDefault(t *testing.T) {
	old := current.Load()
	defer SetDefault(old)
	r := newTestRuntime(t)
	SetDefault(r)
	if Default() != r || NewContext(Waker{}).Runtime() != r {
		t.Error("SetDefault did nothing")
	}
	var polledBy *Runtime
	Spawn(do(func(cx *Context) { polledBy = cx.Runtime() })).Await()
	if polledBy != r {
		t.Error("the task was polled by another runtime")
	}
	Await(do(func(cx *Context) { polledBy = cx.Runtime() }))
	if polledBy != r {
		t.Error("Await uses another runtime")
	}
	other := newTestRuntime(t)
	Run(other, do(func(cx *Context) { polledBy = cx.Runtime() }))
	if polledBy != other {
		t.Error("Run uses another runtime")
	}
}

// TestWorkerYields has tasks that never let their workers park, on as many processors, and checks that
// goroutines, Go's own timers and connections of package net go on beside them.
func TestWorkerYields(t *testing.T) {
	for workers := 1; workers <= 2; workers++ {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
		r := newRuntimeOf(t, workers)
		var busy []*Task[int]
		for range workers {
			polled := make(chan struct{}, 1)
			busy = append(busy, SpawnOn(r, FromFunc(func(cx *Context) Poll[int] {
				select {
				case polled <- struct{}{}:
				default:
				}
				cx.Waker().Wake()
				return Pending[int]()
			})))
			receive(t, polled, "the first poll")
		}
		there, back := make(chan int), make(chan int)
		go func() {
			for v := range there {
				back <- v
			}
		}()
		conn := netEcho(t)
		for i := range 20 {
			there <- i
			receive(t, back, "the answer of a goroutine")
			<-time.After(time.Millisecond)
			buf := []byte{byte(i)}
			if _, err := conn.Write(buf); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(conn, buf); err != nil || buf[0] != byte(i) {
				t.Fatalf("the echo is %v, %v", buf, err)
			}
		}
		close(there)
		for _, task := range busy {
			task.Cancel()
		}
	}
}

// netEcho returns a connection of package net to a server that echoes.
func netEcho(t *testing.T) net.Conn {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		conn, err := l.Accept()
		l.Close()
		if err == nil {
			// Without what io.Copy does for two connections: the pipe for that stays in a pool.
			io.Copy(struct{ io.Writer }{conn}, struct{ io.Reader }{conn})
			conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestBudget checks that a task whose operations never have to wait does not keep others
// from running.
func TestBudget(t *testing.T) {
	r := newRuntimeOf(t, 1)
	other := false
	greedy := FromFunc(func(cx *Context) Poll[int] {
		for n := 0; !other; n++ {
			if n > pollBudget {
				t.Error("the budget does not end")
				return Ready(n)
			}
			if !Sleep(0).Poll(cx).Ready {
				return Pending[int]()
			}
		}
		return Ready(0)
	})
	var task *Task[int]
	SpawnOn(r, do(func(*Context) {
		SpawnOn(r, do(func(*Context) { other = true }))
		task = SpawnOn(r, greedy)
	})).Await()
	task.Await()
}

// TestSlot has two tasks wake each other without end, which keeps both in the slot, and
// checks that a task in the queue gets its turn.
func TestSlot(t *testing.T) {
	r := newRuntimeOf(t, 1)
	stop := false
	var wakers [2]Waker
	player := func(me int) Future[int] {
		return FromFunc(func(cx *Context) Poll[int] {
			wakers[me] = cx.Waker()
			wakers[1-me].Wake()
			return Poll[int]{Ready: stop}
		})
	}
	var tasks []*Task[int]
	SpawnOn(r, do(func(*Context) {
		SpawnOn(r, do(func(*Context) { SpawnOn(r, do(func(*Context) { stop = true })) }))
		tasks = append(tasks, SpawnOn(r, player(0)), SpawnOn(r, player(1)))
	})).Await()
	for _, task := range tasks {
		task.Await()
	}
}
