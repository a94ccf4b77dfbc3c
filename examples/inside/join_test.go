package inside

import (
	"errors"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

func TestBoth(t *testing.T) {
	a, b := &later{pending: 1, value: 40}, &later{pending: 3, value: 2}
	f := &counted[Pair[int, int]]{Future: NewBoth(a, b)}
	if p, err := BlockOn(f); p.A+p.B != 42 || err != nil || f.polls != 4 {
		t.Errorf("%v, %v after %d polls", p, err, f.polls)
	}
	_, err := BlockOn(NewBoth(a, rt.Error[int](errors.ErrUnsupported)))
	if err != errors.ErrUnsupported {
		t.Error(err)
	}
}

// Waiting for two futures allocates nothing.
func TestBothAllocs(t *testing.T) {
	cx := rt.NewContext(rt.NewWaker(func() {}))
	a, b := new(later), new(later)
	var f Both[int, int, *later, *later]
	sum := 0
	n := testing.AllocsPerRun(100, func() {
		*a, *b = later{1, 40}, later{2, 2}
		f.a, f.b = a, b
		f.resultA, f.resultB = rt.Poll[int]{}, rt.Poll[int]{}
		for {
			if p := f.Poll(cx); p.Ready {
				sum += p.Value.A + p.Value.B
				return
			}
		}
	})
	if n != 0 || sum != 101*42 {
		t.Errorf("%v allocations, sum %d", n, sum)
	}
}
