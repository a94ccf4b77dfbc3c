// Package model checks concurrent algorithms in tests by going through every order in which their
// atomic steps can happen, for a few participants and a few elements.
//
// A state of a model is a comparable value, so what was seen already is known; two states that differ in
// a register that is not going to be used are searched twice, so steps clear such registers.
package model

import (
	"fmt"
	"testing"
)

// A State is a state of a model of type M.
type State[M any] interface {
	comparable
	// Next returns all states that one step leads to.
	Next() []M
	// Check returns what is wrong with the state, or "". It is final if nothing more can happen.
	Check(final bool) string
}

// Explore checks every state that start leads to, and returns how many there are. If one is wrong the
// test fails with the way to it.
func Explore[M State[M]](t testing.TB, start M) int {
	t.Helper()
	cameFrom := map[M]M{start: start}
	work := []M{start}
	for len(work) > 0 {
		m := work[len(work)-1]
		work = work[:len(work)-1]
		successors := m.Next()
		if wrong := m.Check(len(successors) == 0); wrong != "" {
			t.Fatalf("%s:\n%s", wrong, trail(cameFrom, m))
		}
		for _, n := range successors {
			if _, seen := cameFrom[n]; !seen {
				cameFrom[n] = m
				work = append(work, n)
			}
		}
	}
	return len(cameFrom)
}

// trail formats the way from the start to m.
func trail[M comparable](cameFrom map[M]M, m M) (s string) {
	for {
		s = fmt.Sprintf("%+v\n%s", m, s)
		from := cameFrom[m]
		if from == m {
			return s
		}
		m = from
	}
}
