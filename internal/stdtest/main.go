// Command stdtest lets packages of the standard library judge the compiler: it copies one,
// makes all of its functions asynchronous (see package asyncify), generates, and runs the
// package's own tests. Whatever those call runs as a machine, with an await at the start of
// each block that is pending now and then.
//
//	go run ./internal/stdtest [-from DIR] [-keep DIR] [-run REGEXP] [-every N] [-timeout D] [-v] [packages]
//
// A package that needs no other but those of the standard library need not be one of them: with
// -from, packages are looked for in a folder by their import paths.
//
// The tests run as with go test -short. The default is all packages in the table of packages.go,
// which also says which tests are left out, and why.
package main

import (
	"flag"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"time"
)

func main() {
	keep := flag.String("keep", "", "leave the module in this `folder`")
	from := flag.String("from", filepath.Join(build.Default.GOROOT, "src"), "the `folder` of the packages")
	run := flag.String("run", "", "run only tests that match `regexp`")
	every := flag.Int("every", 16, "one await in `n` is pending")
	timeout := flag.Duration("timeout", 10*time.Minute, "how long the tests of one package may take")
	verbose := flag.Bool("v", false, "print the output of all tests")
	flag.Parse()
	j := &judge{root: ".", dir: *keep, from: *from, run: *run, every: *every, timeout: *timeout, verbose: *verbose, out: os.Stdout}
	if err := j.all(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "stdtest:", err)
		os.Exit(1)
	}
}
