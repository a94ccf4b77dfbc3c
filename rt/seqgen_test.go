package rt

import (
	"fmt"
	"slices"
	"testing"
)

// A trace of a consumer that takes two elements of three and stops, and comes back.
func TestSeqGen(t *testing.T) {
	var log []string
	note := func(v ...any) { log = append(log, fmt.Sprint(v...)) }
	one := FromSeq(func(yield func(int) bool) { note(yield(1), yield(2), yield(3)) })
	two := FromSeq2(func(yield func(int, bool) bool) { note(yield(1, true), yield(2, false), yield(3, true)) })
	none := FromSeq0(func(yield func() bool) { note(yield(), yield(), yield()) })
	for _, g := range []struct {
		next func()
		stop func()
	}{
		{func() { v, ok := one.Next(); note(v, ok) }, one.Stop},
		{func() { k, v, ok := two.Next(); note(k, v, ok) }, two.Stop},
		{func() { note(none.Next()) }, none.Stop},
	} {
		g.next()
		g.next()
		g.stop()
		g.stop()
		g.next()
	}
	want := []string{
		"1 true", "2 true", "true false false", "0 false",
		"1 true true", "2 false true", "true false false", "0 false false",
		"true", "true", "true false false", "false",
	}
	if !slices.Equal(log, want) {
		t.Errorf("got  %q\nwant %q", log, want)
	}
}

// A generator that is asked for nothing does not begin, not even to be stopped.
func TestSeqGenUnused(t *testing.T) {
	g := FromSeq(func(yield func(int) bool) { t.Error("it has begun") })
	g.Stop()
	if v, ok := g.Next(); v != 0 || ok {
		t.Errorf("Next after Stop: %v, %v", v, ok)
	}
}

// In a range statement an iterator that goes on after the loop was left panics; a consumer that
// pulls tells it again.
func TestSeqGenInLoop(t *testing.T) {
	stubborn := func(yield func(int) bool) {
		yield(1)
		yield(2)
	}
	pulled, looped := FromSeq(stubborn), FromSeq(stubborn)
	looped.InLoop()
	for _, c := range []struct {
		name   string
		g      *SeqGen[int]
		panics bool
	}{{"pulled", &pulled, false}, {"in a loop", &looped, true}} {
		c.g.Next()
		panicked := func() (p bool) {
			defer func() { p = recover() != nil }()
			c.g.Stop()
			return false
		}()
		if panicked != c.panics {
			t.Errorf("%s: panicked: %v, want %v", c.name, panicked, c.panics)
		}
	}
}
