package achan_test

import (
	"fmt"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// perChannel is how many messages go through each of the channels of a choice.
const perChannel = 6

// A ledger notes what was received from each of two channels. What is received is noted in the poll
// that received it, so nothing that is missing can be in somebody's hands.
type ledger [2][]int

// choose receives from both channels by one select after the other, until both are closed. Its receives
// lose again and again, and some of the selects do.
//
//async:func
func choose(l *ledger, a, b *achan.SharedReceiver[int]) {
	open := 2
	for round := 0; open > 0; round++ {
		if round%3 == 2 {
			// The whole select loses against a yield, in the midst of whatever its receives were granted.
			r := rt.Select2(rt.Yield(), rt.Select2(a.Recv(), b.Recv())).Await()
			if r.Index == 1 {
				l.note(r.B.Value)
			}
			continue
		}
		r := rt.Select2(a.Recv(), b.Recv()).Await()
		l.note(r)
		if r.A.Err != nil || r.B.Err != nil {
			open--
			if r.Index == 0 {
				a = b
			} else {
				b = a
			}
		}
	}
}

// note notes what a select has received, and nothing if the channel is closed.
func (l *ledger) note(r rt.Select2Result[int, int]) {
	switch {
	case r.Index == 0 && r.A.Err == nil:
		l[r.A.Value/100] = append(l[r.A.Value/100], r.A.Value%100)
	case r.Index == 1 && r.B.Err == nil:
		l[r.B.Value/100] = append(l[r.B.Value/100], r.B.Value%100)
	}
}

// feed sends the messages of one channel, each by a select against a yield that may win.
//
//async:func
func feed(tx *achan.Sender[int], channel int) error {
	defer tx.Close()
	for i := 0; i < perChannel; {
		r := rt.Select2(tx.Send(100*channel+i), rt.Yield()).Await()
		if r.Index == 0 {
			if r.A.Err != nil {
				return r.A.Err
			}
			i++ // it was sent, and only then
		}
	}
	return nil
}

// choosing has two tasks feed two channels, and two others choose from them, of which one is canceled
// wherever it stands.
//
//async:func
func choosing(capacity, polls int) error {
	var l ledger
	txA, a := achan.MPMC[int](capacity)
	txB, b := achan.MPMC[int](capacity)
	defer a.Close()
	defer b.Close()
	var group rt.Group
	group.Go(func() error { return feedAsync(txA, 0).Await() })
	group.Go(func() error { return feedAsync(txB, 1).Await() })
	victim := rt.Spawn(chooseAsync(&l, a, b))
	group.Go(func() error {
		chooseAsync(&l, a, b).Await()
		return nil
	})
	for range polls {
		rt.Yield().Await()
	}
	victim.Cancel()
	if err := group.Wait().Await(); err != nil {
		return err
	}
	for c, got := range l {
		seen := make([]bool, perChannel)
		for _, v := range got {
			if seen[v] {
				return fmt.Errorf("received %d of channel %d twice: %v", v, c, got)
			}
			seen[v] = true
		}
		if len(got) != perChannel {
			return fmt.Errorf("received %v of channel %d", got, c)
		}
	}
	return nil
}

// TestSelectLosesNothing runs choosing in many orders. Nothing is lost or doubled by a receive or a
// send that loses, at whatever point it does.
func TestSelectLosesNothing(t *testing.T) {
	for _, capacity := range []int{0, 1, 3} {
		for _, polls := range []int{0, 3, 9} {
			t.Run(fmt.Sprint(capacity, polls), func(t *testing.T) {
				rttest.Seeds(t, 60, func() *choosingFuture { return choosingAsync(capacity, polls) })
			})
		}
	}
}
