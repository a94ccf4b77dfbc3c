package inside

import (
	"testing"

	"github.com/asyncgen/asyncgen/rt"
)

// The waker of the last poll is woken, and no other.
func TestSignalReplacesWaker(t *testing.T) {
	var s signal
	woken := ""
	waker := func(name string) rt.Waker { return rt.NewWaker(func() { woken += name }) }
	if s.poll(waker("a")) || s.poll(waker("b")) {
		t.Fatal("given before it was")
	}
	if s.give(); woken != "b" {
		t.Errorf("woken: %q", woken)
	}
	if !s.poll(waker("c")) {
		t.Error("not given")
	}
}

// Whoever of the two is first, the other one learns of it: no wake is lost.
func TestSignalRace(t *testing.T) {
	for range 1000 {
		var s signal
		woken := make(chan struct{}, 1)
		go s.give()
		if !s.poll(rt.NewWaker(func() { woken <- struct{}{} })) {
			<-woken // for ever, if the wake is lost
			if !s.poll(rt.Waker{}) {
				t.Fatal("woken without reason")
			}
		}
	}
}

func TestSignalForget(t *testing.T) {
	var s signal
	s.poll(rt.NewWaker(func() { t.Error("woken") }))
	s.forget()
	s.give()
}
