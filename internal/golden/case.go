package golden

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// A Case is one golden file.
type Case struct {
	Name string // of the file, without extension; also the folder of its packages
	path string

	archive *txtar.Archive
}

const (
	sectionIR     = "ir"
	sectionFrames = "frames"
	sectionOutput = "output"
)

// LoadCases reads all cases of a folder, in the order of their names.
func LoadCases(dir string) ([]*Case, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var cases []*Case
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		cases = append(cases, &Case{Name: name, path: path, archive: a})
	}
	return cases, nil
}

// isGenerated says whether a section holds the compiler's output. The name decides, so
// that a stale section is never taken for a source.
func isGenerated(section string) bool {
	return strings.HasSuffix(section, "_async.go") || strings.Contains(section, "_async_")
}

// Sources returns the sections that are the case's input.
func (c *Case) Sources() []txtar.File {
	var out []txtar.File
	for _, f := range c.archive.Files {
		if strings.HasSuffix(f.Name, ".go") && !isGenerated(f.Name) {
			out = append(out, f)
		}
	}
	return out
}

// A Result is what the compiler and the case's programs produced.
type Result struct {
	Problems  []string          // diagnostics, build errors, divergences; nothing is recorded if there are any
	IR        string            // all machines of all packages, in source order
	Generated map[string]string // by file name relative to the case's folder
	Frames    string            // sizes of the machines' structs, where a word has 64 bits
	Output    string
}

// sections lists what r amounts to in a golden file, behind the sources.
func (r *Result) sections() []txtar.File {
	out := []txtar.File{{Name: sectionIR, Data: []byte(r.IR)}}
	for name, text := range r.Generated {
		out = append(out, txtar.File{Name: name, Data: []byte(text)})
	}
	slices.SortFunc(out[1:], func(a, b txtar.File) int { return cmp.Compare(a.Name, b.Name) })
	if r.Frames != "" {
		out = append(out, txtar.File{Name: sectionFrames, Data: []byte(r.Frames)})
	}
	return append(out, txtar.File{Name: sectionOutput, Data: []byte(r.Output)})
}

// Compare returns a text for each section of the golden file that r differs from.
func (c *Case) Compare(r *Result) []string {
	recorded := make(map[string]string)
	for _, f := range c.archive.Files {
		recorded[f.Name] = string(f.Data)
	}
	for _, f := range c.Sources() {
		delete(recorded, f.Name)
	}
	var out []string
	for _, f := range r.sections() {
		want, ok := recorded[f.Name]
		delete(recorded, f.Name)
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("section %s is not recorded", f.Name))
		case want != string(f.Data) && (f.Name != sectionFrames || strconv.IntSize == 64):
			out = append(out, difference(f.Name, string(f.Data), want))
		}
	}
	for name := range recorded {
		out = append(out, fmt.Sprintf("section %s is recorded, but no longer produced", name))
	}
	return out
}

// Record writes the golden file anew, if it changes.
func (c *Case) Record(r *Result) error {
	a := &txtar.Archive{Comment: c.archive.Comment, Files: append(c.Sources(), r.sections()...)}
	text := txtar.Format(a)
	if old, err := os.ReadFile(c.path); err == nil && string(old) == string(text) {
		return nil
	}
	return os.WriteFile(c.path, text, 0o666)
}

// difference shows the first lines in which two texts differ.
func difference(name, got, want string) string {
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	window := func(lines []string) string {
		return strings.Join(lines[max(0, i-2):min(len(lines), i+6)], "")
	}
	return fmt.Sprintf("section %s differs from line %d on\n--- got:\n%s\n--- recorded:\n%s", name, i+1, window(g), window(w))
}
