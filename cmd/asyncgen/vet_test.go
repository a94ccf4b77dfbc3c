package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// deliberate lists what vet reports in this project, all of it in functions that are there
// to show what then happens: file and analyzer.
var deliberate = []string{
	"internal/pitfalls/branches.go blocking",
	"internal/pitfalls/calls.go blocking",
	"internal/pitfalls/defers.go literalawait",
	"internal/pitfalls/effects.go blocking",
	"internal/pitfalls/effects.go literalawait",
	"internal/pitfalls/order.go loadorder",
	"internal/pitfalls/variables.go blocking",
}

// TestVetOwnCode runs the analyzers over the whole module, tests included, as users would.
func TestVetOwnCode(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and looks at all packages")
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "asyncgen")
	if out, err := exec.Command("go", "build", "-o", exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	dependOnSources(t, repo)
	cmd := exec.Command(exe, "vet", "-json", "./...")
	cmd.Dir = repo
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("asyncgen vet: %v\n%s", err, &stderr)
	}
	found := make(map[string]bool)
	for _, r := range reports(t, out) {
		file, _, _ := strings.Cut(strings.TrimPrefix(r.posn, repo+"/"), ":")
		key := file + " " + r.analyzer
		found[key] = true
		if !slices.Contains(deliberate, key) {
			t.Errorf("%s: %s (%s)", r.posn, r.message, r.analyzer)
		}
	}
	if keys := slices.Sorted(maps.Keys(found)); !t.Failed() && !slices.Equal(keys, deliberate) {
		t.Errorf("reports are in\n%s\ninstead of\n%s", strings.Join(keys, "\n"), strings.Join(deliberate, "\n"))
	}
}

// dependOnSources looks at all source files, so that the result of the test is not taken
// from the cache when one of them changes.
func dependOnSources(t *testing.T, repo string) {
	err := filepath.WalkDir(repo, func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

type report struct{ analyzer, posn, message string }

// reports reads the output of vet -json: one object a package, which maps its path to one
// from analyzers to reports.
func reports(t *testing.T, out []byte) (list []report) {
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var packages map[string]map[string][]struct{ Posn, Message string }
		if err := dec.Decode(&packages); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatalf("output of asyncgen vet -json: %v", err)
		}
		for _, analyzers := range packages {
			for name, found := range analyzers {
				for _, r := range found {
					list = append(list, report{name, r.Posn, r.Message})
				}
			}
		}
	}
}
