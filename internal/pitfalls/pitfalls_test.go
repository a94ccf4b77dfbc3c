package pitfalls

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/internal/twin"
)

// TestOutput compares what every program prints, in both forms, with what Go prints.
func TestOutput(t *testing.T) {
	want, err := os.ReadFile("testdata/out.txt")
	if err != nil {
		t.Fatal(err)
	}
	forms := []struct {
		name string
		run  func(p program) any
	}{
		{"plain", func(p program) any { return p.plain() }},
		{"twin, ready at once", func(p program) any { return polled(t, p, 0) }},
		{"twin, pending", func(p program) any { return polled(t, p, 1) }},
	}
	for _, form := range forms {
		var b bytes.Buffer
		for _, p := range programs {
			trace = nil
			fmt.Fprintf(&b, "%s\t%v\n", p.name, form.run(p))
		}
		compareLines(t, form.name, b.String(), string(want))
	}
}

func polled(t *testing.T, p program, seed uint64) any {
	v, err := twin.Run(p.twin(), seed)
	if err != nil {
		t.Errorf("%s reports an error that its plain form cannot have: %v", p.name, err)
	}
	return v
}

func compareLines(t *testing.T, form, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(g) != len(w) {
		t.Errorf("%s: %d lines, want %d", form, len(g), len(w))
	}
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s:\n got %s\nwant %s", form, g[i], w[i])
		}
	}
}

// TestTwins holds every twin to its plain form under all plans of package twin, with
// cancellation at every await among them.
func TestTwins(t *testing.T) {
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			twin.Compare(t, twin.Func{
				Name:  p.name,
				Plain: p.plain,
				Twin:  p.twin,
				Reset: func() { trace = nil },
			})
		})
	}
}
