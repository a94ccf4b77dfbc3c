package server

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// redisServer starts the real server, the judge, and returns where it listens.
func redisServer(t testing.TB) (network, addr string) {
	t.Helper()
	program := need(t, "redis-server")
	socket := filepath.Join(t.TempDir(), "redis")
	cmd := exec.Command(program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		w.Close()
		ended <- err
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
	})
	// Its log says when it listens.
	var log strings.Builder
	buf := make([]byte, 4096)
	for !strings.Contains(log.String(), "ready to accept connections at") {
		n, err := r.Read(buf)
		log.Write(buf[:n])
		if err != nil {
			t.Fatalf("redis-server: %v\n%s", err, log.String())
		}
	}
	go io.Copy(io.Discard, r)
	return "unix", socket
}

// need returns where a program is. Where there is none the test is skipped, but never in CI.
func need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: apt-get install redis-server redis-tools", program)
		}
		t.Skipf("%s is missing: apt-get install redis-server redis-tools", program)
	}
	return path
}

// start returns a server that is stopped when the test is over, and no client may be left then.
func start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return s
}

// dial returns a connection of package net, which fails rather than hang.
func dial(t testing.TB, network, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(time.Minute))
	t.Cleanup(func() { c.Close() })
	return c
}

// talk sends the parts of a stream one after another, ends it, and returns all that comes back.
func talk(t testing.TB, network, addr string, parts ...string) string {
	t.Helper()
	c := dial(t, network, addr)
	sent := make(chan error, 1)
	go func() {
		for _, p := range parts {
			if _, err := io.WriteString(c, p); err != nil {
				sent <- err
				return
			}
		}
		sent <- c.(interface{ CloseWrite() error }).CloseWrite()
	}()
	got, err := io.ReadAll(c)
	if err != nil && !gone(err) {
		t.Fatalf("after %q: %v", got, err)
	}
	if err := <-sent; err != nil && !gone(err) {
		t.Fatal(err)
	}
	c.Close()
	return string(got)
}

// gone reports whether an error says that the other side has closed the connection, as it does in
// the middle of what is no command.
func gone(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ENOTCONN)
}
