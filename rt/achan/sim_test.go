package achan_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/alock"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// crossing has three senders and two receivers use one channel. The receivers note what they get under a
// lock that they hold while others run.
//
//async:func
func crossing(capacity int) error {
	tx, rx := achan.MPMC[int](capacity)
	defer rx.Close()
	var notes alock.Mutex[[]int]
	var group rt.Group
	for s := range 3 {
		tx := tx.Clone()
		group.Go(func() error {
			defer tx.Close()
			for i := range 3 {
				if err := tx.Send(10*s + i).Await(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	tx.Close()
	for range 2 {
		group.Go(func() error {
			for {
				v, err := rx.Recv().Await()
				if err == achan.ErrClosed {
					return nil
				}
				g, err := notes.Lock().Await()
				if err != nil {
					return err
				}
				before := len(*g.Value())
				rt.Yield().Await()
				*g.Value() = append((*g.Value())[:before], v)
				g.Unlock()
			}
		})
	}
	if err := group.Wait().Await(); err != nil {
		return err
	}
	g, err := notes.Lock().Await()
	if err != nil {
		return err
	}
	got := slices.Sorted(slices.Values(*g.Value()))
	if !slices.Equal(got, []int{0, 1, 2, 10, 11, 12, 20, 21, 22}) {
		return fmt.Errorf("received %v", got)
	}
	return nil
}

// TestSimulated runs crossing in many orders.
func TestSimulated(t *testing.T) {
	for _, capacity := range []int{0, 1, 4, achan.Unbounded} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			rttest.Seeds(t, 100, func() *crossingFuture { return crossingAsync(capacity) })
		})
	}
}
