package achan_test

import (
	"fmt"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// ranging ranges over the messages of two channels, one of which it leaves: what comes after is not lost.
//
//async:func
func ranging() error {
	tx, rx := achan.MPSC[int](2)
	tx2, rx2 := achan.MPMC[int](0)
	defer rx2.Close()
	var group rt.Group
	defer group.Close().Await()
	group.Go(func() error {
		defer tx.Close()
		for v := range rx2.All() {
			if err := tx.Send(10 * v).Await(); err != nil {
				return err
			}
		}
		return nil
	})
	group.Go(func() error {
		defer tx2.Close()
		for i := range 5 {
			if err := tx2.Send(i).Await(); err != nil {
				return err
			}
		}
		return nil
	})
	sum := 0
	for v := range rx.All() {
		rt.Yield().Await()
		if sum += v; v == 30 {
			break
		}
	}
	v, err := rx.Recv().Await()
	if sum != 60 || v != 40 || err != nil {
		return fmt.Errorf("the sum is %d, then %d, %v", sum, v, err)
	}
	for v := range rx.All() {
		return fmt.Errorf("%d after the end", v)
	}
	return group.Wait().Await()
}

func TestRange(t *testing.T) {
	if err := ranging(); err != nil {
		t.Error("in plain code:", err)
	}
	rttest.Seeds(t, 200, rangingAsync)
}
