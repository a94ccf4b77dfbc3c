package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
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
