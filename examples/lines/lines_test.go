package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// serve accepts one connection and calls talk with it. The result is closed when talk is over.
func serve(t *testing.T, talk func(c net.Conn)) (addr string, done chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done = make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err == nil {
			talk(c)
			c.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String(), done
}

const text = "an error\nall is well\nanother error\r\nno end of errors"

func TestGrep(t *testing.T) {
	addr, _ := serve(t, func(c net.Conn) {
		for i := range text { // one byte at a time
			io.WriteString(c, text[i:i+1])
		}
	})
	var out bytes.Buffer
	if err := run(&out, []string{"-addr", addr, "-grep", "error"}); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "an error\nanother error\nno end of errors\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The one who has had enough stops the stream, and that closes the connection, over which a
// server would write for ever.
func TestEnough(t *testing.T) {
	addr, done := serve(t, func(c net.Conn) {
		for {
			if _, err := io.WriteString(c, text+"\n"); err != nil {
				return
			}
		}
	})
	var out bytes.Buffer
	if n, err := GrepAsync(&out, addr, "error", 4, time.Minute).Await(); n != 4 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	<-done
	if n := strings.Count(out.String(), "\n"); n != 4 {
		t.Errorf("%d lines: %q", n, out.String())
	}
}

// A server that says nothing is given up, and the connection is closed.
func TestPatience(t *testing.T) {
	addr, done := serve(t, func(c net.Conn) {
		io.WriteString(c, "one error and then\n")
		io.Copy(io.Discard, c) // until the client closes
	})
	n, err := GrepAsync(io.Discard, addr, "error", 4, 50*time.Millisecond).Await()
	if n != 1 || !errors.Is(err, rt.ErrTimeout) {
		t.Errorf("%d, %v", n, err)
	}
	<-done
}

// What is wrong with a connection comes out of the loop.
func TestReset(t *testing.T) {
	addr, _ := serve(t, func(c net.Conn) {
		io.WriteString(c, "a\nb\n")
		io.ReadFull(c, make([]byte, 1)) // both lines have been read
		c.(*net.TCPConn).SetLinger(0)
	})
	conn, err := anet.Dial("tcp", addr).Await()
	if err != nil {
		t.Fatal(err)
	}
	lines := LinesStream(conn)
	for _, want := range []string{"a", "b"} {
		if line, err, ok := lines.Next().Await(); line != want || err != nil || !ok {
			t.Errorf("%q, %v, %v", line, err, ok)
		}
	}
	if _, err := conn.Write([]byte{0}).Await(); err != nil {
		t.Fatal(err)
	}
	if _, err, ok := lines.Next().Await(); err == nil || !ok {
		t.Errorf("after a reset: %v, %v", err, ok)
	}
	if _, _, ok := lines.Next().Await(); ok {
		t.Error("a line after the error")
	}
}

// The function that is a task of its own, and the one that blocks, count the same.
func TestCount(t *testing.T) {
	for _, count := range []func(*anet.Conn) (int, int, error){
		Count,
		func(c *anet.Conn) (int, int, error) { return CountAsync(c).Await() },
	} {
		addr, _ := serve(t, func(c net.Conn) { io.WriteString(c, text) })
		conn, err := anet.Dial("tcp", addr).Await()
		if err != nil {
			t.Fatal(err)
		}
		if lines, longest, err := count(conn); lines != 4 || longest != len("no end of errors") || err != nil {
			t.Errorf("%d lines, the longest of %d bytes, %v", lines, longest, err)
		}
	}
}
