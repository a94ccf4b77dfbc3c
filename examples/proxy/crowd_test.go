package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

// part is the variable that turns the test program into one of the others that take part, each with
// descriptors of its own: the proxy, which has two for each client, or its target.
const part = "PROXY_PART"

func TestMain(m *testing.M) {
	switch os.Getenv(part) {
	case "proxy":
		main()
	case "target":
		if err := target(); err != nil {
			fmt.Fprintln(os.Stderr, "target:", err)
			os.Exit(1)
		}
	default:
		crowd.Main(m)
	}
}

// target sends back what it gets, with package net, until its input ends.
func target() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening on", l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			// A small buffer, since there are thousands, and none of the pipes that io.Copy would
			// take for itself, two descriptors each.
			io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{c}, make([]byte, 1<<10))
		}()
	}
}

// process starts a part and returns the address that it listens on.
func process(t *testing.T, name string, args ...string) (cmd *exec.Cmd, addr string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), part+"="+name)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe() // which ends with this process, whatever becomes of it
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
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// connect returns a connection that fails rather than hang.
func connect(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(5 * time.Minute))
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

// Ten thousand that misbehave, or as many as there are descriptors for, do not keep one from being
// served. A SIGTERM while they are all there ends the proxy.
func TestCrowd(t *testing.T) {
	_, to := process(t, "target")
	proxy, addr := process(t, "proxy", "-addr", "127.0.0.1:0", "-to", to, "-grace", "1ms")
	crowd.Gather(t, addr, crowd.AtMost(10_000, 2))
	c := connect(t, addr)
	for i := range 100 {
		want := fmt.Sprint("message ", i)
		io.WriteString(c, want)
		got := make([]byte, len(want))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := proxy.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := proxy.Wait(); err != nil {
		t.Errorf("the proxy: %v", err)
	}
}

// A SIGTERM in the midst of a stream lets it come to its end, in a crowd, and takes nobody new. When
// all have gone the proxy ends.
func TestSIGTERM(t *testing.T) {
	_, to := process(t, "target")
	proxy, addr := process(t, "proxy", "-addr", "127.0.0.1:0", "-to", to, "-grace", "10m")
	leave := crowd.Gather(t, addr, crowd.AtMost(1_000, 2))
	data := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(data)
	c := connect(t, addr)
	go func() {
		c.Write(data)
		c.CloseWrite()
	}()
	got := make([]byte, 1, len(data))
	if _, err := io.ReadFull(c, got); err != nil {
		t.Fatal(err)
	}
	if err := proxy.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(c)
	if got = append(got, rest...); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	for { // the signal may take its time
		late, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		late.Close()
	}
	leave()
	if err := proxy.Wait(); err != nil {
		t.Errorf("the proxy: %v", err)
	}
}
