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
	"slices"
	"strings"
	"testing"
	"time"
)

// Patience is how long a check waits for things to end. Tests of checks that fail set it.
var Patience = 10 * time.Second

// Check notes what there is, and has the test fail if there is more when it has ended. It is
// called at the beginning of the test, so that everything else is cleaned up before it looks.
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

// Main runs the tests of a package and exits, as TestMain is to do. When the tests have passed
// it calls each of end, which give back what the tests share, and fails if more is left than
// there was.
func Main(m *testing.M, end ...func()) {
	before := take()
	code := m.Run()
	for _, f := range end {
		f()
	}
	if code == 0 {
		if more := before.wait(Patience); more != "" {
			fmt.Fprintf(os.Stderr, "the tests have left behind:\n%s", more)
			code = 1
		}
	}
	os.Exit(code)
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
