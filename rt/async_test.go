package rt

import (
	"errors"
	"runtime"
	"sync"
	"testing"
)

// TestAsyncPoll polls futures of functions, which run on goroutines.
func TestAsyncPoll(t *testing.T) {
	r := newTestRuntime(t)
	boom := errors.New("boom")
	release := make(chan struct{})
	started := make(chan struct{}, 1)
	f := Async(func() (int, error) {
		started <- struct{}{}
		<-release
		return 7, boom
	})
	select {
	case <-started:
		t.Error("the function runs before the first poll")
	default:
	}
	task := SpawnOn[int](r, f)
	receive(t, started, "the function")
	SpawnOn(r, do(func(*Context) {})).Await() // the worker is not blocked
	close(release)
	if v, err := task.Await(); v != 7 || err != boom {
		t.Errorf("got %v, %v", v, err)
	}
	mustPanic(t, Completed("rt.Async"), func() { f.Poll(NewContext(Waker{})) })
	e := SpawnOn(r, AsyncErr(func() error { return boom }))
	if _, err := e.Await(); err != boom {
		t.Errorf("got %v", err)
	}
}

// TestAsyncEnds has functions end otherwise than by a return.
func TestAsyncEnds(t *testing.T) {
	r := newTestRuntime(t)
	var e *PanicError
	_, err := SpawnOn(r, AsyncErr(func() error { panic("boom") })).Await()
	if !errors.As(err, &e) || e.Value != "boom" {
		t.Errorf("a panic gives %v", err)
	}
	_, err = SpawnOn(r, AsyncErr(func() error { panic(nil) })).Await()
	if e = nil; !errors.As(err, &e) {
		t.Errorf("panic(nil) gives %v", err)
	} else if _, ok := e.Value.(*runtime.PanicNilError); !ok {
		t.Errorf("panic(nil) gives %v", e.Value)
	}
	_, err = SpawnOn(r, AsyncErr(func() error { runtime.Goexit(); return nil })).Await()
	if err != ErrGoexit {
		t.Errorf("Goexit gives %v", err)
	}
}

// TestAsyncCancel discards results.
func TestAsyncCancel(t *testing.T) {
	never := AsyncErr(func() error { t.Error("a canceled function is called"); return nil })
	never.Cancel()
	mustPanic(t, Completed("rt.Async"), func() { never.Poll(NewContext(Waker{})) })

	release, ended := make(chan struct{}), make(chan struct{})
	f := Async(func() (int, error) { <-release; defer close(ended); return 1, nil })
	cx := NewContext(NewWaker(func() { t.Error("a canceled future wakes") }))
	if f.Poll(cx).Ready {
		t.Error("ready")
	}
	run := f.(*goFuture[int]).run
	f.Cancel()
	close(release)
	receive(t, ended, "the end of the function")
	for !run.wait(Waker{}) {
		runtime.Gosched()
	}
}

// TestAsyncAwait runs functions on the goroutine that waits for them.
func TestAsyncAwait(t *testing.T) {
	mustPanic(t, "boom", func() { AsyncErr(func() error { panic("boom") }).Await() })
	var all sync.WaitGroup
	all.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("Goexit is a panic: %v", v)
			}
		}()
		Async(func() (int, error) { runtime.Goexit(); return 0, nil }).Await()
		t.Error("Goexit does not end the goroutine")
	})
	all.Wait()
	if v, err := Async(func() (int, error) { return 3, nil }).Await(); v != 3 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	f := Async(func() (int, error) { return 4, nil })
	if p := f.Poll(NewContext(NewWaker(func() {}))); p.Ready {
		return // it was quick
	}
	if v, err := f.Await(); v != 4 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
}
