package vet

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

var update = flag.Bool("update", false, "rewrite docs/vet.md")

const begin, end = "<!-- analyzers -->\n", "<!-- end of analyzers -->\n"

// TestDocs holds docs/vet.md to the documentation of the analyzers.
func TestDocs(t *testing.T) {
	path := filepath.Join("..", "docs", "vet.md")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(old), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s: the comments around the list of analyzers are gone", path)
	}
	var b strings.Builder
	b.WriteString(head + begin)
	for _, a := range Analyzers() {
		b.WriteString(section(a))
	}
	b.WriteString("\n" + end + tail)
	if b.String() == string(old) {
		return
	}
	if !*update {
		t.Fatalf("%s is not up to date: run go test ./vet -run TestDocs -update", path)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// section is the documentation of one analyzer in Markdown.
func section(a *analysis.Analyzer) string {
	title, text, _ := strings.Cut(a.Doc, "\n\n")
	var b strings.Builder
	b.WriteString("\n## " + a.Name + ": " + title + "\n")
	for _, p := range paragraphs(text) {
		if strings.HasPrefix(p, "\t") {
			p = "```go\n" + strings.ReplaceAll(strings.TrimPrefix(p, "\t"), "\n\t", "\n") + "\n```"
		}
		b.WriteString("\n" + p + "\n")
	}
	return b.String()
}

// paragraphs splits a text at empty lines, but not those inside of code.
func paragraphs(text string) (list []string) {
	for _, p := range strings.Split(text, "\n\n") {
		if n := len(list); n > 0 && strings.HasPrefix(p, "\t") && strings.HasPrefix(list[n-1], "\t") {
			list[n-1] += "\n\n" + p
		} else {
			list = append(list, p)
		}
	}
	return list
}

var expectation = regexp.MustCompile(` *// want .*`)

// TestExamples looks for the code in the documentation of the analyzers among what is
// analyzed in the tests: the first piece in the package where things are wrong, with a
// report in it, and the other ones in the package where nothing is reported.
func TestExamples(t *testing.T) {
	for _, a := range Analyzers() {
		folder := filepath.Join("testdata", a.Name)
		for _, p := range paragraphs(a.Doc) {
			if !strings.HasPrefix(p, "\t") {
				continue
			}
			code := strings.ReplaceAll(strings.TrimPrefix(p, "\t"), "\n\t", "\n")
			if !contains(t, folder, code) {
				t.Errorf("%s: no file in %s has this example:\n%s", a.Name, folder, code)
			}
			folder = filepath.Join("testdata", a.Name, "fixed")
		}
	}
}

// contains reports whether a file in a folder has a piece of code, as the formatter leaves
// that if there are expectations behind some lines.
func contains(t *testing.T, folder, code string) bool {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(expectation.ReplaceAll(text, nil), []byte("\n"+code+"\n")) {
			return true
		}
	}
	return false
}
