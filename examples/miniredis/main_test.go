package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

func TestMain(m *testing.M) { crowd.Main(m, crowd.Programs{"server": main}) }

// serve starts the server as a process and returns its port.
func serve(t *testing.T, args ...string) (p *crowd.Process, port string) {
	t.Helper()
	p = crowd.Start(t, "server", append([]string{"-addr", "127.0.0.1:0", "-grace", "1m"}, args...)...)
	_, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return p, port
}

// need returns where a program is. Where there is none the test is skipped, but never in CI.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: apt-get install redis-tools", program)
		}
		t.Skipf("%s is missing: apt-get install redis-tools", program)
	}
	return path
}

// redis-cli works, in both protocols.
func TestRedisCLI(t *testing.T) {
	cli := need(t, "redis-cli")
	_, port := serve(t)
	for _, protocol := range []string{"-2", "-3"} {
		cmd := exec.Command(cli, protocol, "-p", port)
		cmd.Stdin = strings.NewReader("set a \"x y\"\nget a\nget nosuch\nrpush l 1 2\nlrange l 0 -1\nhset h f v\nhgetall h\nnosuch\nmulti\nincr n\nexec\ndel a l h n\nquit\n")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(string(out)), " ")
		const want = "OK x y 2 1 2 1 f v ERR unknown command 'nosuch', with args beginning with: OK QUEUED 1 4"
		if words != want {
			t.Errorf("redis-cli %s says %q, want %q", protocol, words, want)
		}
	}
}

// redis-benchmark gets an answer to each of its requests.
func TestRedisBenchmark(t *testing.T) {
	benchmark := need(t, "redis-benchmark")
	_, port := serve(t)
	for _, pipeline := range []string{"1", "16"} {
		out, err := exec.Command(benchmark, "-p", port, "-P", pipeline, "-n", "5000", "-c", "20", "-e", "--csv",
			"-t", "ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,zadd,lrange_100,mset").CombinedOutput()
		if err != nil || strings.Contains(string(out), "ERR") || strings.Count(string(out), "\n\"") < 14 {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// A SIGTERM in the midst of load ends the process without an error, and only after it has answered
// what it has read.
func TestSIGTERM(t *testing.T) {
	server, port := serve(t)
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	// The last command cannot be answered before all others are, and those were sent before the
	// signal.
	const n = 20_000
	go io.WriteString(c, strings.Repeat("INCR n\r\n", n))
	in := bufio.NewReader(c)
	if line, err := in.ReadString('\n'); line != ":1\r\n" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	server.Signal(t)
	last := 1
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			break
		}
		if want := fmt.Sprintf(":%d\r\n", last+1); line != want {
			t.Fatalf("%q, want %q", line, want)
		}
		last++
	}
	t.Logf("%d of %d commands were answered", last, n)
	server.End(t)
}

// The program says what is wrong with its arguments.
func TestRun(t *testing.T) {
	for _, args := range [][]string{{"-addr", "nowhere"}, {"-nosuch"}} {
		if err := run(context.Background(), io.Discard, args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// Ten thousand connections, none of which behaves, keep nobody from being served. Each
// write that was acknowledged is there, and a SIGTERM ends the process while they are all connected.
func TestCrowd(t *testing.T) {
	server, _ := serve(t, "-maxclients", "11000")
	crowd.Gather(t, server.Addr, crowd.AtMost(10_000, 1))
	c := crowd.Connect(t, server.Addr)
	in := bufio.NewReader(c)
	ask := func(command, want string) {
		io.WriteString(c, command+"\r\n")
		if line, err := in.ReadString('\n'); line != want+"\r\n" || err != nil {
			t.Fatalf("%s: %q, %v, want %q", command, line, err, want)
		}
	}
	const n = 1000
	for i := range n {
		ask(fmt.Sprintf("SET key%d %d", i, i), "+OK")
	}
	ask("DBSIZE", fmt.Sprintf(":%d", n))
	for i := range n {
		ask(fmt.Sprintf("INCR key%d", i), fmt.Sprintf(":%d", i+1))
	}
	server.Signal(t)
	server.End(t)
}
