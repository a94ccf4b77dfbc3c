//go:build linux

// Httpd measures what a request costs examples/httpd beside net/http:
//
//	go run ./httpd
//
// The load is wrk's, which must be installed: 100 connections, and in the second part 16 requests in
// one piece on each. The servers run side by side, each in a process of its own, and wrk takes turns
// with them. What counts is the processor time of the server, in user and in kernel mode, for a
// request; so it does not matter that wrk has a core to itself and limits how many requests there are.
//
// The servers are examples/httpd with an async handler and with one of net/http, net/http
// itself, and as the floor one of rt/anet that answers whatever it reads without looking at it.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// servers are compared with the last of them.
var servers = []struct {
	name  string
	serve func() (addr string, err error)
}{
	{"floor", serveFloor},
	{"async", serveAsync},
	{"std", serveStd},
	{"net/http", serveNet},
}

func main() {
	role := flag.String("role", "", "the server that this `process` is")
	rounds := flag.Int("rounds", 9, "`number` of turns")
	turn := flag.Duration("turn", time.Second, "`length` of a turn, whole seconds")
	flag.Parse()
	if err := run(*role, *rounds, *turn); err != nil {
		fmt.Fprintln(os.Stderr, "httpd:", err)
		os.Exit(1)
	}
}

func run(role string, rounds int, turn time.Duration) error {
	for _, s := range servers {
		if s.name == role {
			return serve(s.serve)
		}
	}
	running := make([]*process, len(servers))
	for i, s := range servers {
		p, err := start(s.name)
		if err != nil {
			return err
		}
		defer p.stop()
		running[i] = p
	}
	if err := compare("100 connections", running, rounds, turn); err != nil {
		return err
	}
	script, err := pipeline()
	if err != nil {
		return err
	}
	defer os.Remove(script)
	// The floor sends one answer for each read, so that it cannot take part.
	return compare("100 connections, 16 requests at once", running[1:], rounds, turn, "-s", script)
}

// compare prints what a request costs each server, and the ratio of what the last one pays.
func compare(title string, running []*process, rounds int, turn time.Duration, args ...string) error {
	costs := make([][]float64, len(running))
	rates := make([][]float64, len(running))
	for round := range rounds + 1 {
		for i, p := range running {
			before, err := p.usage()
			if err != nil {
				return err
			}
			requests, err := load(p.addr, turn, args...)
			if err != nil {
				return err
			}
			after, err := p.usage()
			if err != nil {
				return err
			}
			if round > 0 { // the first is to warm up
				costs[i] = append(costs[i], float64(after-before)/float64(requests))
				rates[i] = append(rates[i], float64(requests)/turn.Seconds())
			}
		}
	}
	fmt.Println(title + ": processor time of the server per request")
	last := len(running) - 1
	for i, p := range running {
		ratios := make([]float64, rounds)
		for round := range ratios {
			ratios[round] = costs[last][round] / costs[i][round]
		}
		fmt.Printf("\t%-8s  %6.2f µs, %7.0f requests/s, for a CPU second %.2f (%.2f to %.2f) times as many as %s\n", p.name,
			median(costs[i])/1e3, median(rates[i]), median(ratios), slices.Min(ratios), slices.Max(ratios), running[last].name)
	}
	return nil
}

// median sorts the values.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

var counted = regexp.MustCompile(`(\d+) requests in`)

// load has wrk send requests for a time, and returns how many were answered.
func load(addr string, turn time.Duration, args ...string) (int, error) {
	args = append([]string{"-t1", "-c100", "-d" + strconv.Itoa(int(turn.Seconds())) + "s"}, args...)
	out, err := exec.Command("wrk", append(args, "http://"+addr+"/")...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	m := counted.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("wrk says\n%s", out)
	}
	return strconv.Atoi(string(m[1]))
}

// pipeline writes a script with which wrk sends 16 requests at once.
func pipeline() (name string, err error) {
	f, err := os.CreateTemp("", "pipeline-*.lua")
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.WriteString(`
init = function()
	local r = {}
	for i = 1, 16 do r[i] = wrk.format("GET", "/") end
	batch = table.concat(r)
end
request = function() return batch end
`)
	return f.Name(), err
}

// A process is a server.
type process struct {
	name, addr string
	cmd        *exec.Cmd
	in         interface {
		Write([]byte) (int, error)
		Close() error
	}
	out *bufio.Reader
}

// start starts a server.
func start(name string) (*process, error) {
	cmd := exec.Command(os.Args[0], "-role", name)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &process{name: name, cmd: cmd, in: in, out: bufio.NewReader(out)}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	_, err = fmt.Fscanln(p.out, &p.addr)
	return p, err
}

// usage returns the processor time that the server has used, in nanoseconds.
func (p *process) usage() (ns int64, err error) {
	if _, err := fmt.Fprintln(p.in, "usage"); err != nil {
		return 0, err
	}
	_, err = fmt.Fscanln(p.out, &ns)
	return ns, err
}

// stop ends the server, which ends with its input.
func (p *process) stop() {
	p.in.Close()
	p.cmd.Wait()
}
