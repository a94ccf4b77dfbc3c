package inside

import (
	"slices"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

func TestBlockOn(t *testing.T) {
	f := &counted[int]{Future: &later{pending: 3, value: 7}}
	if v, err := BlockOn(f); v != 7 || err != nil || f.polls != 4 {
		t.Errorf("%d, %v after %d polls", v, err, f.polls)
	}
}

// Tasks take turns: whoever is woken goes to the end of the queue.
func TestExecutorOrder(t *testing.T) {
	ex := NewExecutor()
	var trace []string
	spawn := func(name string, pending int) {
		ex.Spawn(rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			trace = append(trace, name)
			if pending--; pending >= 0 {
				cx.Waker().Wake()
				cx.Waker().Wake() // two wakes, one poll
				return rt.Pending[struct{}]()
			}
			return rt.Ready(struct{}{})
		}))
	}
	spawn("a", 2)
	spawn("b", 0)
	spawn("c", 1)
	ex.Run()
	if want := []string{"a", "b", "c", "a", "c", "a"}; !slices.Equal(trace, want) {
		t.Errorf("%q instead of %q", trace, want)
	}
}

// A thousand tasks that wait for threads, on one goroutine. Each is polled twice.
func TestExecutorThreads(t *testing.T) {
	ex := NewExecutor()
	var all []*counted[struct{}]
	for range 1000 {
		f := &counted[struct{}]{Future: NewDelay(time.Millisecond)}
		all = append(all, f)
		ex.Spawn(f)
	}
	ex.Run()
	for _, f := range all {
		if f.polls != 2 {
			t.Fatalf("a task was polled %d times", f.polls)
		}
	}
}

// Waking a task that has ended does nothing.
func TestExecutorLateWake(t *testing.T) {
	ex := NewExecutor()
	var w rt.Waker
	first := true
	ex.Spawn(rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
		w = cx.Waker()
		return rt.Ready(struct{}{})
	}))
	ex.Spawn(rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
		if w.Wake(); first {
			first = false
			cx.Waker().Wake()
			return rt.Pending[struct{}]()
		}
		return rt.Ready(struct{}{})
	}))
	ex.Run()
}
