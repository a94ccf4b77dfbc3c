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

// A program is one file of the test suite.
type program struct {
	path    string // relative to the folder of the suite
	name    string // of its package: an identifier made of the path
	text    []byte
	want    string   // recorded output, both streams
	alone   bool     // it has to be an executable of its own, since it shows its package's name or its initialisation does something
	verdict verdict  // what became of it
	detail  []string // why
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

// runLine matches the first line of a program that is only to be compiled and run.
var runLine = regexp.MustCompile(`^// run[ \t]*\n`)

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
		if err != nil || !runLine.Match(text) {
			return err
		}
		if ok, err := ctx.MatchFile(filepath.Dir(path), filepath.Base(path)); err != nil || !ok {
			return err
		}
		out, _ := os.ReadFile(strings.TrimSuffix(path, ".go") + ".out")
		s.programs = append(s.programs, &program{path: rel, name: identifier(rel), text: text, want: string(out)})
		return nil
	})
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
