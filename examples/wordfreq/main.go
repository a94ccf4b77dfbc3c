// Wordfreq prints the words that are most frequent in the text files of a folder.
//
//	go run ./examples/wordfreq -n 5 examples/wordfreq/testdata
//
// It is a pipeline: an iterator finds the files, a task for each reads and counts it, and
// the caller adds up the counts in the order of the files. No more than -j files are under
// way at a time, and the first error ends all that is.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "wordfreq:", err)
		os.Exit(1)
	}
}

// run is the command. The pipeline is one future, which this goroutine waits for.
func run(out io.Writer, args []string) error {
	flags := flag.NewFlagSet("wordfreq", flag.ContinueOnError)
	top := flags.Int("n", 10, "`number` of words to print")
	limit := flags.Int("j", 8, "`number` of files that are read at a time")
	suffix := flags.String("suffix", ".txt", "`end` of the names of text files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *limit < 1 {
		return fmt.Errorf("want one folder, and -j of at least 1")
	}
	total, err := CountAsync(flags.Arg(0), *suffix, *limit).Await()
	if err != nil {
		return err
	}
	for _, w := range total.Top(*top) {
		fmt.Fprintf(out, "%6d %s\n", w.Count, w.Text)
	}
	return nil
}
