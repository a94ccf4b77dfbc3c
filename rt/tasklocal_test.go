package rt

import (
	"fmt"
	"testing"
)

// reading returns a future that gives way once and notes what it reads in each poll.
func reading(j *journal, name string, l *TaskLocal[string]) Future[struct{}] {
	yield := Yield()
	return FromFunc(func(cx *Context) Poll[struct{}] {
		v, ok := l.GetFrom(cx)
		j.add(fmt.Sprint(name, " ", v, " ", ok))
		return yield.Poll(cx)
	})
}

func TestTaskLocal(t *testing.T) {
	r := newTestRuntime(t)
	var user, other TaskLocal[string]
	var j journal
	inner := WithLocal(&user, "bob", reading(&j, "inner", &user))
	beside := reading(&j, "beside", &user)
	f := WithLocal(&other, "x", WithLocal(&user, "ann", Join3(inner, beside, reading(&j, "other", &other))))
	if _, err := Run(r, Join2(f, reading(&j, "outside", &user))); err != nil {
		t.Error(err)
	}
	for i, want := range []string{"inner bob true", "beside ann true", "other x true", "outside  false"} {
		if j.list[i] != want || j.list[i+4] != want {
			t.Errorf("%q, not %q", j.list, want)
		}
	}
	get := user.Get // which is an error to call where nothing is polled
	if v, ok := get(); v != "" || ok {
		t.Error("a value outside of polls")
	}
}

// TestTaskLocalEnds checks that the value does not outlive a poll that panics, and that a deferred
// call which awaits sees it when the future is canceled.
func TestTaskLocalEnds(t *testing.T) {
	var user TaskLocal[string]
	cx := NewContext(Waker{})
	mustPanic(t, "child", func() {
		WithLocal(&user, "ann", &arm{end: func() Poll[int] { panic("child") }}).Poll(cx)
	})
	if v, ok := user.GetFrom(cx); ok {
		t.Error("the value is still", v)
	}

	r := newTestRuntime(t)
	var j journal
	polled := make(chan struct{}, 1)
	f := &frame{
		setup: func(cx *Context, d *Defers) { DeferAwait(d, cx, reading(&j, "cleanup", &user)) },
		child: FromFunc(func(*Context) Poll[struct{}] {
			polled <- struct{}{}
			return Pending[struct{}]()
		}),
	}
	task := SpawnOn(r, WithLocal(&user, "ann", f))
	receive(t, polled, "the first poll")
	task.Cancel()
	task.Await()
	j.expect(t, "cleanup ann true", "cleanup ann true")
}
