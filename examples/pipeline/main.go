// Pipeline prints the SHA-256 sums of the files below a folder, as sha256sum does. An interrupt
// ends the source; what is under way by then is finished.
//
//	go run ./examples/pipeline -readers 16 examples
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pipeline:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("pipeline", flag.ContinueOnError)
	var limits Limits
	flags.IntVar(&limits.Readers, "readers", 8, "files that are read at the same time")
	flags.IntVar(&limits.Hashers, "hashers", runtime.GOMAXPROCS(0), "files that are hashed at the same time")
	flags.IntVar(&limits.Ahead, "ahead", 4, "files that a stage may be ahead of the next one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if limits.Readers < 1 || limits.Hashers < 1 || limits.Ahead < 0 {
		return fmt.Errorf("at least one reader and one hasher, please")
	}
	root := "."
	if flags.NArg() > 0 {
		root = flags.Arg(0)
	}
	var walked error
	if err := SumsAsync(out, files(ctx, root, &walked), limits).Await(); err != nil {
		return err
	}
	return walked
}

// files goes through the names of the files below root until ctx ends.
func files(ctx context.Context, root string, failed *error) iter.Seq[string] {
	return func(yield func(string) bool) {
		*failed = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if ctx.Err() != nil || d.Type().IsRegular() && !yield(path) {
				return fs.SkipAll
			}
			return nil
		})
	}
}
