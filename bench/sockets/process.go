//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"
)

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

// start starts a server. One that is bound shares a core with others that are.
func (s server) start(workers int, bound bool) (*process, error) {
	switch {
	case s.program != "":
		return start(bound, s.program, "-role", servers[0].name, "-workers", fmt.Sprint(workers))
	case s.serve == nil:
		return start(bound, cProgram)
	}
	return start(bound, os.Args[0], "-role", s.name, "-workers", fmt.Sprint(workers))
}

// startClients starts the process of the clients.
func startClients(bound bool) (*process, error) { return start(bound, os.Args[0], "-role", "clients") }

func start(bound bool, command ...string) (*process, error) {
	cmd := exec.Command(command[0], command[1:]...)
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
