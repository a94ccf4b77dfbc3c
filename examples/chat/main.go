// Chat is a server that sends to everybody what one of its clients says. The first line of a client
// is its name.
//
//	go run ./examples/chat -addr localhost:7778
//	nc localhost 7778
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("chat", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:7778", "`address` to listen on")
	var options Options
	flags.DurationVar(&options.WriteTime, "write", 0, "`time` that a client may take to receive a message (10s)")
	flags.DurationVar(&options.Grace, "grace", 0, "`time` that clients have after an interrupt (5s)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := Start(*addr, options)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "listening on", s.Addr())
	<-ctx.Done()
	return s.Stop()
}
