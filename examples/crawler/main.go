// Crawler follows the links of a site, many pages at a time.
//
//	go run ./examples/crawler -start http://localhost:8080/ -total 20 -host 4
//	go run ./examples/crawler -serve 500      # a site of 500 pages to try it on
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crawler:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("crawler", flag.ContinueOnError)
	start := flags.String("start", "", "`page` to begin with")
	serve := flags.Int("serve", 0, "crawl a site on this machine of so many `pages`")
	var limits Limits
	flags.IntVar(&limits.Total, "total", 50, "pages that are fetched at the same time")
	flags.IntVar(&limits.PerHost, "host", 10, "pages that are fetched from one host at the same time")
	flags.IntVar(&limits.Pages, "pages", 10_000, "pages in all")
	flags.IntVar(&limits.Depth, "depth", 100, "links between the first page and the last")
	flags.DurationVar(&limits.Timeout, "timeout", 10*time.Second, "time for one page")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *serve > 0 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		go serveSite(l, *serve)
		*start = "http://" + l.Addr().String() + "/"
	}
	u, err := url.Parse(*start)
	if err != nil {
		return err
	}
	if u.Host == "" {
		return errors.New("no page to begin with: use -start http://host/ or -serve pages")
	}
	results, err := rt.WithContext(ctx, CrawlAsync(*start, func(host string) bool { return host == u.Host }, limits)).Await()
	if err != nil {
		return err
	}
	bad := 0
	for _, r := range results {
		if r.Err != nil || r.Status >= 400 {
			bad++
			fmt.Fprintln(out, r)
		}
	}
	fmt.Fprintln(out, len(results), "pages,", bad, "bad")
	return nil
}
