package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkTool is the command on a package of a hundred functions that imports net/http,
// beside go vet on the same package, the dependencies of which have been compiled before. An
// operation is a run of a program.
//
// A run with nothing to do finds that all files are as they should be; another one finds none
// of them. After a change of a source the go command has to compile the package again for
// either program, so these runs are compared with each other.
func BenchmarkTool(b *testing.B) {
	s := newSample(b)
	vet := []string{"go", "vet", "."}
	r := compare(b,
		s.side(vet, nil),
		s.side([]string{s.tool}, nil),
		s.side([]string{s.tool}, s.removeGenerated),
		s.side(vet, s.change),
		s.side([]string{s.tool}, s.change))
	for i, name := range []string{"vet", "idle", "missing", "changed-vet", "changed"} {
		b.ReportMetric(median(r[i])/1e6, "ms/"+name)
	}
	b.ReportMetric(r.ratio(1, 0), "idle/vet")
	b.ReportMetric(r.ratio(2, 0), "missing/vet")
	b.ReportMetric(r.ratio(4, 3), "changed/changed-vet")
}

// A sample is the package that the command is run on, in a module of its own.
type sample struct {
	b        *testing.B
	dir      string
	tool     string // the command, built
	source   string // one of the files of the package
	original []byte // what it holds
	changes  int    // how often it was changed
}

// newSample writes the package and runs both programs once, which fills the caches.
func newSample(b *testing.B) *sample {
	s := &sample{b: b, dir: b.TempDir()}
	s.tool = filepath.Join(b.TempDir(), "asyncgen")
	s.command(".", "go", "build", "-o", s.tool, "github.com/asyncgen/asyncgen/cmd/asyncgen")
	s.writeModule()
	s.write("leaf.go", s.read("testdata/leaf.go.txt"))
	functions := string(s.read("testdata/functions.go.txt"))
	const perFile, all = 5, 100
	for i := range all / perFile {
		// The functions of each file have names of their own, which end in its number.
		n := fmt.Sprint(i)
		text := strings.NewReplacer("0 ", n+" ", "0(", n+"(", "0Async", n+"Async").Replace(functions)
		s.original = []byte(text)
		s.source = s.write("functions"+n+".go", s.original)
	}
	s.command(s.dir, s.tool)
	s.command(s.dir, "go", "vet", ".")
	return s
}

// writeModule makes the module need what this one does, from the same places.
func (s *sample) writeModule() {
	root, err := filepath.Abs("..")
	if err != nil {
		s.b.Fatal(err)
	}
	mod := string(s.read("go.mod"))
	mod = strings.Replace(mod, "module github.com/asyncgen/asyncgen/bench", "module sample", 1)
	mod = strings.Replace(mod, "=> ../", "=> "+root, 1)
	s.write("go.mod", []byte(mod))
	s.write("go.sum", s.read("go.sum"))
}

// side is a side that runs a program, with something done to the sources before.
func (s *sample) side(args []string, before func()) side {
	return side{
		per:    1,
		before: before,
		run:    func(int) { s.command(s.dir, args...) },
		after:  func() { s.put(s.source, s.original) },
	}
}

// removeGenerated puts the package into the state before its first generation.
func (s *sample) removeGenerated() {
	files, err := filepath.Glob(filepath.Join(s.dir, "*_async.go"))
	if err != nil || len(files) == 0 {
		s.b.Fatal("no generated files", err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			s.b.Fatal(err)
		}
	}
}

// change gives a source a text that it never had, so that no cache knows it. Its functions
// stay what they are.
func (s *sample) change() {
	s.changes++
	s.put(s.source, fmt.Appendf(bytes.Clone(s.original), "\nvar _ = %d\n", s.changes))
}

func (s *sample) command(dir string, args ...string) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		s.b.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (s *sample) read(path string) []byte {
	text, err := os.ReadFile(path)
	if err != nil {
		s.b.Fatal(err)
	}
	return text
}

// write writes a file of the sample and gives its path.
func (s *sample) write(name string, text []byte) string {
	path := filepath.Join(s.dir, name)
	s.put(path, text)
	return path
}

func (s *sample) put(path string, text []byte) {
	if err := os.WriteFile(path, text, 0o666); err != nil {
		s.b.Fatal(err)
	}
}
