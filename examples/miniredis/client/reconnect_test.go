package client

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/asyncgen/asyncgen/examples/miniredis/server"
	"github.com/asyncgen/asyncgen/rt/achan"
)

// fake is a server that serves its connections one after the other, each with the next function, and
// those that follow with the last one.
func fake(t *testing.T, serve ...func(c net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve[min(i, len(serve)-1)](c)
			c.Close()
		}
	})
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// dialFake returns a client that is closed before the server is.
func dialFake(t *testing.T, addr string) *Client {
	t.Helper()
	c, err := Dial(addr, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// hear reads a command like PING.
func hear(in *bufio.Reader) error {
	for range 3 {
		if _, err := in.ReadString('\n'); err != nil {
			return err
		}
	}
	return nil
}

// agree answers all such commands.
func agree(c net.Conn) {
	for in := bufio.NewReader(c); hear(in) == nil; {
		io.WriteString(c, "+PONG\r\n")
	}
}

// A request that is under way when the connection breaks fails, and the next one is served by
// another connection.
func TestLost(t *testing.T) {
	breaks := func(c net.Conn) { hear(bufio.NewReader(c)) }
	half := func(c net.Conn) {
		hear(bufio.NewReader(c))
		io.WriteString(c, "+PO")
	}
	c := dialFake(t, fake(t, breaks, half, agree))
	for _, want := range []error{io.EOF, io.ErrUnexpectedEOF} {
		if _, err := c.Do("PING"); !errors.Is(err, want) || !strings.Contains(err.Error(), "connection lost") {
			t.Errorf("%v, want %v", err, want)
		}
	}
	for range 3 {
		if f, err := c.Do("PING"); string(f.Text) != "PONG" || err != nil {
			t.Errorf("%q, %v", f.Text, err)
		}
	}
}

// A connection that breaks while nobody needs it is replaced, without a request that fails.
func TestLostInSilence(t *testing.T) {
	again := make(chan bool)
	c := dialFake(t, fake(t,
		func(c net.Conn) { // serves one
			hear(bufio.NewReader(c))
			io.WriteString(c, "+PONG\r\n")
		},
		func(c net.Conn) {
			again <- true
			agree(c)
		}))
	if _, err := c.Do("PING"); err != nil {
		t.Fatal(err)
	}
	<-again
	if _, err := c.Do("PING"); err != nil {
		t.Error(err)
	}
}

// What the server has to say before it is rid of a client is noted as the reason, and the connection is
// given up.
func TestTurnedAway(t *testing.T) {
	const text = "ERR max number of clients reached"
	again := make(chan bool)
	c := dialFake(t, fake(t,
		func(c net.Conn) {
			io.WriteString(c, "-"+text+"\r\n")
			io.Copy(io.Discard, c) // until the client closes it
		},
		func(c net.Conn) {
			again <- true
			agree(c)
		}))
	<-again
	if err := c.reason(achan.ErrClosed); err == nil || !strings.Contains(err.Error(), text) {
		t.Error(err)
	}
	if _, err := c.Do("PING"); err != nil {
		t.Error(err)
	}
}

// A client outlives its server: while there is none requests fail, and when there is one again they are
// served, all of them.
func TestRestart(t *testing.T) {
	for _, connections := range []int{1, 3} {
		s := start(t)
		addr := s.Addr().String()
		c, err := Dial(addr, connections)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set("a", "b"); err != nil {
			t.Error(err)
		}
		stop(t, s)
		for { // one that is sent before the end of the connection has come is lost
			err := c.Set("a", "b")
			if err == nil || errors.Is(err, ErrClosed) {
				t.Fatalf("without a server: %v", err)
			}
			if strings.Contains(err.Error(), "no connection") {
				break
			}
		}
		if s, err = server.Start(addr, server.Options{}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 20 {
					if _, err := c.IncrBy("n", 1); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n, err := c.IncrBy("n", 0); n != 400 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		c.Close()
		stop(t, s)
	}
}
