// Walk shows generators: a walk of a tree, the merge of sorted sequences, and whether two trees
// have the same leaves.
//
//	go run ./examples/walk -n 20 -trees 3
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "walk:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, args []string) error {
	flags := flag.NewFlagSet("walk", flag.ContinueOnError)
	size := flags.Int("n", 10, "values in each tree")
	count := flags.Int("trees", 2, "trees")
	seed := flags.Uint64("seed", 1, "of the values")
	if err := flags.Parse(args); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(*seed, 0))
	trees := make([]*Tree, *count)
	walks := make([]Puller[int], *count)
	for i := range trees {
		for range *size {
			trees[i] = trees[i].Insert(random.IntN(100))
		}
		fmt.Fprint(out, "tree ", i+1, ":")
		for v := range trees[i].All() { // plain Go
			fmt.Fprint(out, " ", v)
		}
		fmt.Fprintln(out)
		walks[i] = trees[i].AllPull()
	}
	fmt.Fprint(out, "merged:")
	for v := range Merge(walks...) {
		fmt.Fprint(out, " ", v)
	}
	fmt.Fprintln(out)
	for i, t := range trees[1:] {
		fmt.Fprintf(out, "same leaves in 1 and %d: %v\n", i+2, SameFringe(trees[0], t))
	}
	return nil
}
