// Command corpus runs the compiler over the standard library: it copies every package
// into a module of its own, puts a directive on every function, generates, and builds what
// comes out. It is the broadest test that the compiler has of never panicking and never
// writing invalid Go, and the source of the figures in docs/language.md.
//
//	go run ./internal/corpus [-yield] [-keep DIR] [-vet] [packages]
//
// With -yield every block of every function also starts with an await, so that each
// statement around one is taken apart. Packages that do not compile outside of GOROOT, for
// their assembly or their ties to the runtime, are generated only.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	yield := flag.Bool("yield", false, "start every block with an await")
	keep := flag.String("keep", "", "leave the module in this `folder`")
	vet := flag.Bool("vet", false, "run go vet on what was generated")
	flag.Parse()
	if err := run(*yield, *vet, *keep, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

func run(yield, vet bool, keep string, only []string) error {
	dir := keep
	if dir == "" {
		tmp, err := os.MkdirTemp("", "corpus")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		dir = tmp
	}
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	c := &corpus{dir: dir, root: root, yield: yield}
	if err := c.copyAll(only); err != nil {
		return err
	}
	before := c.build()
	if err := c.generate(); err != nil {
		return err
	}
	after := c.build()
	c.report(os.Stdout, before, after)
	if vet {
		c.vet(os.Stdout, after)
	}
	if c.failed(before, after) {
		return fmt.Errorf("generated code does not build")
	}
	return nil
}
