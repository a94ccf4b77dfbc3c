package rt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A gate is a future that is ready with err when it was opened, by whom and whenever.
type gate struct {
	Pin
	mu       sync.Mutex
	waker    Waker
	opened   bool
	err      error
	onPoll   func()
	onCancel func()
	canceled atomic.Bool
}

func (g *gate) open(err error) {
	g.mu.Lock()
	g.opened, g.err = true, err
	w := g.waker
	g.mu.Unlock()
	w.Wake()
}

func (g *gate) Poll(cx *Context) Poll[struct{}] {
	if g.onPoll != nil {
		g.onPoll()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waker = cx.Waker(); g.opened {
		return Finish(struct{}{}, g.err)
	}
	return Pending[struct{}]()
}

func (g *gate) Cancel() {
	g.canceled.Store(true)
	if g.onCancel != nil {
		g.onCancel()
	}
}

// failing returns a future that is ready with err at once.
func failing(err error) Future[struct{}] { return Error[struct{}](err) }

func TestGroupWaits(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	if err := g.Wait().Await(); err != nil {
		t.Errorf("an empty group gives %v", err)
	}
	gates := make([]gate, 10)
	for i := range gates {
		g.SpawnOn(r, &gates[i])
	}
	waits := SpawnOn(r, g.Wait())
	for i := range gates {
		if waits.Done() {
			t.Errorf("the group is idle with %d children", len(gates)-i)
		}
		gates[i].open(nil)
	}
	if _, err := waits.Await(); err != nil {
		t.Error(err)
	}
	g.SpawnOn(r, &gates[0]) // opened: the group may be used again
	if err := g.Wait().Await(); err != nil {
		t.Error(err)
	}
}

func TestGroupFails(t *testing.T) {
	r := newTestRuntime(t)
	boom := errors.New("boom")
	var g Group
	var a, b, late gate
	g.SpawnOn(r, &a)
	started := make(chan struct{}, 9)
	b.onPoll = func() { started <- struct{}{} }
	g.SpawnOn(r, &b)
	receive(t, started, "the poll of a child") // of b: a was started before
	a.open(boom)
	for range 2 {
		if err := g.Wait().Await(); err != boom {
			t.Errorf("the error is %v", err)
		}
	}
	if a.canceled.Load() || !b.canceled.Load() {
		t.Errorf("canceled: failed one %v, other one %v", a.canceled.Load(), b.canceled.Load())
	}
	if g.SpawnOn(r, &late); !late.canceled.Load() {
		t.Error("a child that is added later is not canceled")
	}
}

func TestGroupCollects(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	g.CollectAll()
	gates := make([]gate, 4)
	for i := range gates {
		g.SpawnOn(r, &gates[i])
	}
	gates[2].open(errors.New("two"))
	gates[0].open(errors.New("zero"))
	gates[3].open(nil)
	gates[1].open(errors.New("one"))
	if err := g.Wait().Await(); err == nil || err.Error() != "zero\none\ntwo" {
		t.Errorf("the error is %v", err)
	}
	for i := range gates {
		if gates[i].canceled.Load() {
			t.Errorf("child %d was canceled", i)
		}
	}
}

func TestGroupLimit(t *testing.T) {
	r := newRuntimeOf(t, 1)
	var g Group
	g.Limit(2)
	var running, most atomic.Int32
	var mu sync.Mutex
	var order []int
	for i := range 20 {
		left, begun := 3, false
		g.SpawnOn(r, FromFunc(func(cx *Context) Poll[struct{}] {
			if !begun {
				begun = true
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				most.Store(max(most.Load(), running.Add(1)))
			}
			if most.Load() < 2 {
				left++ // wait for another one
			}
			if left--; left > 0 {
				cx.Waker().Wake()
				return Pending[struct{}]()
			}
			running.Add(-1)
			return Ready(struct{}{})
		}))
	}
	if err := g.Wait().Await(); err != nil || most.Load() != 2 {
		t.Errorf("%v; %d children ran at once", err, most.Load())
	}
	for k, i := range order {
		if max(i-k, k-i) > 2 { // those that are started together may be polled in any order
			t.Errorf("started in the order %v", order)
			break
		}
	}
}

func TestGroupPanics(t *testing.T) {
	r := newTestRuntime(t)
	panics := func(f func()) (e *PanicError) {
		defer func() { e, _ = recover().(*PanicError) }()
		f()
		return nil
	}
	fill := func(g *Group) *gate {
		sibling := new(gate)
		started := make(chan struct{}, 9)
		sibling.onPoll = func() { started <- struct{}{} }
		g.SpawnOn(r, sibling)
		receive(t, started, "the poll of the sibling")
		return sibling
	}
	var g, h Group
	sibling := fill(&g)
	g.SpawnOn(r, do(func(*Context) { panic("boom") }))
	e := panics(func() { g.Wait().Await() })
	if e == nil || e.Value != "boom" || !strings.Contains(string(e.Stack), "TestGroupPanics") {
		t.Errorf("Wait panics with %v", e)
	}
	if !sibling.canceled.Load() {
		t.Error("the sibling was not canceled")
	}
	if e := panics(func() { g.Close().Await() }); e != nil {
		t.Errorf("Close tells of %v again", e)
	}
	canceled := make(chan struct{})
	fill(&h).onCancel = func() { close(canceled) }
	h.SpawnOn(r, do(func(*Context) { panic("boom") }))
	receive(t, canceled, "the cancel of the sibling")
	if e := panics(func() { h.Close().Await() }); e == nil || e.Value != "boom" {
		t.Errorf("Close panics with %v", e)
	}
}

// TestGroupErrors has children end with what looks like an end that is no return.
func TestGroupErrors(t *testing.T) {
	r := newTestRuntime(t)
	e := &PanicError{Value: "other"}
	for _, want := range []error{e, fmt.Errorf("of another task: %w", ErrCanceled)} {
		var g Group
		g.SpawnOn(r, failing(want))
		if err := g.Wait().Await(); err != want {
			t.Errorf("got %v, not %v", err, want)
		}
	}
	var g Group
	g.SpawnOn(r, do(func(*Context) { runtime.Goexit() }))
	if err := g.Wait().Await(); err != ErrGoexit {
		t.Errorf("Goexit gives %v", err)
	}
}

func TestGroupClose(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	g.Limit(1)
	var a, queued, late gate
	started := make(chan struct{}, 9)
	a.onPoll = func() { started <- struct{}{} }
	g.SpawnOn(r, &a)
	g.SpawnOn(r, &queued)
	receive(t, started, "the first poll")
	g.Close().Await()
	g.Close().Await()
	g.SpawnOn(r, &late)
	if !a.canceled.Load() || !queued.canceled.Load() || !late.canceled.Load() {
		t.Errorf("canceled: %v %v %v", a.canceled.Load(), queued.canceled.Load(), late.canceled.Load())
	}
	if err := g.Wait().Await(); err != ErrCanceled {
		t.Errorf("the error is %v", err)
	}
}

// TestGroupCloseAfterAll closes groups whose children have done what they had to, and adds another
// to one of them.
func TestGroupCloseAfterAll(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	for range 3 {
		g.SpawnOn(r, failing(nil))
		if err := g.Wait().Await(); err != nil {
			t.Error(err)
		}
	}
	g.Close().Await()
	if err := g.Wait().Await(); err != nil {
		t.Errorf("nobody was canceled, and Wait gives %v", err)
	}
	g.SpawnOn(r, do(func(*Context) { t.Error("a child of a closed group runs") }))
	for range 2 {
		if err := g.Wait().Await(); err != ErrCanceled {
			t.Errorf("a child was dropped, and Wait gives %v", err)
		}
	}
}

// TestGroupLateSettings changes what a group is like when it has had children already.
func TestGroupLateSettings(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	g.Limit(1)
	g.CollectAll()
	g.SpawnOn(r, failing(nil))
	mustPanic(t, "rt: Group.Limit after a child was added", func() { g.Limit(2) })
	mustPanic(t, "rt: Group.CollectAll after a child was added", g.CollectAll)
	g.SpawnOn(r, failing(nil)) // the lock is not held
	if err := g.Wait().Await(); err != nil {
		t.Error(err)
	}
}

// TestGroupForgets looks for what a canceled wait leaves behind.
func TestGroupForgets(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	var a gate
	g.SpawnOn(r, &a)
	cx := NewContext(NewWaker(func() { t.Error("a canceled wait is woken") }))
	w, unpolled := g.Wait(), g.Wait()
	for range 3 {
		if w.Poll(cx).Ready {
			t.Error("ready")
		}
	}
	if len(g.waits) != 1 {
		t.Errorf("%d entries for one future", len(g.waits))
	}
	w.Cancel()
	w.Cancel()
	unpolled.Cancel()
	if len(g.waits) != 0 {
		t.Errorf("%d entries are left", len(g.waits))
	}
	a.open(nil)
	g.Wait().Await()
	mustPanic(t, Completed("rt.Group.Wait"), func() { w.Poll(cx) })
}

func TestGroupShutdown(t *testing.T) {
	r := New(Options{})
	shutDown(t, r)
	var g Group
	g.CollectAll()
	g.Limit(1)
	var a gate
	g.SpawnOn(r, &a)
	if err := g.Wait().Await(); !errors.Is(err, ErrShutdown) || !a.canceled.Load() {
		t.Errorf("%v, canceled %v", err, a.canceled.Load())
	}
}

// TestGroupGo is the plain form, whose children are goroutines, which may block.
func TestGroupGo(t *testing.T) {
	var g Group
	ch := make(chan int)
	sum := 0
	g.Go(func() error {
		for v := range ch {
			sum += v
		}
		return nil
	})
	g.Go(func() error {
		for i := range 10 {
			ch <- i
		}
		close(ch)
		return nil
	})
	if err := g.Wait().Await(); err != nil || sum != 45 {
		t.Errorf("%v %d", err, sum)
	}
}

// TestGroupGrows has children add children, from the worker and from goroutines.
func TestGroupGrows(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	g.Limit(3)
	var count atomic.Int32
	var add func(depth int) Future[struct{}]
	add = func(depth int) Future[struct{}] {
		return do(func(*Context) {
			count.Add(1)
			if depth > 0 {
				g.SpawnOn(r, add(depth-1))
				g.Go(func() error { g.SpawnOn(r, add(depth-1)); return nil })
			}
		})
	}
	g.SpawnOn(r, add(8))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := g.Wait().Await(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := count.Load(); n != 1<<9-1 {
		t.Errorf("%d children ran", n)
	}
}

// TestGroupStop asks children to stop: two that sleep, one that does not listen, one that is
// added afterwards.
func TestGroupStop(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	var a gate
	g.SpawnOn(r, Sleep(time.Hour))
	g.SpawnOn(r, &a)
	g.SpawnOn(r, Sleep(time.Hour))
	g.Stop()
	g.SpawnOn(r, Sleep(time.Hour))
	wait := SpawnOn(r, g.Wait())
	a.open(nil)
	if _, err := wait.Await(); !errors.Is(err, context.Canceled) || a.canceled.Load() {
		t.Errorf("%v, canceled %v", err, a.canceled.Load())
	}
}

// TestGroupWaitStops asks the task that waits for a group to stop.
func TestGroupWaitStops(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	var a gate
	g.SpawnOn(r, &a)
	wait := SpawnOn(r, g.Wait())
	wait.Stop()
	if _, err := wait.Await(); err != ErrStopped {
		t.Errorf("Wait gives %v", err)
	}
	closes := SpawnOn(r, g.Close())
	closes.Stop()
	if _, err := closes.Await(); err != nil || !a.canceled.Load() {
		t.Errorf("Close gives %v, canceled %v", err, a.canceled.Load())
	}
	if len(g.waits) != 0 {
		t.Errorf("%d entries are left", len(g.waits))
	}
}

// ready is a future that is always ready.
type ready struct{}

func (ready) Poll(*Context) Poll[struct{}] { return Ready(struct{}{}) }
func (ready) Cancel()                      {}

// TestGroupAllocates counts what a child costs besides its future.
func TestGroupAllocates(t *testing.T) {
	r := newTestRuntime(t)
	var g Group
	idle := func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.idle()
	}
	allocs := testing.AllocsPerRun(100, func() {
		g.SpawnOn(r, ready{})
		for !idle() {
			runtime.Gosched()
		}
	})
	if allocs > 1 {
		t.Errorf("a child allocates %v times", allocs)
	}
}
