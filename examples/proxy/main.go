// Proxy passes on connections to another address.
//
//	go run ./examples/proxy -addr localhost:7779 -to localhost:80
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
		fmt.Fprintln(os.Stderr, "proxy:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("proxy", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:7779", "`address` to listen on")
	target := flags.String("to", "", "`address` to connect to")
	var options Options
	flags.DurationVar(&options.Dial, "dial", 0, "`time` that connecting may take (10s)")
	flags.DurationVar(&options.Idle, "idle", 0, "`time` after which silent connections are closed (5m)")
	flags.DurationVar(&options.Grace, "grace", 0, "`time` that connections have after an interrupt (5s)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *target == "" {
		return fmt.Errorf("no target: use -to address")
	}
	p, err := Start(*addr, *target, options)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "listening on", p.Addr())
	<-ctx.Done()
	return p.Stop()
}
