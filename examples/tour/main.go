// Tour is a first program: it shows what a machine is by polling one by hand, then lets the
// runtime do it, with tasks, timers, cancellation and TCP on the loopback interface.
//
//	go generate ./examples/tour && go run ./examples/tour
//
// Read a stop of the tour beside its functions, and the functions beside the file that was
// generated from them: byhand.go and byhand_async.go, and so on.
package main

import (
	"fmt"
	"io"
	"os"
)

//go:generate go tool asyncgen

// stops are the parts of the tour, in order. Each writes what happens to out.
var stops = []struct {
	title string
	visit func(out io.Writer) error
}{
	{"A machine, polled by hand", pollByHand},
	{"The same function, called", callIt},
	{"Ten thousand tasks that sleep", sleepTogether},
	{"A task that is canceled", cancelOne},
	{"A server and its client", talkOverTCP},
}

func main() {
	if err := tour(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tour:", err)
		os.Exit(1)
	}
}

// tour visits all stops.
func tour(out io.Writer) error {
	for i, stop := range stops {
		fmt.Fprintf(out, "%d. %s\n\n", i+1, stop.title)
		if err := stop.visit(out); err != nil {
			return fmt.Errorf("%s: %w", stop.title, err)
		}
		fmt.Fprintln(out)
	}
	return nil
}
