package rt

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
)

// An arm is a future that the test opens, with a count of what is done to it.
type arm struct {
	Pin
	polls, cancels int
	waker          Waker
	end            func() Poll[int] // nil: pending
	onCancel       func()
	over           bool
}

func (g *arm) Poll(cx *Context) Poll[int] {
	if g.polls++; g.over {
		panic("an arm that has ended was polled")
	}
	g.waker = cx.Waker()
	if g.end == nil {
		return Pending[int]()
	}
	g.over = true
	return g.end()
}

func (g *arm) Cancel() {
	g.cancels++
	g.over = true
	if g.onCancel != nil {
		g.onCancel()
	}
}

// open lets the arm be ready with n, and wakes.
func (g *arm) open(n int) {
	g.end = func() Poll[int] { return Ready(n) }
	g.waker.Wake()
}

func opened(n int) *arm {
	g := &arm{}
	g.open(n)
	return g
}

func (g *arm) expect(t *testing.T, what string, polls, cancels int) {
	t.Helper()
	if g.polls != polls || g.cancels != cancels {
		t.Errorf("%s: %d polls and %d cancels, want %d and %d", what, g.polls, g.cancels, polls, cancels)
	}
}

func TestSelect2(t *testing.T) {
	cx := NewContext(Waker{})
	a, b := &arm{}, &arm{}
	f := Select2(a, b)
	if f.Poll(cx).Ready {
		t.Fatal("ready too soon")
	}
	b.open(7)
	r := f.Poll(cx)
	if !r.Ready || r.Value != (Select2Result[int, int]{Index: 1, B: Result[int]{7, nil}}) {
		t.Errorf("%+v", r)
	}
	if a.cancels != 1 || b.cancels != 0 {
		t.Errorf("the loser was canceled %d times, the winner %d times", a.cancels, b.cancels)
	}
	f.Cancel()
	a.expect(t, "the loser after Cancel", a.polls, 1)
	mustPanic(t, "rt.Select2: polled after completion", func() { f.Poll(cx) })
}

// TestSelectInfers has futures of several kinds, whose types nobody writes down.
func TestSelectInfers(t *testing.T) {
	var any Future[string] = Value("x")
	r2 := Select2Biased(any, Yield()).Await()
	if v, err := r2.A.Get(); r2.Index != 0 || v != "x" || err != nil {
		t.Errorf("%+v", r2)
	}
	r3 := Select3Biased(newProbe(), Error[bool](errors.New("bad")), Sleep(0)).Await()
	if r3.Index != 1 || r3.B.Err.Error() != "bad" {
		t.Errorf("%+v", r3)
	}
	a, b, c := Join3(Value(1), Value("y"), Sleep(1)).Await()
	if a.Value != 1 || b.Value != "y" || c.Err != nil {
		t.Errorf("%+v %+v %+v", a, b, c)
	}
	tasks := []*Task[int]{Spawn(Value(1)), Spawn(Value(2))}
	if got, err := TryJoin(tasks...).Await(); err != nil || fmt.Sprint(got) != "[1 2]" {
		t.Errorf("%v %v", got, err)
	}
}

// TestSelectFair polls two futures that are ready: each must win at times, but always the first if
// the select is biased. Only one of them is polled.
func TestSelectFair(t *testing.T) {
	cx := NewContext(Waker{})
	var won, biased [3]int
	for range 100 {
		a, b := opened(1), opened(2)
		won[Select2(a, b).Poll(cx).Value.Index]++
		if a.polls+b.polls != 1 || a.cancels+b.cancels != 1 {
			t.Fatalf("%d polls, %d cancels", a.polls+b.polls, a.cancels+b.cancels)
		}
		won[2]++
		biased[Select2Biased(opened(1), opened(2)).Poll(cx).Value.Index]++
		biased[Select3Biased(opened(1), opened(2), opened(3)).Poll(cx).Value.Index]++
	}
	if won[0] == 0 || won[1] == 0 || biased != [3]int{200, 0, 0} {
		t.Errorf("won %v, biased %v", won, biased)
	}
	won = [3]int{}
	for range 100 {
		won[Select3(opened(1), opened(2), opened(3)).Poll(cx).Value.Index]++
	}
	if won[0] == 0 || won[1] == 0 || won[2] == 0 {
		t.Errorf("of three won %v", won)
	}
}

func TestSelectCancel(t *testing.T) {
	cx := NewContext(Waker{})
	a, b, c := &arm{}, &arm{}, &arm{}
	f := Select3(a, b, c)
	f.Poll(cx)
	b.onCancel = func() { panic("in Cancel") }
	mustPanic(t, "in Cancel", f.Cancel)
	f.Cancel()
	for i, g := range []*arm{a, b, c} {
		g.expect(t, fmt.Sprint("future ", i), 1, 1)
	}
	mustPanic(t, "rt.Select3: polled after completion", func() { f.Poll(cx) })
}

// TestSelectPanic checks that a child that has panicked is left alone, and the others are canceled.
func TestSelectPanic(t *testing.T) {
	cx := NewContext(Waker{})
	a, b, c := &arm{}, &arm{end: func() Poll[int] { panic("child") }}, &arm{}
	f := Select3Biased(a, b, c)
	mustPanic(t, "child", func() { f.Poll(cx) })
	a.expect(t, "polled before", 1, 1)
	b.expect(t, "panicked", 1, 0)
	c.expect(t, "polled never", 0, 1)
	f.Cancel()
	a.expect(t, "after Cancel", 1, 1)

	// A panic of a loser's Cancel is the poll's.
	a, b, c = &arm{onCancel: func() { panic("cancel") }}, opened(1), &arm{}
	mustPanic(t, "cancel", func() { Select3Biased(a, b, c).Poll(cx) })
	c.expect(t, "behind a Cancel that panics", 0, 1)
}

// TestSelectGoexit checks the same for runtime.Goexit.
func TestSelectGoexit(t *testing.T) {
	a, b := &arm{}, &arm{end: func() Poll[int] { runtime.Goexit(); panic("not reached") }}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Select2Biased(a, b).Await()
	}()
	receive(t, ended, "the end")
	a.expect(t, "the other", 1, 1)
	b.expect(t, "the one that exits", 1, 0)
}

// TestRef has a future lose twice and win then.
func TestRef(t *testing.T) {
	cx := NewContext(Waker{})
	a := &arm{}
	for range 2 {
		Select2Biased(Ref(a), opened(1)).Poll(cx)
	}
	a.expect(t, "the lent future", 2, 0)
	a.open(3)
	if r := Select2Biased(Ref(a), opened(1)).Poll(cx); r.Value.A.Value != 3 {
		t.Errorf("%+v", r)
	}
	if n, err := Ref(opened(5)).Await(); n != 5 || err != nil {
		t.Error(n, err)
	}
}

// TestSelectSettles checks that a select is ready only when the cleanup of the loser is over: from
// then on somebody else may use its frame.
func TestSelectSettles(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	winner := &arm{}
	loser := deferring(&j, "loser", newProbeErr(), nothing)
	SpawnOn(r, follow(Select2(loser, winner), func(p Poll[Select2Result[struct{}, int]]) {
		j.add(fmt.Sprint("ready ", p.Value.Index, p.Value.B.Value))
	}, func() { winner.open(4) })).Await()
	j.expect(t, "loser plain <nil>", "loser begins", "loser ends", "ready 1 4")
}

// follow polls f once, calls start, and goes on until f is ready.
func follow[T any](f Future[T], ready func(Poll[T]), start func()) Future[struct{}] {
	started := false
	return &together{FromFunc(func(cx *Context) Poll[struct{}] {
		p := f.Poll(cx)
		if p.Ready {
			ready(p)
			return Ready(struct{}{})
		}
		if !started {
			started = true
			start()
			cx.Waker().Wake()
		}
		return Pending[struct{}]()
	}), f.Cancel}
}

// together is a future with another one inside, to be canceled with it.
type together struct {
	Future[struct{}]
	cancel func()
}

func (f *together) Cancel() { f.cancel() }

// newProbeErr returns a future that is pending for ever.
func newProbeErr() Future[struct{}] {
	return FromFunc(func(*Context) Poll[struct{}] { return Pending[struct{}]() })
}

// TestSettlePanics checks that the panic of a loser's cleanup is that of the select, and replaces
// the one of a child.
func TestSettlePanics(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	winner := &arm{}
	loser := deferring(&j, "loser", newProbeErr(), func() { panic("cleanup") })
	_, err := SpawnOn(r, follow(Select2(loser, winner), nil, func() { winner.open(4) })).Await()
	if e := new(PanicError); !errors.As(err, &e) || e.Value != "cleanup" {
		t.Error(err)
	}

	// The panic of a child waits until the cleanup of its sibling is over.
	failing := &arm{}
	sibling := deferring(&j, "sibling", newProbeErr(), func() { j.add("over") })
	_, err = SpawnOn(r, follow(Select2(sibling, failing), nil, func() {
		failing.end = func() Poll[int] { panic("child") }
	})).Await()
	if e := new(PanicError); !errors.As(err, &e) || e.Value != "child" {
		t.Error(err)
	}
	j.expect(t, "loser plain <nil>", "loser begins", "loser ends",
		"sibling plain <nil>", "sibling begins", "sibling ends", "over")
}

// TestSettleCanceled cancels the task while its select waits for a cleanup: the task ends after the
// cleanup all the same.
func TestSettleCanceled(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	winner := &arm{}
	blocked, release := make(chan struct{}), make(chan struct{})
	loser := deferring(&j, "loser", newProbeErr(), func() {
		close(blocked)
		<-release
		j.add("over")
	})
	task := SpawnOn(r, follow(Select2(loser, winner), func(Poll[Select2Result[struct{}, int]]) { j.add("ready") }, func() { winner.open(4) }))
	receive(t, blocked, "the cleanup")
	task.Cancel()
	close(release)
	if _, err := task.Await(); err != ErrCanceled && err != nil {
		t.Error(err)
	}
	if j.list[3] != "over" {
		t.Errorf("%q", j.list)
	}
}

// TestSettleGoexit has a child end the goroutine while the other one has a cleanup to make.
func TestSettleGoexit(t *testing.T) {
	r := newTestRuntime(t)
	var j journal
	exiting := &arm{}
	sibling := deferring(&j, "sibling", newProbeErr(), nothing)
	_, err := SpawnOn(r, follow(Select2(sibling, exiting), nil, func() {
		exiting.end = func() Poll[int] { runtime.Goexit(); panic("not reached") }
	})).Await()
	if err != ErrGoexit {
		t.Error(err)
	}
	j.expect(t, "sibling plain <nil>", "sibling begins", "sibling ends")
}

func TestJoin2(t *testing.T) {
	cx := NewContext(Waker{})
	bad := errors.New("bad")
	a, b := &arm{}, &arm{end: func() Poll[int] { return Finish(2, bad) }}
	f := Join2(a, b)
	if f.Poll(cx).Ready || f.Poll(cx).Ready {
		t.Fatal("ready too soon")
	}
	a.open(1)
	if p := f.Poll(cx); !p.Ready || p.Value != (Join2Result[int, int]{Result[int]{1, nil}, Result[int]{2, bad}}) {
		t.Errorf("%+v", p)
	}
	a.expect(t, "a", 3, 0)
	b.expect(t, "b", 1, 0)
	mustPanic(t, "rt.Join2: polled after completion", func() { f.Poll(cx) })

	a, b, c := &arm{}, opened(1), &arm{end: func() Poll[int] { panic("c") }}
	mustPanic(t, "c", func() { Join3(a, b, c).Poll(cx) })
	a.expect(t, "pending", 1, 1)
	b.expect(t, "ended", 1, 0)
	c.expect(t, "panicked", 1, 0)

	a, b = &arm{}, opened(1)
	g := Join2(a, b)
	g.Poll(cx)
	g.Cancel()
	a.expect(t, "canceled", 1, 1)
	b.expect(t, "ended before", 1, 0)
}

// TestCombinatorsAllocateNothing polls combinators that stand in a frame with their children.
func TestCombinatorsAllocateNothing(t *testing.T) {
	cx := NewContext(Waker{})
	cx.Random()
	frame := new(struct {
		a, b   YieldFuture
		sel    Select2Future[struct{}, struct{}, *YieldFuture, *YieldFuture]
		limit  TimeoutFuture[struct{}, *YieldFuture]
		joined Join2Future[struct{}, struct{}, *YieldFuture, *YieldFuture]
	})
	allocs := testing.AllocsPerRun(100, func() {
		frame.a, frame.b = YieldFuture{}, YieldFuture{}
		frame.sel = *Select2(&frame.a, &frame.b)
		for !frame.sel.Poll(cx).Ready {
		}
		frame.a, frame.b = YieldFuture{}, YieldFuture{}
		frame.joined = *Join2(&frame.a, &frame.b)
		for !frame.joined.Poll(cx).Ready {
		}
		frame.a = YieldFuture{polls: 1}
		frame.limit = *Timeout(1, &frame.a)
		frame.limit.Poll(cx)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
