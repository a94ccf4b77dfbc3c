//go:build linux

// Sockets measures what a server of this project costs beside one of package net:
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
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// servers are what is compared, the first with the others.
var servers = []struct {
	name  string
	serve func() (addr string, err error)
}{
	{"anet", serveAnet},
	{"net", serveNet},
}

func main() {
	role := flag.String("role", "", "what this `process` is: a server's name, or clients")
	rounds := flag.Int("rounds", 15, "`number` of turns")
	turn := flag.Duration("turn", 300*time.Millisecond, "`length` of a turn")
	idle := flag.Int("idle", 19_500, "`number` of silent connections")
	flag.Parse()
	if err := run(*role, *rounds, *turn, *idle); err != nil {
		fmt.Fprintln(os.Stderr, "sockets:", err)
		os.Exit(1)
	}
}

func run(role string, rounds int, turn time.Duration, idle int) error {
	if err := raiseLimit(); err != nil {
		return err
	}
	switch role {
	case "":
		if err := echo(rounds, turn); err != nil {
			return err
		}
		return memory(idle)
	case "clients":
		return clients()
	}
	for _, s := range servers {
		if s.name == role {
			return serve(s.serve)
		}
	}
	return fmt.Errorf("no role is called %s", role)
}

// raiseLimit lets the process have as many descriptors as it may.
func raiseLimit() error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
}

// A process is a server or the clients, which answers lines with lines.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// start starts a process in a role. One that is bound shares a core with others that are.
func start(role string, bound bool) (*process, error) {
	cmd := exec.Command(os.Args[0], "-role", role)
	cmd.Stderr = os.Stderr
	cmd.Env = os.Environ()
	if bound {
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1", "SOCKETS_BOUND=1")
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &process{cmd, in, bufio.NewReader(out)}, cmd.Start()
}

// ask sends a line and returns the numbers in the answer.
func (p *process) ask(line string, answer ...any) error {
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		return err
	}
	return p.answer(answer...)
}

func (p *process) answer(values ...any) error {
	line, err := p.out.ReadString('\n')
	if err != nil {
		return err
	}
	_, err = fmt.Sscan(line, values...)
	return err
}

// stop ends the process, which ends with its input.
func (p *process) stop() {
	p.in.Close()
	p.cmd.Wait()
}

// echo prints the first figure.
func echo(rounds int, turn time.Duration) error {
	const connections = 50
	load, err := start("clients", true)
	if err != nil {
		return err
	}
	defer load.stop()
	costs := make([][]float64, len(servers))
	running := make([]*process, len(servers))
	addrs := make([]string, len(servers))
	for i, s := range servers {
		if running[i], err = start(s.name, true); err != nil {
			return err
		}
		defer running[i].stop()
		if err := running[i].answer(&addrs[i]); err != nil {
			return err
		}
	}
	for round := range rounds + 1 {
		for i := range servers {
			var before, after, requests, rss int64
			if err := running[i].ask("usage", &before, &rss); err != nil {
				return err
			}
			if err := load.ask(fmt.Sprintf("echo %s %d %d", addrs[i], connections, turn), &requests); err != nil {
				return err
			}
			if err := running[i].ask("usage", &after, &rss); err != nil {
				return err
			}
			if round > 0 { // the first is to warm up
				costs[i] = append(costs[i], float64(after-before)/float64(requests))
			}
		}
	}
	fmt.Printf("echo, %d connections, 64 bytes: processor time of the server per request\n", connections)
	for i, s := range servers {
		ratios := make([]float64, rounds)
		for round := range ratios {
			ratios[round] = costs[i][round] / costs[len(servers)-1][round]
		}
		slices.Sort(costs[i])
		slices.Sort(ratios)
		fmt.Printf("\t%-8s %.2f µs (%.2f to %.2f), to net %.2f (%.2f to %.2f)\n", s.name,
			costs[i][rounds/2]/1e3, costs[i][rounds/10]/1e3, costs[i][rounds-1-rounds/10]/1e3,
			ratios[rounds/2], ratios[rounds/10], ratios[rounds-1-rounds/10])
	}
	return nil
}

// memory prints the second figure.
func memory(connections int) error {
	fmt.Printf("%d silent connections: resident memory of the server for each\n", connections)
	for _, s := range servers {
		each, err := memoryOf(s.name, connections)
		if err != nil {
			return err
		}
		fmt.Printf("\t%-8s %d bytes\n", s.name, each)
	}
	return nil
}

func memoryOf(server string, connections int) (int64, error) {
	p, err := start(server, false)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	var addr string
	if err := p.answer(&addr); err != nil {
		return 0, err
	}
	load, err := start("clients", false)
	if err != nil {
		return 0, err
	}
	defer load.stop()
	var before, after, cpu, count int64
	// A few first, so that what a server needs once is there.
	if err := load.ask(fmt.Sprintf("open %s %d", addr, 100), &count); err != nil {
		return 0, err
	}
	if err := p.ask("usage", &cpu, &before); err != nil {
		return 0, err
	}
	if err := load.ask(fmt.Sprintf("open %s %d", addr, connections-100), &count); err != nil {
		return 0, err
	}
	if err := p.ask("usage", &cpu, &after); err != nil {
		return 0, err
	}
	return (after - before) / (count - 100), nil
}

// lines calls f for each line of the input.
func lines(f func(words []string) error) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if err := f(strings.Fields(in.Text())); err != nil {
			return err
		}
	}
	return in.Err()
}

// bind binds the process to one core if it is to be.
func bind() error {
	if os.Getenv("SOCKETS_BOUND") == "" {
		return nil
	}
	var all, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return err
	}
	for cpu := range 1024 {
		if all.IsSet(cpu) {
			one.Set(cpu) // the last that there is
			if one.Count() > 1 {
				one.Zero()
				one.Set(cpu)
			}
		}
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		var id int
		fmt.Sscan(thread.Name(), &id)
		if err := unix.SchedSetaffinity(id, &one); err != nil {
			return err
		}
	}
	return nil
}
