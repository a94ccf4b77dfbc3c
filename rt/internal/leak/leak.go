// Package leak is for tests: it finds goroutines and descriptors that are left behind.
//
// A leak is what is there at the end and was not at the beginning. Both are counted by kind,
// a goroutine by the function that it was started with, a descriptor by what it is of. So it
// does not matter that one goroutine has taken the place of another, as the workers of a
// runtime do, and a report says what has leaked and not only that something has.
//
// Things end a little later than they say: a goroutine whose last statement has let a test go
// on is still there. So a check waits until nothing is left, and gives up after a time that
// only failing tests reach.
package leak

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Patience is how long a check waits for things to end. Tests of checks that fail set it.
var Patience = 10 * time.Second

// Check notes what there is, and has the test fail if there is more when it has ended. It is
// called at the beginning of the test, so that everything else is cleaned up before it looks. [Main] calls
// it for each test; in a subtest it finds out which one it is.
// What the test needs and does not own, such as the default runtime, has to be there by then.
// It cannot tell apart tests that run in parallel.
func Check(t testing.TB) {
	t.Helper()
	before := take()
	t.Cleanup(func() {
		t.Helper()
		if more := before.wait(Patience); more != "" {
			t.Errorf("left behind:\n%s", more)
		}
	})
}

// Shared is what the tests of a package have in common, such as the default runtime.
type Shared struct {
	Begin func() // makes it, if it is not there; called before each test
	End   func() // gives it back; called when all tests have passed
}

// Main runs the tests of a package and exits, as TestMain is to do. Each test fails if it leaves
// anything behind, as with [Check]. When all have passed it gives back what they share, and fails
// if more is left than there was at first. The zero Shared is for tests that share nothing.
func Main(m *testing.M, shared Shared) {
	before := take()
	checkEach(m, shared.Begin)
	code := m.Run()
	if shared.End != nil {
		shared.End()
	}
	if code == 0 {
		if more := before.wait(Patience); more != "" {
			fmt.Fprintf(os.Stderr, "the tests have left behind:\n%s", more)
			code = 1
		}
	}
	os.Exit(code)
}

// checkEach has Check look at every test. Package testing lets nobody come between it and a test, so
// that each would have to begin with the call, and one day one would not. This changes the list
// that the go command has made; if package testing keeps it elsewhere one day, no test runs.
func checkEach(m *testing.M, begin func()) {
	field := reflect.ValueOf(m).Elem().FieldByName("tests")
	if !field.IsValid() || field.Type() != reflect.TypeFor[[]testing.InternalTest]() {
		panic("leak: a testing.M has no tests that are []testing.InternalTest")
	}
	tests := *(*[]testing.InternalTest)(field.Addr().UnsafePointer())
	for i := range tests {
		test := tests[i].F
		tests[i].F = func(t *testing.T) {
			if begin != nil {
				begin()
			}
			Check(t)
			test(t)
		}
	}
}

// A census says how many there are of each kind.
type census map[string]int

// take counts what there is.
func take() census {
	// The first file of this sort makes the Go runtime open descriptors that it keeps.
	if r, w, err := os.Pipe(); err == nil {
		r.Close()
		w.Close()
	}
	return count()
}

func count() census {
	c := census{}
	for _, entry := range goroutines() {
		c["goroutine: "+entry]++
	}
	for _, target := range descriptors() {
		c["descriptor: "+target]++
	}
	return c
}

// wait returns what there is more than in c, when there is nothing or limit is over.
func (c census) wait(limit time.Duration) (more string) {
	deadline := time.Now().Add(limit)
	for pause := time.Microsecond; ; pause = min(2*pause, 10*time.Millisecond) {
		more = c.more(count())
		if more == "" || time.Now().After(deadline) {
			return more
		}
		time.Sleep(pause)
	}
}

// more lists the kinds of which there are more than in c.
func (c census) more(now census) string {
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(now)) {
		if n := now[kind] - c[kind]; n > 0 {
			fmt.Fprintf(&b, "\t%d × %s\n", n, kind)
		}
	}
	return b.String()
}
