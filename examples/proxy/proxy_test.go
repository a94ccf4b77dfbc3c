package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/internal/crowd"
)

// listen serves each connection with a function, as package net does it.
func listen(t *testing.T, serve func(c *net.TCPConn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				serve(c.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// start returns a proxy that is stopped at the end of the test.
func start(t *testing.T, target string, options Options) *Proxy {
	t.Helper()
	p, err := Start("127.0.0.1:0", target, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
		if n := p.Pairs(); n != 0 {
			t.Errorf("%d pairs are left", n)
		}
	})
	return p
}

// dial returns a connection to p.
func dial(t *testing.T, p *Proxy) *net.TCPConn {
	t.Helper()
	return crowd.Connect(t, p.Addr().String())
}

// echo keeps io.Copy from splicing, which takes two descriptors more.
func echo(c *net.TCPConn) { io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c}) }

// A large stream goes to and fro at once, more than all buffers hold.
func TestBothDirections(t *testing.T) {
	p := start(t, listen(t, echo), Options{})
	data := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{}).Read(data)
	c := dial(t, p)
	go func() {
		c.Write(data)
		c.CloseWrite()
	}()
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}

// A client that has ended its stream still gets the answer, which comes only then.
func TestHalfClose(t *testing.T) {
	p := start(t, listen(t, func(c *net.TCPConn) {
		all, _ := io.ReadAll(c)
		fmt.Fprintf(c, "%d bytes", len(all))
	}), Options{})
	c := dial(t, p)
	io.WriteString(c, "hello")
	c.CloseWrite()
	if got, err := io.ReadAll(c); string(got) != "5 bytes" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// A target that ends first leaves the other direction open.
func TestHalfCloseOfTarget(t *testing.T) {
	heard := make(chan string, 1)
	p := start(t, listen(t, func(c *net.TCPConn) {
		io.WriteString(c, "speak")
		c.CloseWrite()
		all, _ := io.ReadAll(c)
		heard <- string(all)
	}), Options{})
	c := dial(t, p)
	if got, err := io.ReadAll(c); string(got) != "speak" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	io.WriteString(c, "well")
	c.CloseWrite()
	if got := <-heard; got != "well" {
		t.Errorf("the target heard %q", got)
	}
}

// A reset of one connection is a reset of the other, and not an end that looks like all was said.
func TestReset(t *testing.T) {
	p := start(t, listen(t, func(c *net.TCPConn) {
		io.WriteString(c, "the beginning of")
		io.ReadFull(c, make([]byte, 1))
		c.SetLinger(0)
	}), Options{})
	c := dial(t, p)
	if _, err := io.ReadFull(c, make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, "x")
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client sees %v", err)
	}
}

// Who is silent is closed, and who talks now and then is not.
func TestIdle(t *testing.T) {
	p := start(t, listen(t, echo), Options{Idle: 20 * time.Millisecond})
	if _, err := dial(t, p).Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("a silent client sees %v", err)
	}
	for p.Pairs() != 0 {
		runtime.Gosched()
	}
	if n := p.Idle(); n != 1 {
		t.Errorf("%d were idle", n)
	}
}

// A target that is not there closes the client's connection.
func TestNoTarget(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	p := start(t, l.Addr().String(), Options{})
	if n, err := dial(t, p).Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
}

// Stop ends what does not end by itself.
func TestStop(t *testing.T) {
	p, err := Start("127.0.0.1:0", listen(t, echo), Options{Grace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, p)
	io.WriteString(c, "x")
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still there")
	}
}

// net/http works through the program, which ends when it is told to.
func TestRun(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello ", r.URL.Path)
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, w := io.Pipe()
	result := make(chan error)
	go func() {
		result <- run(ctx, w, []string{"-addr", "127.0.0.1:0", "-to", strings.TrimPrefix(server.URL, "http://"), "-grace", "1ms"})
	}()
	var addr string
	if _, err := fmt.Fscanf(r, "listening on %s\n", &addr); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		resp, err := http.Get("http://" + addr + "/x")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != "hello /x" || err != nil {
			t.Errorf("%q, %v", body, err)
		}
	}
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if err := run(ctx, io.Discard, []string{"-addr", "127.0.0.1:0"}); err == nil {
		t.Error("a proxy to nowhere starts")
	}
}
