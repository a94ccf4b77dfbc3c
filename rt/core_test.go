package rt

import (
	"errors"
	"testing"
	"unsafe"
)

func TestPoll(t *testing.T) {
	boom := errors.New("boom")
	for _, c := range []struct{ got, want Poll[int] }{
		{Ready(1), Poll[int]{1, nil, true}},
		{Fail[int](boom), Poll[int]{0, boom, true}},
		{Finish(1, boom), Poll[int]{1, boom, true}},
		{Pending[int](), Poll[int]{}},
	} {
		if c.got != c.want {
			t.Errorf("got %v, not %v", c.got, c.want)
		}
	}
}

func TestReadyFutures(t *testing.T) {
	boom := errors.New("boom")
	if v, err := Await(Value(3)); v != 3 || err != nil {
		t.Errorf("Value gave %v, %v", v, err)
	}
	if v, err := Await(Error[int](boom)); v != 0 || err != boom {
		t.Errorf("Error gave %v, %v", v, err)
	}
	polls := 0
	f := FromFunc(func(cx *Context) Poll[int] {
		if polls++; polls < 3 {
			cx.Waker().Wake()
			return Pending[int]()
		}
		return Ready(polls)
	})
	if v, err := Await(f); v != 3 || err != nil {
		t.Errorf("FromFunc gave %v, %v", v, err)
	}
	cx := NewContext(Waker{})
	f.Cancel()
	f = Value(1)
	f.Poll(cx)
	mustPanic(t, "rt.Value: polled after completion", func() { f.Poll(cx) })
	f = FromFunc(func(*Context) Poll[int] { return Ready(1) })
	f.Poll(cx)
	mustPanic(t, "rt.FromFunc: polled after completion", func() { f.Poll(cx) })
}

func TestWaker(t *testing.T) {
	n := 0
	w := NewWaker(func() { n++ })
	w.Wake()
	other := NewWaker(func() {})
	if n != 1 || !w.Same(w) || w.Same(other) || w.Same(Waker{}) {
		t.Error("a waker is not itself")
	}
	Waker{}.Wake()
	NewWaker(nil).Wake()
	if !(Waker{}).Same(NewWaker(nil)) {
		t.Error("wakers that wake nobody differ")
	}
	if got := NewContext(w).Waker(); !got.Same(w) {
		t.Error("a context has another waker")
	}
}

// TestRunPanics checks that a panic passes through Run.
func TestRunPanics(t *testing.T) {
	mustPanic(t, "boom", func() { Await(do(func(*Context) { panic("boom") })) })
	if v, err := Await(Value(1)); v != 1 || err != nil {
		t.Errorf("afterwards: %v, %v", v, err)
	}
}

// TestRunWakers wakes a blocked goroutine from another one, during its poll, and by a waker
// of an earlier Run that may have become its own.
func TestRunWakers(t *testing.T) {
	var old Waker
	for range 100 {
		polls := 0
		Await(FromFunc(func(cx *Context) Poll[int] {
			old.Wake()
			w := cx.Waker()
			old = w
			if polls++; polls%2 == 1 {
				go w.Wake()
			} else {
				w.Wake()
			}
			return Poll[int]{Ready: polls == 4}
		}))
	}
}

func TestBudgetOfContexts(t *testing.T) {
	woken := 0
	cx := NewContext(NewWaker(func() { woken++ }))
	for range 10 * pollBudget {
		if !cx.Spend() {
			t.Fatal("a context for polling by hand has a budget")
		}
	}
	cx.unlimited = false
	for range 2 {
		cx.begin()
		for range pollBudget {
			if !cx.Spend() || woken > 0 {
				t.Fatal("the budget is too small")
			}
		}
		if cx.Spend() || woken != 1 {
			t.Error("the budget is too large, or nobody was woken")
		}
		woken = 0
	}
}

// TestSizes keeps an eye on what every task, and every machine that sleeps, has to pay.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		name      string
		size, max uintptr
	}{
		{"Task[struct{}]", unsafe.Sizeof(Task[struct{}]{}), 160},
		{"SleepFuture", unsafe.Sizeof(SleepFuture{}), 64},
		{"Pin", unsafe.Sizeof(Pin{}), 0},
		{"Waker", unsafe.Sizeof(Waker{}), 16},
	} {
		if t.Logf("%s: %d bytes", c.name, c.size); c.size > c.max {
			t.Errorf("more than %d", c.max)
		}
	}
}

func TestZero(t *testing.T) {
	if Zero[*int]() != nil || Completed("a.B") != "a.B: polled after completion" || !SupportsGenerated1 {
		t.Error("wrong")
	}
}

// TestContextRandom checks that a context's random numbers differ from one another and from
// those of other contexts.
func TestContextRandom(t *testing.T) {
	seen := map[uint64]bool{}
	for range 4 {
		cx := NewContext(Waker{})
		for range 4 {
			seen[cx.Random()] = true
		}
	}
	if len(seen) != 16 {
		t.Errorf("16 numbers, %d of them different", len(seen))
	}
}

// TestContextWake checks that the waker that a context is handed is woken.
func TestContextWake(t *testing.T) {
	woken := 0
	NewContext(Waker{}).Wake(NewWaker(func() { woken++ }))
	if woken != 1 {
		t.Errorf("woken %d times", woken)
	}
}
