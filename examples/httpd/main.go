// Httpd is an HTTP/1.1 server.
//
//	go run ./examples/httpd -addr localhost:8080 -root examples
//	curl -i localhost:8080/hello
//
// It shows what a server made of futures has to do: package http1 is the wire format, without any
// input or output, server and client are machines around it, and files serves a directory. SIGTERM or an
// interrupt ends it when the requests that have begun are answered, or the time that -grace gives them is
// over.
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

	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "httpd:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("httpd", flag.ContinueOnError)
	addr := flags.String("addr", "localhost:8080", "`address` to listen on")
	root := flags.String("root", ".", "`directory` to serve below /files/")
	grace := flags.Duration("grace", 5*time.Second, "`time` that requests have after an interrupt")
	workers := flags.Int("workers", 1, "`number` of goroutines that poll tasks")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := server.Start(*addr, server.Config{Handler: site(*root), Workers: *workers})
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
