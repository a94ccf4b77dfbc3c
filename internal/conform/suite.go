package main

import (
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// modulePath is the module that the transformed programs live in.
const modulePath = "conform.test"

const runtimePath = "github.com/asyncgen/asyncgen/rt"

// A program is one file of the test suite, or one and the folder that belongs to it.
type program struct {
	path     string     // relative to the folder of the suite
	name     string     // of its package: an identifier made of the path
	packages [][]source // in the order in which they are compiled; the last is main
	want     string     // recorded output, both streams
	args     []string   // of the command line that runs it
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
		how, ok := parseRecipe(string(text))
		if !ok {
			return nil
		}
		if ok, err := ctx.MatchFile(filepath.Dir(path), filepath.Base(path)); err != nil || !ok {
			return err
		}
		p := &program{path: rel, name: identifier(rel), args: how.args}
		if p.packages, err = how.packages(path, text); err != nil {
			return err
		}
		out, _ := os.ReadFile(strings.TrimSuffix(path, ".go") + ".out")
		p.want = string(out)
		s.programs = append(s.programs, p)
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
