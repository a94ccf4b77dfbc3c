package crowd

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
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
	said chan string
}

// Start starts a program, which has to print "listening on" and its address first. It has descriptors of its
// own. It is killed when the test is over, if it has not ended.
func Start(t testing.TB, name string, args ...string) *Process {
	t.Helper()
	p := &Process{Cmd: exec.Command(os.Args[0], args...), said: make(chan string, 1)}
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
	go func() {
		rest, _ := io.ReadAll(lines)
		p.said <- string(rest)
	}()
	return p
}

// Signal sends SIGTERM.
func (p *Process) Signal(t testing.TB) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// End waits for the end, which has to be without an error, and returns what the program has printed behind
// its address. It is called once.
func (p *Process) End(t testing.TB) (said string) {
	t.Helper()
	said = <-p.said // before Wait, which closes the pipe
	if err := p.Wait(); err != nil {
		t.Errorf("the server: %v", err)
	}
	return said
}

// Connect returns a connection that fails rather than hang, and is closed when the test is over.
func Connect(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(5 * time.Minute))
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}
