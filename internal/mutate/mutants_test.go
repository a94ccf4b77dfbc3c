package main

import (
	"flag"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTable holds the table to the sources: a mutant whose text is gone tests nothing.
func TestTable(t *testing.T) {
	for _, m := range mutants() {
		text, err := os.ReadFile(filepath.Join("../..", m.file))
		if err != nil {
			t.Error(err)
			continue
		}
		changed, err := m.apply(text)
		if err != nil {
			t.Errorf("%s: %v", m.rule, err)
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), m.file, changed, 0); err != nil {
			t.Errorf("%s: %v", m.rule, err)
		}
		if len(m.goldens) == 0 && m.tests == "" {
			t.Errorf("%s: nothing is there to notice", m.rule)
		}
		for _, name := range m.goldens {
			if _, err := os.Stat(filepath.Join("../../testdata/golden", name+".txtar")); err != nil {
				t.Errorf("%s: %v", m.rule, err)
			}
		}
	}
}

var update = flag.Bool("update", false, "rewrite the list in docs/testing.md")

// TestDocs holds the list in docs/testing.md to the table.
func TestDocs(t *testing.T) {
	const path = "../../docs/testing.md"
	const start, end = "<!-- mutants -->\n", "<!-- end of mutants -->\n"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), start)
	list, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks the lines %s and %s", path, start, end)
	}
	want := "\n| rule that is broken | in | noticed by |\n|---|---|---|\n"
	for _, m := range mutants() {
		by := strings.Join(m.goldens, ", ")
		if m.tests != "" {
			by = "`go test " + strings.ReplaceAll(m.tests, "|", "\\|") + "`"
		}
		want += "| " + m.rule + " | `" + m.file + "` | " + by + " |\n"
	}
	want += "\n"
	if list == want {
		return
	}
	if !*update {
		t.Fatalf("the list in %s is not that of the table; go test ./internal/mutate -update rewrites it", path)
	}
	if err := os.WriteFile(path, []byte(before+start+want+end+after), 0o666); err != nil {
		t.Fatal(err)
	}
}
