package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sample = `Prose.
-- input.go --
package golden
-- sub/other.go --
package sub
-- ir --
old
-- gone_async.go --
package golden
-- output --
out
`

// TestRecord records results over a golden file and reads them back: sources and prose
// stay, everything else is replaced, and a second record changes nothing.
func TestRecord(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sample.txtar")
	if err := os.WriteFile(path, []byte(sample), 0o666); err != nil {
		t.Fatal(err)
	}
	load := func() *Case {
		cases, err := LoadCases(dir)
		if err != nil || len(cases) != 1 || cases[0].Name != "sample" {
			t.Fatalf("cases %v, error %v", cases, err)
		}
		return cases[0]
	}
	r := &Result{
		IR:        "new\n",
		Generated: map[string]string{"sub/other_async.go": "b\n", "input_async.go": "a\n"},
		Output:    "out\n",
	}
	if got := load().Compare(r); len(got) != 4 {
		t.Errorf("want 4 differences (ir, two files that are not recorded, one that is gone), got %q", got)
	}
	for range 2 {
		c := load()
		if err := c.Record(r); err != nil {
			t.Fatal(err)
		}
		want := sample[:strings.Index(sample, "-- ir")] +
			"-- ir --\nnew\n-- input_async.go --\na\n-- sub/other_async.go --\nb\n-- output --\nout\n"
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Errorf("recorded\n%s\nwant\n%s", got, want)
		}
		if got := load().Compare(r); len(got) != 0 {
			t.Errorf("differences after recording: %q", got)
		}
	}
}
