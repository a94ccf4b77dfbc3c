package rt

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// TestNilPanic runs with GODEBUG=panicnil=1, where panic(nil) is a panic that recover returns
// nil for, so that it looks like runtime.Goexit.
func TestNilPanic(t *testing.T) {
	if !nilPanics() {
		if os.Getenv("GODEBUG") == "panicnil=1" {
			t.Fatal("panic(nil) is not a panic with nil")
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestNilPanic$")
		cmd.Env = append(os.Environ(), "GODEBUG=panicnil=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	r := newTestRuntime(t)
	task := SpawnOn(r, do(func(*Context) { panic(nil) }))
	_, err := task.Await()
	if e := new(PanicError); !errors.As(err, &e) || e.Value != nil {
		t.Errorf("a task that panics with nil ends with %v", err)
	}
	for name, push := range map[string]func(d *Defers, cx *Context){
		"plain": func(d *Defers, cx *Context) {
			d.Push(cx, func(rest func()) { defer func() { recover() }(); rest() })
		},
		"awaits": func(d *Defers, cx *Context) {
			DeferAwait(d, cx, slow(func() { d.Recover() }, nothing))
		},
		"not recovered": func(d *Defers, cx *Context) {
			d.Push(cx, func(rest func()) { defer nothing(); rest() })
			DeferAwait(d, cx, slow(nothing, nothing))
		},
	} {
		var after bool
		f := &frame{
			child: do(func(*Context) { panic(nil) }),
			setup: func(cx *Context, d *Defers) { push(d, cx) },
		}
		_, err := SpawnOn(r, &frame{child: f, setup: func(cx *Context, d *Defers) {
			d.Push(cx, func(rest func()) { defer func() { after = true }(); rest() })
		}}).Await()
		e := new(PanicError)
		if errors.As(err, &e) != (name == "not recovered") || !after {
			t.Errorf("%s: %v", name, err)
		}
	}
}
