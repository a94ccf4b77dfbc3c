package main

import (
	"fmt"
	"go/build"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// modulePath is the module that the transformed programs live in.
const modulePath = "conform.test"

// A program is one file of the test suite, or one and the folder that belongs to it.
type program struct {
	path     string     // relative to the folder of the suite
	name     string     // of its package: an identifier made of the path
	packages [][]source // in the order in which they are compiled; the last is main
	want     string     // recorded output, both streams
	alone    bool       // it has to be an executable of its own, since it shows its package's name or its initialisation does something
	verdict  verdict    // what became of it
	detail   []string   // why
	late     bool       // it did not end in time
}

// A source is a file of a program.
type source struct {
	name string
	text []byte
}

// A verdict is how far a program got.
type verdict int

const (
	skipped  verdict = iota // cannot be transformed
	declined                // the compiler reports an error
	crashed                 // the compiler panics, or writes what does not parse
	broken                  // what it writes does not build
	differs                 // the program does something else
	known                   // the same, for a reason of its own
	passed
)

var verdictNames = [...]string{"skipped", "declined", "crashed", "broken", "differs", "known", "passed"}

// A suite is the programs of one run.
type suite struct {
	root, dir string // of the project, and of the module that is made
	verbose   bool
	programs  []*program
}

// runLine matches the first line of a program that is to be compiled and run. Flags of the
// compiler that follow are ignored, arguments are not supported.
var runLine = regexp.MustCompile(`^// (run|rundir)((?:[ \t]+-(?:gc|ld)flags\S*=(?:'[^']*'|"[^"]*"|\S+))*)[ \t]*\n`)

// find reads the programs.
func (s *suite) find(dir string, patterns []string) error {
	ctx := build.Default
	ctx.CgoEnabled = false
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || !selected(rel, patterns) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		line := runLine.FindSubmatch(text)
		if line == nil {
			return nil
		}
		if ok, err := ctx.MatchFile(filepath.Dir(path), filepath.Base(path)); err != nil || !ok {
			return err
		}
		p := &program{path: rel, name: identifier(rel)}
		if string(line[1]) == "run" {
			p.packages = [][]source{{{"x.go", text}}}
		} else if p.packages, err = packagesIn(strings.TrimSuffix(path, ".go") + ".dir"); err != nil {
			return err
		}
		out, _ := os.ReadFile(strings.TrimSuffix(path, ".go") + ".out")
		p.want = string(out)
		s.programs = append(s.programs, p)
		return nil
	})
}

// packageLine finds the package clause of a file.
var packageLine = regexp.MustCompile(`(?m)^package +(\w+)`)

// packagesIn reads the packages of a folder: each its files, in the order of their names.
func packagesIn(dir string) ([][]source, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var names []string
	packages := map[string][]source{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		clause := packageLine.FindSubmatch(text)
		if clause == nil {
			return nil, fmt.Errorf("%s has no package clause", path)
		}
		name := string(clause[1])
		if packages[name] == nil {
			names = append(names, name)
		}
		// A file called p_test.go is not a test here.
		packages[name] = append(packages[name], source{strings.ReplaceAll(filepath.Base(path), "_", ""), text})
	}
	var out [][]source
	for _, name := range names {
		out = append(out, packages[name])
	}
	return out, nil
}

func selected(rel string, patterns []string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := filepath.Match(p, rel)
		return ok
	})
}

var notLetter = regexp.MustCompile(`[^A-Za-z0-9]+`)

func identifier(rel string) string {
	return "p_" + notLetter.ReplaceAllString(strings.TrimSuffix(rel, ".go"), "_")
}

func (p *program) fail(v verdict, format string, args ...any) {
	p.verdict = v
	p.detail = append(p.detail, fmt.Sprintf(format, args...))
}

// with returns the programs that have a verdict.
func (s *suite) with(v verdict) []*program {
	var out []*program
	for _, p := range s.programs {
		if p.verdict == v {
			out = append(out, p)
		}
	}
	return out
}

// report prints what became of the programs. A difference that is not known is an error.
func (s *suite) report(w io.Writer) error {
	for v := skipped; v <= passed; v++ {
		ps := s.with(v)
		fmt.Fprintf(w, "%5d %s\n", len(ps), verdictNames[v])
		if v == passed || v <= declined && !s.verbose {
			continue
		}
		for _, p := range ps {
			detail := strings.Join(p.detail, "\n")
			fmt.Fprintf(w, "\t%s\n\t\t%s\n", p.path, strings.ReplaceAll(strings.TrimSpace(detail), "\n", "\n\t\t"))
		}
	}
	if n := len(s.with(crashed)) + len(s.with(broken)) + len(s.with(differs)); n > 0 {
		return fmt.Errorf("%d programs do not do what they should", n)
	}
	return nil
}
