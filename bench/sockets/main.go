//go:build linux

// Sockets measures what a server of this project costs beside others: one of package net, of gnet
// and nbio, which have one callback for each piece of data, and one in C, which is the floor:
//
//	go run ./sockets
//
// The first figure is the processor time that an echo of 64 bytes takes on the server's side,
// over 50 connections that are busy all the time. The servers run side by side, each in a
// process of its own, and the clients take turns with them, a fraction of a second each, in a
// process that is bound to the same core: so a request costs no migration and no idle wake, and
// what a server costs is not hidden by what it could do in parallel. The time is that of the
// process, in user and in kernel mode.
//
// The second figure is the resident memory of a connection that has echoed a byte and is silent
// now: the growth of the process from none to all of them, after garbage collections.
//
// The third are the times from a wake to what it wakes, where all sleep, beside those of a C
// program that does nothing else; the fourth the latencies of a server with two workers under more
// load than it can take. Flag -only selects.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A server is one of those that are compared.
type server struct {
	name  string
	serve func(workers int) (addr string, err error) // nil: the program in C
	tail  bool                                       // also measured with two workers
	// program is another build of this one that has the server, under the name of the first.
	program string
}

// servers are compared with the last of them.
var servers = []server{
	{name: "anet", serve: serveAnet, tail: true},
	{name: "C", tail: true},
	{name: "gnet", serve: serveGnet},
	{name: "nbio", serve: serveNbio},
	{name: "net", serve: serveNet, tail: true},
}

// options are the flags.
type options struct {
	only    string
	rounds  int
	turn    time.Duration
	idle    int
	wakes   int
	runs    int
	length  time.Duration
	role    string
	workers int
	beside  string
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "echo,memory,wake,tail", "the `figures` to measure")
	flag.IntVar(&o.rounds, "rounds", 15, "`number` of turns of the first figure")
	flag.DurationVar(&o.turn, "turn", 300*time.Millisecond, "`length` of a turn of the first figure")
	flag.IntVar(&o.idle, "idle", 19_500, "`number` of silent connections")
	flag.IntVar(&o.wakes, "wakes", 300, "`number` of wakes in a turn of the third figure")
	flag.IntVar(&o.runs, "runs", 10, "`number` of runs of the fourth figure")
	flag.DurationVar(&o.length, "length", 2*time.Second, "`length` of a run of the fourth figure")
	flag.StringVar(&o.role, "role", "", "what this `process` is: a server's name, wake, or clients")
	flag.IntVar(&o.workers, "workers", 1, "`number` of workers of a server")
	flag.StringVar(&o.beside, "beside", "", "another `build` of this program, whose server is measured as well")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "sockets:", err)
		os.Exit(1)
	}
}

func (o options) run() error {
	if err := raiseLimit(); err != nil {
		return err
	}
	switch o.role {
	case "":
		return o.measure()
	case "clients":
		return clients()
	case "wake":
		i, err := strconv.Atoi(flag.Arg(0))
		if err != nil {
			return err
		}
		return wakes[i].measure(o.wakes)
	}
	for _, s := range servers {
		if s.name == o.role {
			return serve(s.serve, o.workers)
		}
	}
	return fmt.Errorf("no role is called %s", o.role)
}

// measure prints the figures that are wanted.
func (o options) measure() error {
	dir, err := os.MkdirTemp("", "sockets")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := buildC(dir); err != nil {
		return err
	}
	if cProgram == "" {
		fmt.Println("no C compiler: without the server in C")
		servers = slices.DeleteFunc(servers, func(s server) bool { return s.serve == nil })
	}
	if o.beside != "" {
		servers = slices.Insert(servers, 1, server{name: "other", program: o.beside, serve: serveAnet, tail: true})
	}
	figures := map[string]func() error{
		"echo":   func() error { return echo(o.rounds, o.turn) },
		"memory": func() error { return memory(o.idle) },
		"wake":   func() error { return wake(5, o.wakes) },
		"tail":   func() error { return tail(o.runs, o.length) },
	}
	for _, name := range strings.Split(o.only, ",") {
		figure, ok := figures[name]
		if !ok {
			return errors.New("there is no figure " + name)
		}
		if err := figure(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
