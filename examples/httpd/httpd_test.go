package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

func TestMain(m *testing.M) { crowd.Main(m, crowd.Programs{"server": main}) }

// launch starts the program. If the test does not end it, that is done when the test is over, and it
// must then end well.
func launch(t *testing.T, args ...string) *crowd.Process {
	t.Helper()
	p := crowd.Start(t, "server", append([]string{"-addr", "127.0.0.1:0", "-grace", "1m"}, args...)...)
	t.Cleanup(func() {
		if p.ProcessState == nil {
			terminate(t, p)
		}
	})
	return p
}

// terminate sends SIGTERM and waits for the end. Nothing may be cut off.
func terminate(t *testing.T, p *crowd.Process) {
	t.Helper()
	p.Signal(t)
	if said := p.End(t); said != "" {
		t.Errorf("in the end it says %q", said)
	}
}

// tool returns the path of a client. Where it is missing the test is skipped, but not in CI.
func tool(t *testing.T, name string) string {
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: apt-get install %s", name, name)
	}
	if err != nil {
		t.Skipf("%s is missing: apt-get install %s", name, name)
	}
	return path
}

// A client that waits to be told so is told that its body is welcome, by a handler that has begun to
// answer before it reads, and may go on with the connection.
func TestExpect(t *testing.T) {
	p := launch(t)
	c, err := net.Dial("tcp", p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute)) // more than the server's patience with a body
	in := bufio.NewReader(c)
	for range 3 {
		io.WriteString(c, "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
		if resp, err := http.ReadResponse(in, nil); err != nil || resp.StatusCode != http.StatusContinue {
			t.Fatalf("%v, %v", resp, err)
		}
		io.WriteString(c, "hello")
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.Close {
			t.Fatalf("%+v, %v", resp, err)
		}
		if body, err := io.ReadAll(resp.Body); string(body) != "hello" || err != nil {
			t.Errorf("%q, %v", body, err)
		}
	}
}

// curl has all kinds of handlers answer.
func TestCurl(t *testing.T) {
	curl := tool(t, "curl")
	root := t.TempDir()
	data := bytes.Repeat([]byte("some bytes of a file\n"), 50_000)
	file := filepath.Join(root, "f.txt")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	p := launch(t, "-root", root)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"/hello"}, "Hello, world!\n"},
		{[]string{"--http1.0", "/hello"}, "Hello, world!\n"},
		{[]string{"/sleep?for=1ms"}, "slept for 1ms\n"},
		{[]string{"/sleep"}, "?for= must be a duration such as 100ms, at most 1m\n"},
		{[]string{"/std/hello/you"}, "Hello, you!\n"},
		{[]string{"/files/f.txt"}, string(data)},
		{[]string{"-r", "5-9", "/files/f.txt"}, string(data[5:10])},
		{[]string{"-T", file, "/echo"}, string(data)},
		{[]string{"-T", file, "-H", "Transfer-Encoding: chunked", "/echo"}, string(data)},
		{[]string{"-d", "x", "-H", "Expect: 100-continue", "/echo"}, "x"},
		{[]string{"-o", "/dev/null", "-w", "%{http_code} %{size_download}", "-I", "/files/f.txt"}, "200 0"},
		{[]string{"-o", "/dev/null", "-w", "%{http_code}", "/none"}, "404"},
		{[]string{"-o", "/dev/null", "-w", "%{num_connects}", "/hello", "/hello", "/std/hello/x", "/hello"}, "1000"},
	} {
		args := []string{"-sS"}
		for _, a := range c.args {
			if strings.HasPrefix(a, "/") && !strings.HasPrefix(a, root) && a != "/dev/null" {
				a = "http://" + p.Addr + a
			}
			args = append(args, a)
		}
		if c.want == "1000" { // a file for the output of each
			args = append(args, "-o", "/dev/null", "-o", "/dev/null", "-o", "/dev/null")
		}
		var stderr bytes.Buffer
		cmd := exec.Command(curl, args...)
		cmd.Stderr = &stderr
		got, err := cmd.Output()
		if string(got) != c.want || err != nil {
			t.Errorf("curl %q: %.100q, %v, %s", c.args, got, err, stderr.String())
		}
	}
}

// wrk finds no errors, with pipelining too.
func TestWrk(t *testing.T) {
	wrk := tool(t, "wrk")
	p := launch(t)
	script := filepath.Join(t.TempDir(), "pipeline.lua")
	lua := `init = function() local r = {}; for i = 1, 16 do r[i] = wrk.format("GET", "/hello") end; batch = table.concat(r) end
request = function() return batch end`
	if err := os.WriteFile(script, []byte(lua), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"/hello"}, {"/sleep?for=1ms"}, {"/std/hello/x"}, {"-s", script, "/hello"}} {
		last := len(args) - 1
		args[last] = "http://" + p.Addr + args[last]
		out, err := exec.Command(wrk, append([]string{"-t1", "-c50", "-d1s"}, args...)...).CombinedOutput()
		count := regexp.MustCompile(`(\d+) requests in`).FindSubmatch(out)
		if err != nil || count == nil || string(count[1]) == "0" || bytes.Contains(out, []byte("Non-2xx")) || bytes.Contains(out, []byte("Socket errors")) {
			t.Errorf("wrk %q: %v\n%s", args, err, out)
		}
	}
}

// Ten thousand connections are open at once, one in a hundred of them with a request. A process that
// may not have that many descriptors gets fewer.
func TestConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten thousand descriptors twice")
	}
	var limit syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	count := min(10_000, int(limit.Max)-200)
	limit.Cur = limit.Max
	syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	p := launch(t)
	conns := make([]net.Conn, count)
	for i := range conns {
		c, err := net.Dial("tcp", p.Addr)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		defer c.Close()
		conns[i] = c
	}
	for i, c := range conns {
		if i%100 != 0 {
			continue
		}
		c.SetDeadline(time.Now().Add(time.Minute))
		io.WriteString(c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
		line, err := bufio.NewReader(c).ReadString('\n')
		if line != "HTTP/1.1 200 OK\r\n" || err != nil {
			t.Fatalf("connection %d: %q, %v", i, line, err)
		}
	}
	terminate(t, p) // with all of them open
}

// Ten thousand clients that send garbage, stall and reset do not keep one from being answered; and a
// SIGTERM ends the server while they are there.
func TestCrowd(t *testing.T) {
	p := crowd.Start(t, "server", "-addr", "127.0.0.1:0", "-grace", "1s")
	crowd.Gather(t, p.Addr, crowd.AtMost(10_000, 1))
	c := crowd.Connect(t, p.Addr)
	in := bufio.NewReader(c)
	for i := range 100 {
		io.WriteString(c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		if body, err := io.ReadAll(r.Body); !bytes.Equal(body, greeting) || err != nil {
			t.Fatalf("request %d: %q, %v", i, body, err)
		}
	}
	p.Signal(t)
	p.End(t)
}

// SIGTERM in the midst: requests that have begun are answered, and clients that send one after the
// other see whole responses to the last.
func TestTerminate(t *testing.T) {
	p := launch(t)
	const slow = "GET /sleep?for=300ms HTTP/1.1\r\nHost: a\r\n\r\n"
	var waiting []net.Conn
	for range 50 {
		c := connect(t, p.Addr)
		io.WriteString(c, slow)
		waiting = append(waiting, c)
	}
	// The connections are accepted in their order, so when this is answered they all are.
	c := connect(t, p.Addr)
	io.WriteString(c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		t.Fatal(line, err)
	}
	busy := make(chan error)
	for range 10 {
		c := connect(t, p.Addr)
		go func() { busy <- keepAsking(c) }()
	}
	terminate(t, p)
	for range 10 {
		if err := <-busy; err != nil {
			t.Error(err)
		}
	}
	for i, c := range waiting {
		if got, err := io.ReadAll(c); !strings.HasSuffix(string(got), "slept for 300ms\n") || err != nil {
			t.Errorf("request %d: %q, %v", i, got, err)
		}
	}
}

// keepAsking sends requests until the connection ends, which must not be in the midst of a
// response.
func keepAsking(c net.Conn) error {
	in := bufio.NewReader(c)
	for {
		io.WriteString(c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
		length, first := 0, true
		for {
			line, err := in.ReadString('\n')
			if err != nil && first && line == "" && (err == io.EOF || errors.Is(err, syscall.ECONNRESET)) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("after %q: %w", line, err)
			}
			first = false
			if v, ok := strings.CutPrefix(line, "Content-Length: "); ok {
				length, _ = strconv.Atoi(strings.TrimSpace(v))
			}
			if line == "\r\n" {
				break
			}
		}
		if _, err := io.ReadFull(in, make([]byte, length)); err != nil || length != len(greeting) {
			return fmt.Errorf("a body of %d: %w", length, err)
		}
	}
}

func connect(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(time.Minute))
	t.Cleanup(func() { c.Close() })
	return c
}

// Wrong flags and addresses are errors.
func TestRun(t *testing.T) {
	for _, args := range [][]string{{"-addr", "nowhere"}, {"-nonsense"}} {
		if err := run(context.Background(), io.Discard, args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
