package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

const (
	idleConnections = 10000
	// mostPerConnection is how many bytes one may take: its task, the machine, the
	// connection with its place in the reactor, and its entry in the server's table.
	mostPerConnection = 600
	// otherDescriptors is how many a process may need besides.
	otherDescriptors = 100
	// clientsOf is the variable that turns the test program into a set of clients.
	clientsOf = "ECHO_CLIENTS_OF"
)

// TestMain lets the program be the clients of TestIdleMemory: in a process of their own
// they cost the server's no memory, and the two do not share the limit on descriptors. It can also be
// the server, and the crowd, of TestCrowd.
func TestMain(m *testing.M) {
	if addr := os.Getenv(clientsOf); addr != "" {
		if err := clients(addr); err != nil {
			fmt.Fprintln(os.Stderr, "clients:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	crowd.Main(m, crowd.Programs{"server": main})
}

// clients makes connections, has each echo a byte, says how many there are, and keeps them
// until its input ends.
func clients(addr string) error {
	count, err := raiseLimit()
	if err != nil {
		return err
	}
	conns := make([]net.Conn, count)
	for i := range conns {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		conns[i] = c
		if _, err := c.Write([]byte{42}); err != nil {
			return err
		}
		if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
			return err
		}
	}
	fmt.Println(len(conns))
	_, err = io.Copy(io.Discard, os.Stdin)
	runtime.KeepAlive(conns)
	return err
}

// raiseLimit lets the process have as many descriptors as the test needs, or else as the
// system allows, and returns how many connections that is enough for.
func raiseLimit() (int, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	limit.Cur = max(limit.Cur, min(limit.Max, idleConnections+otherDescriptors))
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	return min(idleConnections, int(limit.Cur)-otherDescriptors), nil
}

// TestIdleMemory measures what a connection costs that has echoed something and is silent
// now.
func TestIdleMemory(t *testing.T) {
	if _, err := raiseLimit(); err != nil {
		t.Fatal(err)
	}
	s := start(t)
	before := heap()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), clientsOf+"="+s.Addr().String())
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	count, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || count != s.Open() {
		t.Fatalf("%d connections are open, the clients have made %q", s.Open(), line)
	}
	each := float64(heap()-before) / float64(count)
	t.Logf("%d idle connections, %.0f bytes each", count, each)
	if each > mostPerConnection {
		t.Errorf("an idle connection takes %.0f bytes, more than %d", each, mostPerConnection)
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// heap returns the size of what is in use. It takes two collections to empty a sync.Pool.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
