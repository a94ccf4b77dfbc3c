package vet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asyncgen/asyncgen/internal/driver"
)

// The folders of testdata are packages with expectations: comments of the form
//
//	// want "regexp"
//
// on each line with a report. Beside a file whose reports have fixes lies the file as it is
// when all of them were applied.

// workspace copies testdata to a module of its own, generates the twins of its functions,
// and returns the folder. The module cache of this project suffices for it.
func workspace(t *testing.T) string {
	t.Helper()
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	repo, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(repo, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "go.mod" {
			text = goMod(text, repo)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	ok, err := driver.Run(driver.Options{Dir: dir, Patterns: []string{"./..."}, Stdout: &out, Stderr: &out})
	if err != nil || !ok {
		t.Fatalf("generating twins: %v\n%s", err, &out)
	}
	forgetWants(t, dir)
	return dir
}

// forgetWants takes the expectations out of the generated files, where comments are copied.
func forgetWants(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*_async.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no generated files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte("// want "), []byte("// "))
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

var notForUsers = regexp.MustCompile(`(?m)^(module|tool) .*$`)

// goMod turns the go.mod of this project into that of a module that uses it, with the same
// versions of everything.
func goMod(text []byte, repo string) []byte {
	text = notForUsers.ReplaceAll(text, nil)
	return fmt.Appendf(text, "\nmodule example.org/vet\n\nrequire github.com/asyncgen/asyncgen v0.0.0\n\nreplace github.com/asyncgen/asyncgen => %s\n", repo)
}

func TestAnalyzers(t *testing.T) {
	dir := workspace(t)
	for _, a := range append(Analyzers(), codeAnalyzer) {
		t.Run(a.Name, func(t *testing.T) {
			pkg := a.Name
			if a == codeAnalyzer {
				pkg = "helper"
			}
			if fixes, _ := filepath.Glob(filepath.Join(dir, pkg, "*.golden")); len(fixes) > 0 {
				analysistest.RunWithSuggestedFixes(t, dir, a, "./"+pkg+"/...")
			} else {
				analysistest.Run(t, dir, a, "./"+pkg+"/...")
			}
		})
	}
}

func TestValid(t *testing.T) {
	if err := analysis.Validate(Analyzers()); err != nil {
		t.Error(err)
	}
}
