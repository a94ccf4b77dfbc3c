// Miniredis is a server that speaks the protocol of Redis.
//
//	go run ./examples/miniredis -addr localhost:6379
//	redis-cli ping
//
// An interrupt makes it stop taking connections, answer what has come on those that are there,
// and end; what takes longer than -grace is cut off.
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

	"github.com/asyncgen/asyncgen/examples/miniredis/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "miniredis:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. This is plain Go: it blocks its goroutine, and the tasks of the
// server go on beside it.
func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("miniredis", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:6379", "`address` to listen on")
	clients := flags.Int("maxclients", 10_000, "most `connections` at a time")
	grace := flags.Duration("grace", 5*time.Second, "`time` that connections have after an interrupt")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := server.Start(*addr, server.Options{MaxClients: *clients})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "listening on", s.Addr())
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.Background(), *grace)
	defer cancel()
	if err := s.Stop(end); err != nil {
		fmt.Fprintln(out, err)
	}
	return nil
}
