package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A workspace is a copy of the project that mutants are tried in, one after the other.
type workspace struct {
	dir   string
	cases string // folder in it for the goldens of the mutant that is tried
	// timeout is how long the tests of a mutant may take: some loop for ever, and the others should
	// not seem to where the machine has other things to do.
	timeout time.Duration
}

// newWorkspace copies the project whose root is given.
func newWorkspace(root string) (*workspace, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	w := &workspace{dir: dir, cases: filepath.Join(dir, "cases"), timeout: time.Hour}
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		switch {
		case e.IsDir() && e.Name() == ".git":
			return filepath.SkipDir
		case e.IsDir():
			return os.MkdirAll(to, 0o777)
		case !e.Type().IsRegular() || e.Name() == ".git":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o666)
	})
	if err != nil {
		w.remove()
		return nil, err
	}
	return w, nil
}

// errBuild says that a mutant is none.
var errBuild = errors.New("does not build")

func (w *workspace) remove() { os.RemoveAll(w.dir) }

// baseline makes sure that without a mutant all the tests pass that shall fail. That takes longer
// than the tests for one mutant, and the time is what one has to spend.
func (w *workspace) baseline(ms []mutant) error {
	var goldens []string
	start := time.Now()
	defer func() { w.timeout = max(3*time.Minute, time.Since(start).Round(time.Second)) }()
	for _, m := range ms {
		goldens = append(goldens, m.goldens...)
		if m.tests != "" {
			if out, err := w.test(m.tests); err != nil {
				return fmt.Errorf("without a mutant, %s: %w\n%s", m.tests, err, out)
			}
		}
	}
	slices.Sort(goldens)
	if goldens = slices.Compact(goldens); len(goldens) > 0 {
		if out, err := w.runGoldens(goldens); err != nil {
			return fmt.Errorf("without a mutant, goldens: %w\n%s", err, out)
		}
	}
	return nil
}

// try makes a mutant and returns which of its tests failed, or "" if it survives.
func (w *workspace) try(m mutant) (killer string, err error) {
	name := filepath.Join(w.dir, filepath.FromSlash(m.file))
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	changed, err := m.apply(text)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(name, changed, 0o666); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.WriteFile(name, text, 0o666)) }()
	if out, err := w.goCommand("build", "./"+path.Dir(m.file)); err != nil {
		return "", fmt.Errorf("%w\n%s", errBuild, out)
	}
	if len(m.goldens) > 0 {
		if out, err := w.runGoldens(m.goldens); err != nil {
			return "goldens " + failed(out, "--- FAIL: TestGolden/"), nil
		}
	}
	if m.tests != "" {
		if out, err := w.test(m.tests); err != nil {
			return failed(out, "--- FAIL: "), nil
		}
	}
	return "", nil
}

// failed lists the tests that failed, or, if the test run did not come that far, says so.
func failed(out, prefix string) string {
	var names []string
	for line := range strings.Lines(out) {
		if _, rest, ok := strings.Cut(line, prefix); ok {
			names = append(names, strings.Fields(rest)[0])
		}
	}
	if len(names) == 0 {
		return "does not come to an end"
	}
	return strings.Join(names, ", ")
}

// runGoldens records goldens, which succeeds if their programs do what they should.
func (w *workspace) runGoldens(names []string) (string, error) {
	if err := os.RemoveAll(w.cases); err != nil {
		return "", err
	}
	if err := os.MkdirAll(w.cases, 0o777); err != nil {
		return "", err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(w.dir, "testdata", "golden", name+".txtar"))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(w.cases, name+".txtar"), text, 0o666); err != nil {
			return "", err
		}
	}
	return w.goCommand("test", "-vet=off", w.limit(), "./internal/golden", "-run=^TestGolden$", "-update", "-cases="+w.cases)
}

// test runs a test command: the arguments of go test.
func (w *workspace) test(args string) (string, error) {
	return w.goCommand(append([]string{"test", "-vet=off", w.limit(), "-count=1"}, strings.Fields(args)...)...)
}

func (w *workspace) limit() string { return "-timeout=" + w.timeout.String() }

func (w *workspace) goCommand(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = w.dir
	// Most of the time goes into compilers of Go, which need less of it with fewer collections.
	cmd.Env = append(cmd.Environ(), "GOGC=400")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}
