// Command conform runs the programs of the Go distribution's own test suite, GOROOT/test,
// through the compiler. Each is a program that says by itself whether it is right: it
// has a recorded output, or prints nothing and ends well. conform turns one into an
// asynchronous program (see package asyncify) and expects the same. Every block of every
// function starts with an await that suspends. So each statement of the language occurs with
// suspensions around it, in code that was written to find bugs in compilers.
//
//	go run ./internal/conform [-dir DIR] [-keep DIR] [-v] [patterns]
//
// Patterns, such as ken/*.go, select programs relative to GOROOT/test; the default is all.
// A program that cannot be transformed is counted and skipped. What differs for a reason
// that lies in the program is listed in known.go.
package main

import (
	"flag"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", filepath.Join(build.Default.GOROOT, "test"), "the `folder` of the programs")
	keep := flag.String("keep", "", "leave the module in this `folder`")
	verbose := flag.Bool("v", false, "name each program that is skipped, and why")
	flag.Parse()
	if err := run(*dir, *keep, *verbose, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "conform:", err)
		os.Exit(1)
	}
}

func run(dir, keep string, verbose bool, patterns []string) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	if keep == "" {
		if keep, err = os.MkdirTemp("", "conform"); err != nil {
			return err
		}
		defer os.RemoveAll(keep)
	}
	// Positions of go/packages are free of symbolic links.
	if keep, err = filepath.EvalSymlinks(keep); err != nil {
		return err
	}
	s := &suite{root: root, dir: keep, verbose: verbose}
	if err := s.judge(dir, patterns); err != nil {
		return err
	}
	return s.report(os.Stdout)
}

// judge takes programs through all steps.
func (s *suite) judge(dir string, patterns []string) error {
	if err := s.find(dir, patterns); err != nil {
		return err
	}
	if err := s.compile(); err != nil {
		return err
	}
	if err := s.build(); err != nil {
		return err
	}
	return s.runAll()
}
