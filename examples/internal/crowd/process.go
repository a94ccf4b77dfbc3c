package crowd

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// program is set in the environment of a process that [Start] has started, to the name of what it runs.
const program = "CROWD_PROGRAM"

// Programs are the functions that the test program can run as a process, in the place of the tests, by
// name. When one returns, the process has ended well.
type Programs map[string]func()

// A Process is one of the programs, running: a server.
type Process struct {
	*exec.Cmd
	Addr string // that it listens on
}

// Start starts a program, which has to print "listening on" and its address first. It has descriptors of its
// own. It is killed when the test is over, if it has not ended.
func Start(t testing.TB, name string, args ...string) *Process {
	t.Helper()
	p := &Process{Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(os.Environ(), program+"="+name)
	p.Stderr = os.Stderr
	in, err := p.StdinPipe() // which ends with this process, whatever becomes of it
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		p.Process.Kill()
		p.Wait()
	})
	lines := bufio.NewReader(out)
	if _, err := fmt.Fscanf(lines, "listening on %s\n", &p.Addr); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, lines) // until Wait, or the end
	return p
}

// Signal sends SIGTERM.
func (p *Process) Signal(t testing.TB) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// End waits for the end, which has to be without an error.
func (p *Process) End(t testing.TB) {
	t.Helper()
	if err := p.Wait(); err != nil {
		t.Errorf("the server: %v", err)
	}
}
