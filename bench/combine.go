package main

import (
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A silence is a leaf future that never ends, and costs nothing.
type silence struct{ rt.Pin }

// never returns a future that never ends.
//
//async:new
func never() *silence { return &silence{} }

func (*silence) Poll(*rt.Context) rt.Poll[int] { return rt.Pending[int]() }

// Await blocks for ever, as the future does.
func (f *silence) Await() int { return rt.Block(f, (*silence).Poll).Value }

func (*silence) Cancel() {}

// selects selects n times between a future that is ready and one that is not.
//
//async:func
func selects(n int) (sum int) {
	for i := range n {
		r := rt.Select2(addAsync(i, 3), never()).Await()
		sum += r.A.Value
	}
	return sum
}

// limited awaits a future n times that is ready long before its time is over.
//
//async:func
func limited(n int) (sum int) {
	for i := range n {
		v, err := rt.Timeout(time.Minute, addAsync(i, 3)).Await()
		if err != nil {
			return 0
		}
		sum += v
	}
	return sum
}

// asleep waits for an hour.
//
//async:func
func asleep() error { return rt.Sleep(time.Hour).Await() }
