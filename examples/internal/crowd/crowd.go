// Package crowd is for tests of servers: very many connections at once, none of which behaves. The
// crowd is a process of its own, so that it has descriptors of its own, and so can the server be.
//
//	func TestMain(m *testing.M) { crowd.Main(m, crowd.Programs{"server": main}) }
//
//	func TestCrowd(t *testing.T) {
//		s := crowd.Start(t, "server", "-addr", "127.0.0.1:0")
//		crowd.Gather(t, s.Addr, 10_000)
//		…
//		s.Signal(t)
//		s.End(t)
//	}
package crowd

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
)

// variable is set in the environment of the process that is the crowd.
const variable = "CROWD"

// Main runs the tests, or what a process that [Start] or [Gather] has started is to run.
func Main(m *testing.M, programs Programs) {
	if run := programs[os.Getenv(program)]; run != nil {
		run()
		os.Exit(0)
	}
	var addr string
	var n int
	var seed uint64
	if _, err := fmt.Sscanf(os.Getenv(variable), "%s %d %d", &addr, &n, &seed); err != nil {
		os.Exit(m.Run())
	}
	if err := run(addr, n, seed); err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
}

// Gather has n connections made to addr and returns when they are there. A quarter of them says
// nothing, a quarter sends garbage and stalls, a quarter sends and never reads, and of
// the last quarter some are reset and made anew, again and again. They leave, all at once, when the result is called, at the latest when the test
// is over. A server that refuses some is no failure; who is there must be served.
func Gather(t testing.TB, addr string, n int) (leave func()) {
	t.Helper()
	const seed = 1
	t.Logf("a crowd of %d, seed %d", n, seed)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %d", variable, addr, n, seed))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	leave = sync.OnceFunc(func() {
		in.Close() // which is what it waits for
		if err := cmd.Wait(); err != nil {
			t.Errorf("the crowd: %v", err)
		}
	})
	t.Cleanup(leave)
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the crowd does not gather: %q, %v", line, err)
	}
	return leave
}

// run is the process: it makes the connections, says so, and ends with its input.
func run(addr string, n int, seed uint64) error {
	conns := make([]net.Conn, n)
	for i := range conns {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		conns[i] = c
	}
	end := make(chan struct{})
	var wg sync.WaitGroup
	for i, c := range conns {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		switch i % 4 {
		case 1:
			c.Write(garbage(random, 1+random.IntN(200)))
		case 2:
			wg.Go(func() { c.Write(garbage(random, 1<<16)) }) // until it is stopped by the server or by the end
		case 3:
			if i%64 == 3 { // a few goroutines do for all
				wg.Go(func() { reset(addr, random, c, end) })
			}
		}
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	close(end)
	for _, c := range conns {
		c.Close()
	}
	wg.Wait()
	return nil
}

// reset ends c and makes connections anew, some times, until end is closed, or the server
// takes no more.
func reset(addr string, random *rand.Rand, c net.Conn, end chan struct{}) {
	for range 20 {
		c.Write(garbage(random, random.IntN(100)))
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
		select {
		case <-end:
			return
		default:
		}
		var err error
		if c, err = net.Dial("tcp", addr); err != nil {
			return
		}
	}
}

// garbage is n random bytes without an end of line: a chat would pass each line on to everybody,
// and the work of that grows with the square of the crowd.
func garbage(random *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32()) | 1
	}
	return b
}

// AtMost is n, or fewer if the process may not have so many times each descriptors.
func AtMost(n, each int) int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return n
	}
	const others = 500
	return min(n, (int(limit.Cur)-others)/each)
}
