package twin

import "github.com/asyncgen/asyncgen/rt"

// Run polls future until it is done and returns its results; what it panics with passes
// through. Leaves of this package are ready at once if seed is 0, and pend 1 to 3
// times, by that seed, otherwise. It begins a new trace.
func Run[T any](future rt.Future[T], seed uint64) (T, error) {
	pends := always(0)
	if seed != 0 {
		pends = seeded(seed)
	}
	r := begin(plan{pends: pends})
	r.driven = true
	root := rt.NewContext(rt.Waker{})
	for {
		w := newSignal(root)
		if p := future.Poll(w.cx); p.Ready {
			return p.Value, p.Err
		}
		waiting, _ := r.snapshot()
		for _, l := range waiting {
			l.fire()
		}
		w.wait()
	}
}
