package inside

import (
	"slices"
	"testing"
)

// A generator is resumed by hand, step by step, and does nothing in between.
func TestResume(t *testing.T) {
	f, m := fibonacciPull(10), newFibonacciMachine(10)
	if f.state != fibonacciStart {
		t.Errorf("it begins in state %d", f.state)
	}
	for want := range fibonacci(10) {
		v, ok := f.Next()
		w, ok2 := m.Next()
		if v != want || w != want || !ok || !ok2 {
			t.Errorf("%d %v, by hand %d %v, want %d", v, ok, w, ok2, want)
		}
		if f.state != fibonacciYield {
			t.Errorf("it stands in state %d", f.state)
		}
	}
	for range 3 {
		v, ok := f.Next()
		w, ok2 := m.Next()
		if v != 0 || ok || w != 0 || ok2 || f.state != fibonacciDone {
			t.Errorf("after the end: %d %v, by hand %d %v, state %d", v, ok, w, ok2, f.state)
		}
	}
}

// Stop ends it where it stands.
func TestStop(t *testing.T) {
	f := fibonacciPull(100)
	var got []int
	for range 4 {
		v, _ := f.Next()
		got = append(got, v)
	}
	f.Stop()
	if v, ok := f.Next(); ok || !slices.Equal(got, []int{0, 1, 1, 2}) {
		t.Errorf("%v, then %d %v", got, v, ok)
	}
}
