// Echo is a server that sends back what it gets.
//
//	go run ./examples/echo -addr localhost:7777
//
// Each connection is a task. It costs a few hundred bytes while the client is silent: no
// goroutine waits for it, and it holds no buffer until there is something to read. An
// interrupt makes the server stop taking connections; those that are there may go on until
// they end or the time that -grace gives them is over.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. This is plain Go: it blocks its goroutine, and the tasks of
// the server go on beside it.
func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("echo", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:7777", "`address` to listen on")
	grace := flags.Duration("grace", 5*time.Second, "`time` that connections have after an interrupt")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := Start(*addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "listening on", s.Addr())
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.Background(), *grace)
	defer cancel()
	cut, err := s.Stop(end)
	if cut > 0 {
		fmt.Fprintln(out, "cut off", cut, "connections")
	}
	return err
}
