package main

import (
	"strings"
	"testing"
)

// TestSample lets the tests of a few small packages judge. The command knows more of them.
func TestSample(t *testing.T) {
	if testing.Short() {
		t.Skip("builds packages")
	}
	var out strings.Builder
	j := &judge{root: "../..", dir: t.TempDir(), every: 2, out: &out}
	if err := j.all([]string{"container/list", "maps", "text/tabwriter", "encoding/csv"}); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if n := strings.Count(out.String(), "ok "); n != 4 {
		t.Errorf("%d packages were tested:\n%s", n, out.String())
	}
}
