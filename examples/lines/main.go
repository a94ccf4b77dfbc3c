// Lines prints the lines that come over a connection and contain a word: an async stream over a
// connection, with a timeout for each line.
//
//	go run ./examples/lines -addr localhost:7777 -grep error -max 10
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lines:", err)
		os.Exit(1)
	}
}

// run is plain Go: it waits for the twin of Grep, which a runtime's worker runs.
func run(out io.Writer, args []string) error {
	flags := flag.NewFlagSet("lines", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:7777", "`address` to connect to")
	word := flags.String("grep", "", "`word` that a line has to contain")
	max := flags.Int("max", 1<<30, "`number` of lines to print")
	patience := flags.Duration("patience", time.Minute, "`time` to wait for a line")
	if err := flags.Parse(args); err != nil {
		return err
	}
	_, err := GrepAsync(out, *addr, *word, *max, *patience).Await()
	return err
}
