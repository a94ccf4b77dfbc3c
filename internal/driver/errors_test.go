package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestErrors compiles each file of testdata/errors as a package of its own and compares
// what is reported with the comments // want "regexp" on its lines.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("../../testdata/errors/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	dir := newModule(t)
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		writeFile(t, filepath.Join(dir, packageDir(name), name), string(text))
	}
	r, err := compileAll(Options{Dir: dir, Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]string) // by file:line
	for _, d := range r.diags.Sorted() {
		key := fmt.Sprintf("%s:%d", filepath.Base(d.Pos.Filename), d.Pos.Line)
		found[key] = append(found[key], d.Message)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) { matchWants(t, path, found) })
	}
	for key, list := range found {
		t.Errorf("%s: unexpected: %q", key, list)
	}
}

func packageDir(file string) string { return strings.TrimSuffix(file, ".go") }

var (
	wantComment = regexp.MustCompile("// want ([`\"].*)")
	wantString  = regexp.MustCompile("`[^`]*`|\"[^\"]*\"")
)

// matchWants takes what a file expects out of found.
func matchWants(t *testing.T, path string, found map[string][]string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		m := wantComment.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		key := fmt.Sprintf("%s:%d", filepath.Base(path), i+1)
		for _, quoted := range wantString.FindAllString(m[1], -1) {
			want, err := strconv.Unquote(quoted)
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			rest, ok := takeMatch(found[key], regexp.MustCompile(want))
			if !ok {
				t.Errorf("%s: nothing matches %q in %q", key, want, found[key])
			}
			if found[key] = rest; len(rest) == 0 {
				delete(found, key)
			}
		}
	}
}

// takeMatch removes the first message that re matches.
func takeMatch(list []string, re *regexp.Regexp) (rest []string, ok bool) {
	for i, s := range list {
		if re.MatchString(s) {
			return append(list[:i:i], list[i+1:]...), true
		}
	}
	return list, false
}
