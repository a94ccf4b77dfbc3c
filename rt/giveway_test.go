package rt

import (
	"runtime"
	"testing"
)

// TestGivesWayToThoseWhoAnswer has a task and a goroutine hand a ball to each other, on the only
// processor that Go has. The goroutine gets it before the worker parks: otherwise it would have to wait
// for the scheduler to find out that the worker waits for the system.
func TestGivesWayToThoseWhoAnswer(t *testing.T) {
	r := newRuntimeOf(t, 1)
	w := r.crew.workers[0]
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const rounds = 1000
	balls := make(chan Waker, 1)
	early := make(chan int)
	go func() {
		n := 0
		for back := range balls {
			if w.parking.Load() == awake {
				n++
			}
			back.Wake()
		}
		early <- n
	}()
	left := rounds
	SpawnOn(r, FromFunc(func(cx *Context) Poll[struct{}] {
		if left--; left < 0 {
			return Ready(struct{}{})
		}
		balls <- cx.Waker()
		return Pending[struct{}]()
	})).Await()
	close(balls)
	// Once in a while the scheduler comes back to the worker first, to be fair.
	if n := <-early; n < rounds/2 {
		t.Errorf("of %d times the goroutine came before the worker had parked %d times", rounds, n)
	}
}
