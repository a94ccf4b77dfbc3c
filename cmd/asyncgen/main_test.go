package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/asyncgen/asyncgen/vet"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"asyncgen": main})
}

// TestScript runs testdata/script. Each script starts in a module called example.org/m that
// uses the runtime of this repository.
func TestScript(t *testing.T) {
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goEnv, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	dirs := strings.Split(string(goEnv), "\n")
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(repo, "testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "sameTime": sameTime},
		Setup: func(env *testscript.Env) error {
			env.Setenv("GOCACHE", dirs[0])
			env.Setenv("GOMODCACHE", dirs[1])
			env.Setenv("GOFLAGS", "-mod=mod")
			env.Setenv("GOPROXY", "off")
			env.Setenv("REPO", repo)
			env.Setenv("GOTOOLCHAIN", "local")
			return makeModule(repo, env.WorkDir)
		},
	})
}

// makeModule writes the go.mod file of a script.
func makeModule(repo, dir string) error {
	sum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.mod"), []byte(`module example.org/m

go 1.26.0

require (
	github.com/asyncgen/asyncgen v0.0.0
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/asyncgen/asyncgen => `+repo+"\n"), 0o666)
}

// exits is the script command
//
//	exits code program args...
//
// which runs a program that must end with the given exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program args...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d instead of %s", code, args[0])
	}
}

// sameTime is the script command
//
//	sameTime file time
//
// which writes the modification time of a file to the file time, or, if that exists, fails
// unless it still is the modification time.
func sameTime(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	now := fmt.Sprint(info.ModTime().UnixNano())
	old, err := os.ReadFile(ts.MkAbs(args[1]))
	if errors.Is(err, os.ErrNotExist) {
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(now), 0o666))
		return
	}
	ts.Check(err)
	if (string(old) == now) == neg {
		ts.Fatalf("modification time of %s: %s, was %s", args[0], now, old)
	}
}

// TestManual holds the three places together in which flags stand: the package comment,
// what -help prints, and the flags themselves.
func TestManual(t *testing.T) {
	var out strings.Builder
	if code := run([]string{"-help"}, &out, &out); code != exitOK {
		t.Errorf("-help exits with %d", code)
	}
	if !strings.HasPrefix(out.String(), "Asyncgen compiles") || !strings.Contains(manualSource, "/*\n"+out.String()+"*/\npackage main") {
		t.Errorf("-help does not print the package comment but:\n%s", out.String())
	}
	for _, name := range []string{"-o FILE", "-check", "-diff", "-dump=ir", "-line", "-tags LIST", "-json", "-v", "-format FORMAT"} {
		if !strings.Contains(out.String(), "\n\t"+name+"\n") {
			t.Errorf("-help does not explain %s", name)
		}
	}
	for _, a := range vet.Analyzers() {
		if !strings.Contains(out.String(), "\n\t"+a.Name+" ") {
			t.Errorf("-help does not explain the analyzer %s", a.Name)
		}
	}
}
