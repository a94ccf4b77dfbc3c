// Command stdtest lets packages of the standard library judge the compiler: it copies one,
// makes all of its functions asynchronous (see package asyncify), generates, and runs the
// package's own tests. Whatever those call runs as a machine, with an await at the start of
// each block that is pending now and then.
//
//	go run ./internal/stdtest [-module PATH@VERSION|DIR] [-keep DIR] [-run REGEXP] [-every N] [-timeout D] [-v] [packages]
//
// With -module, the packages are those of another module, which is in a folder, or which the go
// command downloads; the module is copied as a whole, and the packages are named by their import
// paths.
//
// The tests run as with go test -short. The default is all packages in the table of packages.go,
// or those of the module in that of modules.go, which also say which tests are left out, and why.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	keep := flag.String("keep", "", "leave the module in this `folder`")
	module := flag.String("module", "", "`path@version` or folder of the module of the packages")
	run := flag.String("run", "", "run only tests that match `regexp`")
	every := flag.Int("every", 16, "one await in `n` is pending")
	timeout := flag.Duration("timeout", 10*time.Minute, "how long the tests of one package may take")
	verbose := flag.Bool("v", false, "print the output of all tests")
	flag.Parse()
	j := &judge{root: ".", dir: *keep, module: *module, run: *run, every: *every, timeout: *timeout, verbose: *verbose, out: os.Stdout}
	if err := j.all(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "stdtest:", err)
		os.Exit(1)
	}
}
