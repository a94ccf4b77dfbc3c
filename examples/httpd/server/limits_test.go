package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/examples/httpd/server"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

// short is a time that is certain to be over in a test; long one that is not.
const (
	short = 50 * time.Millisecond
	long  = time.Hour
)

// A client that sends its head too slowly is told so, however often it sends a byte.
func TestSlowHead(t *testing.T) {
	s := start(t, server.Config{HeadTimeout: short, IdleTimeout: long})
	for _, first := range []string{"GET / HT", get + "GET /", "\r\n"} {
		c := dial(t, s)
		io.WriteString(c, first)
		stop := make(chan bool)
		go func() { // the slow loris
			for {
				select {
				case <-stop:
					return
				case <-time.After(short / 5):
					c.Write([]byte("x"))
				}
			}
		}()
		got, _ := io.ReadAll(c)
		close(stop)
		if !strings.Contains(string(got), "HTTP/1.1 408 ") {
			t.Errorf("after %q: %q", first, got)
		}
	}
}

// A connection without a request ends without a word.
func TestIdle(t *testing.T) {
	s := start(t, server.Config{HeadTimeout: short, IdleTimeout: short})
	for _, first := range []string{"", get} {
		c := dial(t, s)
		io.WriteString(c, first)
		got, err := io.ReadAll(c)
		if err != nil || strings.Count(string(got), "HTTP/1.1") != len(first)/len(get) {
			t.Errorf("after %q: %q, %v", first, got, err)
		}
	}
}

// A body that does not come ends the request: the handler's read fails.
func TestSlowBody(t *testing.T) {
	s := start(t, server.Config{BodyTimeout: short})
	for _, send := range []string{post + "Content-Length: 3\r\n\r\nab", coded + "3\r\nab", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab"} {
		c := dial(t, s)
		io.WriteString(c, send)
		if got, err := io.ReadAll(c); err != nil || len(got) == 0 {
			t.Errorf("after %q: %q, %v", send, got, err)
		}
	}
}

// large writes 64 MiB.
//
//async:func dyn
func large(x *server.Exchange) error {
	x.Start(200, -1)
	buf := make([]byte, 64<<10)
	for range 1 << 10 {
		if _, err := aio.WriteAll(x, buf).Await(); err != nil {
			return err
		}
	}
	return nil
}

// A client that does not read what it gets loses its connection; others are not disturbed.
func TestSlowReader(t *testing.T) {
	m := new(server.Mux)
	m.Handle("/", server.HandlerFunc(ok))
	m.Handle("/large", server.HandlerFunc(largeAsync))
	s := start(t, server.Config{Handler: m, WriteTimeout: short})
	stalled := dial(t, s)
	io.WriteString(stalled, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
	for s.Open() == 0 {
		time.Sleep(time.Millisecond)
	}
	other := dial(t, s)
	in := bufio.NewReader(other)
	for s.Open() == 2 || s.Open() == 1 { // until the stalled one is cut off
		io.WriteString(other, get)
		if _, err := readResponse(in, nil); err != nil {
			t.Fatal(err)
		}
		if s.Open() == 1 {
			break
		}
	}
	if n, err := io.Copy(io.Discard, stalled); n >= 64<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// Clients that reset their connections in the midst of anything leave nothing behind.
func TestResets(t *testing.T) {
	s := start(t, server.Config{})
	for _, send := range []string{"", "GET", get, strings.Repeat(get, 100), post + "Content-Length: 100\r\n\r\nabc", coded + "5\r\nab"} {
		for range 20 {
			c := dial(t, s)
			io.WriteString(c, send)
			c.SetLinger(0)
			c.Close()
		}
	}
	c := dial(t, s)
	io.WriteString(c, get)
	if _, err := readResponse(bufio.NewReader(c), nil); err != nil {
		t.Error(err)
	}
	c.Close()
	for s.Open() > 0 {
		time.Sleep(time.Millisecond)
	}
}

// A gate is a handler that answers when it is opened.
type gate struct {
	begun, open chan struct{}
}

// pass waits without blocking the worker.
//
//async:func dyn
func (g *gate) pass(x *server.Exchange) error {
	_, err := rt.Blocking(func() (struct{}, error) {
		g.begun <- struct{}{}
		<-g.open
		return struct{}{}, nil
	}).Await()
	x.Respond(200, "", []byte("passed"))
	return err
}

// Stop answers what has begun, and what the system has taken from the client; connections that
// wait end at once, and new ones are refused.
func TestStop(t *testing.T) {
	g := &gate{make(chan struct{}), make(chan struct{})}
	s, err := server.Start("127.0.0.1:0", server.Config{Handler: server.HandlerFunc(g.passAsync), IdleTimeout: long, HeadTimeout: long})
	if err != nil {
		t.Fatal(err)
	}
	idle, begun, half := dial(t, s), dial(t, s), dial(t, s)
	io.WriteString(begun, get+get) // the second has come, but will not be answered
	<-g.begun
	io.WriteString(half, get[:10])
	for s.Open() < 3 {
		time.Sleep(time.Millisecond)
	}
	type result struct {
		cut int
		err error
	}
	stopped := make(chan result)
	go func() {
		cut, err := s.Stop(context.Background())
		stopped <- result{cut, err}
	}()
	if got, err := io.ReadAll(idle); len(got) > 0 || err != nil {
		t.Errorf("an idle connection: %q, %v", got, err)
	}
	if c, err := net.Dial("tcp", s.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		c.Close()
		t.Errorf("a new connection: %v", err)
	}
	half.CloseWrite()
	close(g.open)
	got, err := io.ReadAll(begun)
	if !strings.HasSuffix(string(got), "passed") || strings.Count(string(got), "HTTP/1.1 200") != 1 ||
		!strings.Contains(string(got), "Connection: close") || err != nil {
		t.Errorf("a request that has begun: %q, %v", got, err)
	}
	if r := <-stopped; r.cut != 0 || r.err != nil {
		t.Errorf("Stop = %+v", r)
	}
	if n := s.Open(); n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

// Stop cuts off what goes on when its context ends, also handlers that look at nothing.
func TestStopCuts(t *testing.T) {
	g := &gate{make(chan struct{}), make(chan struct{})}
	defer close(g.open)
	s, err := server.Start("127.0.0.1:0", server.Config{Handler: server.HandlerFunc(g.passAsync), Limits: http1.Limits{}})
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, s)
	io.WriteString(c, get)
	<-g.begun
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if cut, err := s.Stop(ctx); cut != 1 || err != nil {
		t.Errorf("Stop = %d, %v", cut, err)
	}
	if n := s.Open(); n != 0 {
		t.Errorf("%d connections are left", n)
	}
}
