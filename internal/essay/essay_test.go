package essay

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/emit"
	"github.com/asyncgen/asyncgen/internal/diag"
	"github.com/asyncgen/asyncgen/lower"
	"github.com/asyncgen/asyncgen/parse"
)

const (
	root = "../.."
	// ellipsis on a line of its own stands for lines that are left out.
	ellipsis = "…"
)

// A made is what the compiler makes of one source file.
type made struct {
	source string
	ir     map[string]string // by function, with those of its literals
	twins  string
}

// compile takes testdata/essay through the compiler.
func compile(t *testing.T) *made {
	t.Helper()
	dir, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := parse.Load(parse.Config{Dir: dir}, "./testdata/essay")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range loaded.Diags.Sorted() {
		t.Fatal(d)
	}
	p := loaded.Packages[0]
	diags := &diag.List{Fset: p.Fset}
	machines := lower.Package(p, diags)
	out := &made{source: string(p.Files[0].Source), ir: make(map[string]string)}
	for _, m := range machines {
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		out.ir[m.Func.Names.Func] = b.String()
	}
	text, err := emit.File(p.Files[0], machines, emit.Options{}, diags)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags.Sorted() {
		t.Fatal(d)
	}
	out.twins = string(text)
	return out
}

// listings returns the blocks of a document that a tab indents.
func listings(doc string) (out []string) {
	listing := ""
	for line := range strings.Lines(doc + "\n") {
		switch {
		case strings.HasPrefix(line, "\t"):
			listing += line
		case listing != "":
			out = append(out, listing)
			listing = ""
		}
	}
	return out
}

// contains reports whether text has the lines of listing in this order, and without others in
// between except where the listing says so. Indentation does not count.
func contains(text, listing string) bool {
	rest := flatten(text)
	for part := range strings.SplitSeq(flatten(listing), "\n"+ellipsis+"\n") {
		_, after, found := strings.Cut(rest, "\n"+strings.Trim(part, "\n")+"\n")
		if !found {
			return false
		}
		rest = "\n" + after
	}
	return true
}

// flatten removes indentation, and the spaces that align comments.
func flatten(text string) string {
	var b strings.Builder
	b.WriteByte('\n')
	for line := range strings.Lines(strings.TrimSpace(text)) {
		b.WriteString(strings.Join(strings.Fields(line), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

var funcLine = regexp.MustCompile(`^\tfunc (\w+)[(\[]`)

// TestLower compares the essay of package lower with the intermediate form.
func TestLower(t *testing.T) {
	m := compile(t)
	passes := read(t, "lower/lower.go")
	current := ""
	check(t, "lower/doc*.go", 25, func(listing string) bool {
		if contains(m.source, listing) {
			current = funcLine.FindStringSubmatch(listing)[1]
			return true
		}
		return contains(m.ir[current], listing) || contains(passes, listing)
	})
}

// TestEmit compares the document of package emit with the generated file.
func TestEmit(t *testing.T) {
	m := compile(t)
	check(t, "emit/doc*.go", 10, func(listing string) bool {
		return contains(m.source, listing) || contains(m.twins, listing)
	})
}

// check goes through the listings of a package document, of which there are at least so
// many. It may be spread over several files.
func check(t *testing.T, doc string, atLeast int, known func(listing string) bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, doc))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, file := range files {
		all = append(all, listings(read(t, strings.TrimPrefix(file, root)))...)
	}
	if len(all) < atLeast {
		t.Errorf("%s: found only %d listings", doc, len(all))
	}
	for _, listing := range all {
		if !known(listing) {
			t.Errorf("%s shows what is not so:\n%s", doc, listing)
		}
	}
}

// fence is a listing in Markdown, with the name of its file on the line above, as in
//
//	<!-- examples/tour/byhand.go -->
var fence = regexp.MustCompile("(?ms)^<!-- (\\S+) -->\\n```go\\n(.*?)^```$")

// TestMarkdown compares the listings of Go code in the documents with the files that they
// name.
func TestMarkdown(t *testing.T) {
	for _, doc := range []string{"README.md", "examples/README.md", "CONTRIBUTING.md"} {
		text := read(t, doc)
		found := fence.FindAllStringSubmatch(text, -1)
		if all := strings.Count(text, "```go\n"); len(found) != all {
			t.Errorf("%s: %d of %d listings name their file", doc, len(found), all)
		}
		for _, f := range found {
			if !contains(read(t, f[1]), f[2]) {
				t.Errorf("%s: this is not in %s:\n%s", doc, f[1], f[2])
			}
		}
	}
}

// link is a path between parentheses or backquotes, of a file or folder of the repository.
var link = regexp.MustCompile("(?:\\]\\(|`)((?:[\\w.-]+/)+[\\w.-]*|[\\w-]+\\.md)(?:\\)|`)")

// TestPaths looks for the files and folders that the documents mention.
func TestPaths(t *testing.T) {
	for _, doc := range []string{"README.md", "examples/README.md", "CONTRIBUTING.md", "docs/design.md"} {
		for _, m := range link.FindAllStringSubmatch(read(t, doc), -1) {
			if first, _, _ := strings.Cut(m[1], "/"); strings.Contains(first[1:], ".") && first != m[1] {
				continue // an import path of another module
			}
			_, atRoot := os.Stat(filepath.Join(root, m[1]))
			_, beside := os.Stat(filepath.Join(root, filepath.Dir(doc), m[1]))
			if atRoot != nil && beside != nil {
				t.Errorf("%s mentions %s, which is not there", doc, m[1])
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
