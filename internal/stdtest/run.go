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
	root, dir string // of the project, and of the module that is made
	run       string
	every     int // one pause in so many is pending
	verbose   bool
	out       io.Writer
}

func (j *judge) env() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "ASYNCIFY_EVERY="+strconv.Itoa(j.every))
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
	if err := j.module(); err != nil {
		return err
	}
	if len(paths) == 0 {
		for _, s := range subjects {
			paths = append(paths, s.path)
		}
	}
	failed := 0
	for _, path := range paths {
		if err := j.one(find(path)); err != nil {
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
	functions, err := j.copyPackage(s)
	if err != nil {
		return err
	}
	var messages strings.Builder
	ok, err := driver.Run(driver.Options{
		Patterns: []string{"./src/" + s.path}, Dir: j.dir, Env: j.env(), Tags: strings.Split(tags, ","),
		Stdout: &messages, Stderr: &messages,
	})
	if err != nil || !ok {
		return fmt.Errorf("asyncgen: %v\n%s", err, messages.String())
	}
	args := []string{"test", "-tags", tags, "-vet=off", "-count=1", "-short"}
	if j.run != "" {
		args = append(args, "-run", j.run)
	}
	if j.verbose {
		args = append(args, "-v")
	}
	if len(s.skips) > 0 {
		args = append(args, "-skip", "^("+strings.Join(slices.Sorted(maps.Keys(s.skips)), "|")+")$")
	}
	generated := time.Now()
	cmd := exec.Command("go", append(args, "./src/"+s.path)...)
	cmd.Dir, cmd.Env = j.dir, j.env()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test: %w\n%s", err, out)
	}
	if j.verbose {
		j.out.Write(out)
	}
	fmt.Fprintf(j.out, "ok   %-22s %5d functions, generated in %.1fs, tests %.1fs\n", s.path, functions, generated.Sub(start).Seconds(), time.Since(generated).Seconds())
	return nil
}
