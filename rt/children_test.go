package rt

import (
	"errors"
	"fmt"
	"testing"
)

func arms(n int) (gs []*arm) {
	for range n {
		gs = append(gs, &arm{})
	}
	return gs
}

// TestJoinAll wakes one child at a time: only that one is polled.
func TestJoinAll(t *testing.T) {
	const n = 100
	woken := 0
	cx := NewContext(NewWaker(func() { woken++ }))
	gs := arms(n)
	f := JoinAll(gs...)
	f.Poll(cx)
	for k := range n {
		i := k * 37 % n
		gs[i].waker.Wake() // in vain
		if f.Poll(cx).Ready {
			t.Fatal("ready too soon")
		}
		stale := gs[i].waker
		gs[i].open(i)
		p := f.Poll(cx)
		stale.Wake()
		if p.Ready != (k == n-1) {
			t.Fatalf("ready after %d of %d", k, n)
		}
		if p.Ready {
			for i, r := range p.Value {
				if r.Value != i || r.Err != nil {
					t.Errorf("result %d is %+v", i, r)
				}
			}
		}
	}
	for i, g := range gs {
		g.expect(t, fmt.Sprint("child ", i), 3, 0)
	}
	if woken < 2*n || woken > 3*n {
		t.Errorf("%d wakes for %d of the children", woken, 2*n)
	}
	if got := JoinAll[int, *arm]().Await(); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}

// TestJoinAllNewWaker wakes a child after the waker of the combinator has changed.
func TestJoinAllNewWaker(t *testing.T) {
	g := &arm{}
	f := JoinAll(g)
	f.Poll(NewContext(NewWaker(func() { t.Error("the old waker was called") })))
	woken := 0
	cx := NewContext(NewWaker(func() { woken++ }))
	f.Poll(cx)
	g.waker.Wake()
	g.waker.Wake()
	if woken != 1 {
		t.Errorf("%d wakes", woken)
	}
	f.Cancel()
	g.expect(t, "canceled", 1, 1)
}

// TestJoinAllTasks has children that are woken by other goroutines, and ones that give way.
func TestJoinAllTasks(t *testing.T) {
	r := newTestRuntime(t)
	var tasks []Future[int]
	for i := range 100 {
		if i%3 == 0 {
			tasks = append(tasks, Async(func() (int, error) { return i, Sleep(1000).Await() }))
			continue
		}
		tasks = append(tasks, SpawnOn(r, do(func(*Context) {})).asInt(i))
	}
	got, err := Run(r, JoinAll(tasks...))
	if err != nil || len(got) != 100 {
		t.Fatal(got, err)
	}
	for i, p := range got {
		if p.Value != i || p.Err != nil {
			t.Errorf("result %d is %+v", i, p)
		}
	}
}

// asInt gives way, waits for the task, and has n as the result.
func (t *Task[T]) asInt(n int) Future[int] {
	yield := Yield()
	yielded := false
	return FromFunc(func(cx *Context) Poll[int] {
		if !yielded {
			yielded = yield.Poll(cx).Ready
		}
		if !yielded || !t.Poll(cx).Ready {
			return Pending[int]()
		}
		return Ready(n)
	})
}

func TestTryJoin(t *testing.T) {
	cx := NewContext(Waker{})
	gs := arms(4)
	f := TryJoin(gs...)
	f.Poll(cx)
	gs[1].open(1)
	f.Poll(cx)
	bad := errors.New("bad")
	gs[2].end = func() Poll[int] { return Fail[int](bad) }
	gs[2].waker.Wake()
	if p := f.Poll(cx); !p.Ready || p.Err != bad || p.Value != nil {
		t.Errorf("%+v", p)
	}
	gs[0].expect(t, "pending", 1, 1)
	gs[1].expect(t, "ended", 2, 0)
	gs[2].expect(t, "failed", 2, 0)
	gs[3].expect(t, "pending", 1, 1)
	if v, err := TryJoin(opened(1), opened(2)).Await(); err != nil || fmt.Sprint(v) != "[1 2]" {
		t.Error(v, err)
	}
}

func TestRace(t *testing.T) {
	cx := NewContext(Waker{})
	won := map[int]bool{}
	for range 100 {
		gs := []*arm{opened(1), opened(2), {}}
		p := Race(gs...).Poll(cx)
		won[p.Value] = true
		if p.Value != 1 && p.Value != 2 {
			t.Fatalf("%+v", p)
		}
		gs[p.Value-1].expect(t, "the winner", 1, 0)
		gs[2-p.Value].expect(t, "the loser", 0, 1)
		gs[2].expect(t, "the pending one", gs[2].polls, 1)
	}
	if len(won) != 2 {
		t.Errorf("always the same one wins: %v", won)
	}
	mustPanic(t, "rt.Race: no futures", func() { Race[int, *arm]().Poll(cx) })

	gs := arms(3)
	f := Race(gs...)
	f.Poll(cx)
	gs[2].open(5)
	if p := f.Poll(cx); p.Value != 5 {
		t.Errorf("%+v", p)
	}
	mustPanic(t, "rt.Race: polled after completion", func() { f.Poll(cx) })
}

// TestManyPanic checks that a panic of one child cancels the others, also behind a Cancel that
// panics too, and that whoever recovers it polls with a waker of its own again.
func TestManyPanic(t *testing.T) {
	cx := NewContext(NewWaker(func() {}))
	waker := cx.Waker()
	gs := arms(4)
	gs[1].end = func() Poll[int] { panic("child") }
	gs[2].onCancel = func() { panic("cancel") }
	f := JoinAll(gs...)
	mustPanic(t, "cancel", func() { f.Poll(cx) })
	gs[0].expect(t, "polled", 1, 1)
	gs[1].expect(t, "panicked", 1, 0)
	gs[2].expect(t, "panics in Cancel", 0, 1)
	gs[3].expect(t, "behind", 0, 1)
	if !cx.Waker().Same(waker) {
		t.Error("the context has the waker of a child")
	}
	f.Cancel()

	gs = arms(2)
	JoinAll(gs...).Cancel()
	gs[1].expect(t, "never polled", 0, 1)
}
