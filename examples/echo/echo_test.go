package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// start returns a server that is stopped when the test is over: by then its clients must
// have ended, and it must have noticed.
func start(t testing.TB) *Server {
	t.Helper()
	s, err := Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if cut, err := s.Stop(ctx); cut != 0 || err != nil {
			t.Errorf("Stop = %d, %v", cut, err)
		}
	})
	return s
}

// dial returns a connection of package net, which fails rather than hang.
func dial(t testing.TB, addr net.Addr) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(time.Minute))
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

// talk sends data, ends the stream, and checks that all of it comes back and then the end.
func talk(c *net.TCPConn, data []byte) error {
	var wg sync.WaitGroup
	var sent error
	wg.Go(func() {
		if _, sent = c.Write(data); sent == nil {
			sent = c.CloseWrite()
		}
	})
	got, err := io.ReadAll(c)
	wg.Wait()
	if err := errors.Join(sent, err); err != nil {
		return err
	}
	if !bytes.Equal(got, data) {
		return fmt.Errorf("sent %d bytes and got %d others", len(data), len(got))
	}
	return nil
}

// randomBytes are the same in every run.
func randomBytes(seed uint64, n int) []byte {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	data := make([]byte, n)
	rand.NewChaCha8(key).Read(data)
	return data
}

// A thousand clients are connected at once, and each gets back every byte of its own.
func TestThousandClients(t *testing.T) {
	s := start(t)
	conns := make([]*net.TCPConn, 1000)
	for i := range conns {
		conns[i] = dial(t, s.Addr())
	}
	var wg sync.WaitGroup
	for i, c := range conns {
		wg.Go(func() {
			if err := talk(c, randomBytes(uint64(i), i*37)); err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

// A stream that is larger than all buffers on the way has the server wait in writing, while
// the client has not begun to read.
func TestLargeStream(t *testing.T) {
	s := start(t)
	if err := talk(dial(t, s.Addr()), randomBytes(1, 32<<20)); err != nil {
		t.Error(err)
	}
}

// A client may end its own stream and still get what it has sent before.
func TestHalfClose(t *testing.T) {
	s := start(t)
	c := dial(t, s.Addr())
	io.WriteString(c, "last words")
	c.CloseWrite()
	if got, err := io.ReadAll(c); string(got) != "last words" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// Clients that reset their connections do not disturb the others.
func TestReset(t *testing.T) {
	s := start(t)
	quiet := dial(t, s.Addr())
	for range 50 {
		c := dial(t, s.Addr())
		c.Write(make([]byte, 1<<16)) // what comes back is not read
		c.SetLinger(0)
		c.Close()
	}
	if err := talk(quiet, []byte("still here")); err != nil {
		t.Error(err)
	}
}

// Stop lets a connection go on until its time is over, and closes it then.
func TestStop(t *testing.T) {
	s, err := Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ends, stays := dial(t, s.Addr()), dial(t, s.Addr())
	for _, c := range []*net.TCPConn{ends, stays} {
		if _, err := io.WriteString(c, "x"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	type result struct {
		cut int
		err error
	}
	stopped := make(chan result)
	go func() {
		cut, err := s.Stop(ctx)
		stopped <- result{cut, err}
	}()
	for { // until the server listens no more
		c, err := net.Dial("tcp", s.Addr().String())
		if errors.Is(err, syscall.ECONNREFUSED) {
			break
		}
		if err == nil {
			c.Close()
		}
	}
	if err := talk(ends, []byte("goodbye")); err != nil {
		t.Errorf("a connection after Stop: %v", err)
	}
	cancel()
	if r := <-stopped; r.cut == 0 || r.err != nil {
		t.Errorf("Stop = %d, %v", r.cut, r.err)
	}
	if _, err := stays.Read(make([]byte, 1)); err == nil {
		t.Error("the connection that was left is not closed")
	}
	if n := s.Open(); n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

// The program tells its address, serves, and ends when it is told to.
func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, w := io.Pipe()
	result := make(chan error)
	go func() { result <- run(ctx, w, []string{"-addr", "127.0.0.1:0", "-grace", "1m"}) }()
	var addr string
	if _, err := fmt.Fscanf(r, "listening on %s\n", &addr); err != nil {
		t.Fatal(err)
	}
	where, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := talk(dial(t, where), []byte("hello")); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if err := run(ctx, io.Discard, []string{"-addr", "nowhere"}); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a wrong address: %v", err)
	}
}
