//go:build linux

// Miniredis measures what the server of examples/miniredis costs beside Redis and the example of
// tidwall/redcon, a popular Go library for servers with this protocol:
//
//	go run ./miniredis
//
// The three run side by side, each in a process of its own, and redis-benchmark takes turns with
// them. The figure is the processor time of a server for each request, in user and in kernel
// mode, as the ratio to the others in the same round; the median of all rounds is printed, and
// the range of the middle four fifths. The requests per second, which stand beside it, say
// little on a machine with few cores, where redis-benchmark needs as much as a server does.
//
// It needs redis-server and redis-benchmark, which on Debian are in the packages redis-server and
// redis-tools.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A server is a process that is measured.
type server struct {
	name    string
	port    int
	program string
	args    []string
	cmd     *exec.Cmd
	costs   map[string][]float64 // seconds for each request, by what is measured
	rates   map[string][]float64 // requests per second
}

func main() {
	rounds := flag.Int("rounds", 7, "`number` of turns of each server")
	requests := flag.Int("n", 100_000, "`number` of requests in a turn without a pipeline; with one, four times as many")
	pipelines := flag.String("P", "1,16", "`lengths` of pipelines")
	port := flag.Int("port", 7410, "the first of three `ports` that are used")
	redcon := flag.String("redcon", "", "serve with redcon on this `address`, and do nothing else")
	flag.Parse()
	if *redcon != "" {
		fmt.Fprintln(os.Stderr, "miniredis:", serveRedcon(*redcon))
		os.Exit(1)
	}
	if err := run(*rounds, *requests, *port, strings.Split(*pipelines, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "miniredis:", err)
		os.Exit(1)
	}
}

func run(rounds, requests, port int, pipelines []string) error {
	dir, err := os.MkdirTemp("", "miniredis")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	servers, err := prepare(dir, port)
	if err != nil {
		return err
	}
	for _, s := range servers {
		if err := s.start(); err != nil {
			return err
		}
		defer s.stop()
	}
	for _, p := range pipelines {
		n := requests
		if p != "1" {
			n *= 4
		}
		for round := range rounds + 1 {
			for _, s := range servers {
				for _, test := range []string{"set", "get"} {
					if err := s.measure(test, p, n, round > 0); err != nil { // the first is to warm up
						return err
					}
				}
			}
		}
		report(servers, p)
	}
	return nil
}

// prepare builds what is to be built.
func prepare(dir string, port int) ([]*server, error) {
	mini := filepath.Join(dir, "miniredis")
	const pkg = "github.com/asyncgen/asyncgen/examples/miniredis"
	if out, err := exec.Command("go", "build", "-o", mini, pkg).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", pkg, err, out)
	}
	addr := func(i int) string { return fmt.Sprintf("127.0.0.1:%d", port+i) }
	return []*server{
		{name: "miniredis", port: port, program: mini, args: []string{"-addr", addr(0)}},
		{name: "redis", port: port + 1, program: "redis-server",
			args: []string{"--port", strconv.Itoa(port + 1), "--save", "", "--appendonly", "no", "--dir", dir}},
		{name: "redcon", port: port + 2, program: os.Args[0], args: []string{"-redcon", addr(2)}},
	}, nil
}

// start starts the server and waits until it takes connections.
func (s *server) start() error {
	s.costs, s.rates = make(map[string][]float64), make(map[string][]float64)
	addr := fmt.Sprintf("127.0.0.1:%d", s.port)
	if c, err := net.Dial("tcp", addr); err == nil {
		c.Close()
		return fmt.Errorf("%s: somebody listens on %s already", s.name, addr)
	}
	s.cmd = exec.Command(s.program, s.args...)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 500 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return c.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.Join(fmt.Errorf("%s does not listen on %s", s.name, addr), s.stop())
}

func (s *server) stop() error {
	s.cmd.Process.Kill()
	return s.cmd.Wait()
}

// measure has redis-benchmark make requests, and notes what they have cost.
func (s *server) measure(test, pipeline string, n int, count bool) error {
	before, err := s.used()
	if err != nil {
		return err
	}
	out, err := exec.Command("redis-benchmark", "-p", strconv.Itoa(s.port), "-t", test, "-c", "50",
		"-P", pipeline, "-n", strconv.Itoa(n), "--csv").Output()
	if err != nil {
		return fmt.Errorf("redis-benchmark: %w", err)
	}
	after, err := s.used()
	if err != nil || !count {
		return err
	}
	rate, err := rateOf(string(out))
	if err != nil {
		return err
	}
	s.costs[test] = append(s.costs[test], (after-before).Seconds()/float64(n))
	s.rates[test] = append(s.rates[test], rate)
	return nil
}

// rateOf reads the requests per second from the output of redis-benchmark, whose last line is
// "SET","41023.00",…
func rateOf(out string) (float64, error) {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	fields := strings.Split(lines[len(lines)-1], ",")
	if len(fields) < 2 {
		return 0, fmt.Errorf("redis-benchmark says %q", out)
	}
	return strconv.ParseFloat(strings.Trim(fields[1], `"`), 64)
}

// used returns the processor time that all threads of the server that still run have had, which
// the scheduler counts in nanoseconds.
func (s *server) used() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return time.Duration(sum), nil
}

// report prints the figures of one length of pipelines, and forgets them.
func report(servers []*server, pipeline string) {
	for _, test := range []string{"set", "get"} {
		fmt.Printf("%s, 50 connections, -P %s: processor time of the server per request\n", strings.ToUpper(test), pipeline)
		mine := servers[0]
		for _, s := range servers {
			fmt.Printf("\t%-10s %6.2f µs  %8.0f requests/s", s.name, 1e6*median(s.costs[test]), median(s.rates[test]))
			if s != mine {
				ratios := make([]float64, len(s.costs[test]))
				for i := range ratios {
					ratios[i] = mine.costs[test][i] / s.costs[test][i]
				}
				slices.Sort(ratios)
				n := len(ratios)
				fmt.Printf("  miniredis needs %.2f of that (%.2f to %.2f)", median(ratios), ratios[n/10], ratios[n-1-n/10])
			}
			fmt.Println()
		}
	}
	for _, s := range servers {
		clear(s.costs)
		clear(s.rates)
	}
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
