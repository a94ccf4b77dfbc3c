package main

import (
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample selects a few dozen small programs about many parts of the language. The command
// runs them all.
var sample = []string{
	"append.go", "closure2.go", "defer.go", "func.go", "method[3-5].go", "range4.go", "switch.go", "typeswitch*.go",
	"chan/select[2-7].go", "chan/sieve1.go", "interface/[b-f]*.go", "interface/struct.go",
	"ken/cplx[0-3].go", "ken/[e-m]*.go", "ken/r*.go",
	"typeparam/absdiff*.go", "typeparam/adder.go", "typeparam/[c-f]*.go",
}

func TestSample(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	dir := filepath.Join(build.Default.GOROOT, "test")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("this installation of Go has no test suite")
	}
	module, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	s := &suite{root: root, dir: module, verbose: true}
	if err := s.judge(dir, sample); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := s.report(&out); err != nil || len(s.with(passed)) < 50 {
		t.Errorf("%v\n%s", err, out.String())
	}
}
