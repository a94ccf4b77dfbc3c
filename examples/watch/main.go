// Watch greets at regular times, as a file says, and reloads the file when it changes.
//
//	echo '{"greeting": "hello", "every": "1s"}' > /tmp/config.json
//	go run ./examples/watch -config /tmp/config.json
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "watch:", err)
		os.Exit(1)
	}
}

// run greets until ctx ends.
func run(ctx context.Context, out, log io.Writer, args []string) error {
	flags := flag.NewFlagSet("watch", flag.ContinueOnError)
	name := flags.String("config", "config.json", "`file` to read the configuration from")
	period := flags.Duration("period", time.Second, "`time` between two looks at the file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *period <= 0 {
		return fmt.Errorf("the period %v is not positive", *period)
	}
	err := ServeAsync(ctx, out, log, File(*name), *period).Await()
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil // the interrupt
	}
	return err
}

// Serve reads the configuration, which must be a good one at the beginning, and greets until ctx ends.
//
//async:func
func Serve(ctx context.Context, out, log io.Writer, from Source, period time.Duration) error {
	first, err := rt.Await(from.ReadAsync())
	if err != nil {
		return err
	}
	config, err := Parse(first)
	if err != nil {
		return err
	}
	tx, rx := achan.Watch(config)
	var g rt.Group
	defer g.Close().Await()
	g.Spawn(ReloadAsync(log, from, period, first, tx))
	g.Spawn(GreetAsync(out, rx))
	_, err = rt.WithContext(ctx, g.Wait()).Await()
	return err
}
