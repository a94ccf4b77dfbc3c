package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asyncgen/asyncgen/internal/driver"
)

// A judge is one run of the command.
type judge struct {
	root, dir string // of the project, and of what is made
	module    string // path@version of the module of the packages, none for the standard library
	run       string
	every     int // one pause in so many is pending
	timeout   time.Duration
	verbose   bool
	out       io.Writer
}

func (j *judge) env(every int) []string {
	env := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off", "ASYNCIFY_EVERY="+strconv.Itoa(every))
	if j.module == "" {
		env = append(env, "GOPROXY=off")
	}
	return env
}

// all tests the packages with these paths, or all there are, and prints a line for each.
func (j *judge) all(paths []string) (err error) {
	if j.root, err = filepath.Abs(j.root); err != nil {
		return err
	}
	if j.dir == "" {
		if j.dir, err = os.MkdirTemp("", "stdtest"); err != nil {
			return err
		}
		defer os.RemoveAll(j.dir)
	}
	// Positions of go/packages are free of symbolic links.
	if j.dir, err = filepath.EvalSymlinks(j.dir); err != nil {
		return err
	}
	if len(paths) == 0 {
		for _, s := range j.known() {
			paths = append(paths, s.path)
		}
	}
	if len(paths) == 0 {
		return fmt.Errorf("no package of %s is known: name some", j.module)
	}
	failed := 0
	for _, path := range paths {
		if err := j.one(j.find(path)); err != nil {
			fmt.Fprintf(j.out, "FAIL %s\n%v\n", path, err)
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d packages fail", failed, len(paths))
	}
	return nil
}

// one tests one package.
func (j *judge) one(s *subject) error {
	start := time.Now()
	at, err := j.lay(s)
	if err != nil {
		return err
	}
	functions, err := j.transform(at)
	if err != nil {
		return err
	}
	var messages strings.Builder
	ok, err := driver.Run(driver.Options{
		Patterns: []string{"./" + at.folder}, Dir: at.root, Env: j.env(j.every), Tags: strings.Split(tags, ","),
		Stdout: &messages, Stderr: &messages,
	})
	if err != nil || !ok {
		return fmt.Errorf("asyncgen: %v\n%s", err, messages.String())
	}
	generated := time.Now()
	if err := j.test(s, at); err != nil {
		return err
	}
	fmt.Fprintf(j.out, "ok   %-22s %5d functions, generated in %.1fs, tests %.1fs\n", s.path, functions, generated.Sub(start).Seconds(), time.Since(generated).Seconds())
	return nil
}

// rarely is how many awaits there are for one that is pending in the tests that go deep.
const rarely = 1_000_000

// test builds the tests and runs them: first those that suspend often, then those that go deep.
func (j *judge) test(s *subject, at site) error {
	binary := filepath.Join(j.dir, "package.test")
	if _, err := j.goCommand(at.root, "test", "-c", "-tags", tags, "-vet=off", "-o", binary, "./"+at.folder); err != nil {
		return err
	}
	args := []string{"-test.short", "-test.timeout=" + j.timeout.String()}
	if j.verbose {
		args = append(args, "-test.v")
	}
	often := append([]string{"-test.run=" + j.run}, args...)
	if out := slices.Concat(slices.Sorted(maps.Keys(s.skips)), s.deep); len(out) > 0 {
		often = append(often, "-test.skip="+names(out))
	}
	if err := j.runTests(at, j.every, binary, often); err != nil || len(s.deep) == 0 || j.run != "" {
		return err
	}
	return j.runTests(at, rarely, binary, append(args, "-test.run="+names(s.deep)))
}

func names(tests []string) string { return "^(" + strings.Join(tests, "|") + ")$" }

// runTests runs the tests in the folder that they expect to be in.
func (j *judge) runTests(at site, every int, binary string, args []string) error {
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Env = at.dir(), j.env(every)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("the tests: %w\n%s", err, out)
	}
	if j.verbose {
		j.out.Write(out)
	}
	return nil
}
