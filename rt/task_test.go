package rt

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestTaskResult(t *testing.T) {
	r := newTestRuntime(t)
	boom := errors.New("boom")
	task := SpawnOn(r, FromFunc(func(*Context) Poll[string] { return Finish("partly", boom) }))
	for range 2 { // a task may be asked again
		if v, err := Run(r, task); v != "partly" || err != boom {
			t.Errorf("got %q, %v", v, err)
		}
	}
	if !task.Done() {
		t.Error("not done")
	}
	if _, ok := task.future.(*taskError[string]); !ok {
		t.Errorf("the task keeps %T, and only its error is needed", task.future)
	}
	if task.SetName("x"); task.Name() != "x" {
		t.Error("the name is lost")
	}
}

// TestTaskWaiters has goroutines and tasks wait for the same task.
func TestTaskWaiters(t *testing.T) {
	r := newTestRuntime(t)
	p := newProbe()
	task := SpawnOn(r, p)
	waker := receive(t, p.polled, "the first poll")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if v, err := task.Await(); v != 42 || err != nil {
				t.Errorf("a goroutine got %v, %v", v, err)
			}
		})
	}
	var relays []*Task[int]
	for range 5 {
		relays = append(relays, SpawnOn(r, FromFunc(task.Poll)))
	}
	SpawnOn(r, do(func(*Context) { p.open = true; waker.Wake() }))
	for _, relay := range relays {
		if v, err := relay.Await(); v != 42 || err != nil {
			t.Errorf("a task got %v, %v", v, err)
		}
	}
	all.Wait()
}

// TestTaskWakeKeepsWaker checks that polling a task again and again with one waker keeps it
// once, and with several keeps them all.
func TestTaskWakeKeepsWaker(t *testing.T) {
	r := newTestRuntime(t)
	p := newProbe()
	task := SpawnOn(r, p)
	waker := receive(t, p.polled, "the first poll")
	woken := make(chan int, 10)
	for i := range 3 {
		cx := NewContext(NewWaker(func() { woken <- i }))
		for range 3 {
			if task.Poll(cx).Ready {
				t.Fatal("ready")
			}
		}
	}
	p.open = true
	waker.Wake()
	task.Await()
	sum := 0
	for range 3 {
		sum += receive(t, woken, "a wake")
	}
	if sum != 3 || len(woken) > 0 {
		t.Error("not everybody was woken once")
	}
}

func TestTaskCancel(t *testing.T) {
	canceled := func(t *testing.T, task *Task[int]) {
		t.Helper()
		if _, err := task.Await(); err != ErrCanceled || !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	}
	t.Run("waiting", func(t *testing.T) {
		p := newProbe()
		task := SpawnOn(newTestRuntime(t), p)
		receive(t, p.polled, "the first poll")
		task.Cancel()
		task.Cancel()
		receive(t, p.canceled, "the cancel")
		canceled(t, task)
		task.Cancel()
	})
	t.Run("from its poll", func(t *testing.T) {
		r := newRuntimeOf(t, 1)
		p := newProbe()
		var task *Task[int]
		p.onPoll = func(*Context) {
			task.Cancel()
			select {
			case <-p.canceled:
				t.Error("canceled during the poll")
			default:
			}
		}
		SpawnOn(r, do(func(*Context) { task = SpawnOn(r, p) })).Await()
		canceled(t, task)
	})
	t.Run("not started", func(t *testing.T) {
		r := newRuntimeOf(t, 1)
		p := newProbe()
		var task *Task[int]
		SpawnOn(r, do(func(*Context) { task = SpawnOn(r, p); task.Cancel() })).Await()
		canceled(t, task)
		if len(p.polled) > 0 {
			t.Error("it was polled")
		}
	})
	t.Run("ready in the same poll", func(t *testing.T) {
		r := newRuntimeOf(t, 1)
		p := newProbe()
		var task *Task[int]
		p.open = true
		p.onPoll = func(*Context) { task.Cancel() }
		SpawnOn(r, do(func(*Context) { task = SpawnOn(r, p) })).Await()
		if v, err := task.Await(); v != 42 || err != nil {
			t.Errorf("got %v, %v", v, err)
		}
	})
	t.Run("panics", func(t *testing.T) {
		p := newProbe()
		p.onCancel = func() { panic("in defer") }
		task := SpawnOn(newTestRuntime(t), p)
		receive(t, p.polled, "the first poll")
		task.Cancel()
		_, err := task.Await()
		if e, ok := err.(*PanicError); !ok || e.Value != "in defer" {
			t.Errorf("the error is %v", err)
		}
	})
}

// TestTaskUnwound ends tasks by panics and runtime.Goexit and checks that the worker, which
// loses its stack or its goroutine, goes on with the others.
func TestTaskUnwound(t *testing.T) {
	r := newTestRuntime(t)
	cause := errors.New("cause")
	for range 3 {
		_, err := SpawnOn(r, do(func(*Context) { panic(cause) })).Await()
		e, ok := err.(*PanicError)
		if !ok || e.Value != cause || !errors.Is(err, cause) || err.Error() != "rt: task panicked: cause" {
			t.Fatalf("a panic gave %v", err)
		}
		if !strings.Contains(string(e.Stack), "TestTaskUnwound") {
			t.Errorf("the stack lacks the function that panicked:\n%s", e.Stack)
		}
		if _, err := SpawnOn(r, do(func(*Context) { runtime.Goexit() })).Await(); err != ErrGoexit {
			t.Fatalf("Goexit gave %v", err)
		}
		if v, err := SpawnOn(r, Value(1)).Await(); v != 1 || err != nil {
			t.Fatalf("the next task gave %v, %v", v, err)
		}
	}
}

// TestTaskCrash runs programs that panics must end, in processes of their own.
func TestTaskCrash(t *testing.T) {
	panicking := func() *Task[struct{}] { return Spawn(do(func(*Context) { panic("the cause") })) }
	programs := map[string]func(){
		"detached": func() {
			task := Spawn(FromFunc(func(cx *Context) Poll[int] {
				cx.Waker().Wake()
				if cx.task.state.load()&detached == 0 {
					return Pending[int]()
				}
				panic("the cause")
			}))
			task.Detach()
			select {}
		},
		"detached afterwards": func() {
			task := panicking()
			for !task.Done() {
				runtime.Gosched()
			}
			task.Detach()
			select {}
		},
		"dropped": func() {
			panicking()
			for {
				runtime.GC()
				Sleep(1e6).Await()
			}
		},
	}
	if name := os.Getenv("RT_TEST_CRASH"); name != "" {
		programs[name]()
	}
	for name := range programs {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestTaskCrash$")
			cmd.Env = append(os.Environ(), "RT_TEST_CRASH="+name)
			out, err := cmd.CombinedOutput()
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 {
				t.Errorf("the process ended with %v", err)
			}
			for _, want := range []string{"panic: ", "task panicked: the cause", "TestTaskCrash"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("the output lacks %q:\n%s", want, out)
				}
			}
		})
	}
}

// TestTaskCollected checks that a panic that was delivered does not end the process later.
func TestTaskCollected(t *testing.T) {
	r := newTestRuntime(t)
	for range 10 {
		SpawnOn(r, do(func(*Context) { panic("delivered") })).Await()
	}
	for range 3 {
		runtime.GC()
		Run(r, Yield())
	}
}

func TestSpawnAllocates(t *testing.T) {
	r := newRuntimeOf(t, 1)
	f := repeat(1 << 40)
	allocs := testing.AllocsPerRun(100, func() {
		SpawnOn(r, f).Cancel()
	})
	if allocs > 2 {
		t.Errorf("spawning a future that is there allocates %v times", allocs)
	}
}

// TestWakeRace wakes a task from several goroutines while it runs, and checks that each
// wake is followed by a poll that sees what was written before it.
func TestWakeRace(t *testing.T) {
	r := newTestRuntime(t)
	const wakers, rounds = 4, 2000
	var mu sync.Mutex
	sum := 0
	started := make(chan Waker, 1)
	task := SpawnOn(r, FromFunc(func(cx *Context) Poll[int] {
		select {
		case started <- cx.Waker():
		default:
		}
		mu.Lock()
		defer mu.Unlock()
		if sum == wakers*rounds {
			return Ready(sum)
		}
		return Pending[int]()
	}))
	w := receive(t, started, "the first poll")
	for range wakers {
		go func() {
			for range rounds {
				mu.Lock()
				sum++
				mu.Unlock()
				w.Wake()
			}
		}()
	}
	if v, err := task.Await(); v != wakers*rounds || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	w.Wake() // after the end
}
