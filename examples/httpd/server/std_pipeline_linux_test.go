package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

// Requests that come together are answered together: what the first have got waits for the last, if
// that does not take long, and none of them waits for one that does.
func TestStdPipeline(t *testing.T) {
	release := make(chan bool)
	handlers := http.NewServeMux()
	handlers.HandleFunc("/quick", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "quick") })
	handlers.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-release })
	handlers.HandleFunc("/flush", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "flushed")
		w.(http.Flusher).Flush()
		<-release
	})
	s := start(t, server.Config{Handler: server.Std(handlers)})
	for _, last := range []string{"slow", "flush"} {
		c := dial(t, s)
		in := bufio.NewReader(c)
		for _, path := range []string{"quick", "quick", "quick", last} {
			fmt.Fprintf(c, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", path)
		}
		for i := range 3 {
			resp, err := readResponse(in, nil)
			if err != nil {
				t.Fatal(i, err)
			}
			if body, err := io.ReadAll(resp.Body); string(body) != "quick" || err != nil {
				t.Errorf("%d: %q, %v", i, body, err)
			}
		}
		if last == "slow" {
			release <- true
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if last == "flush" {
			release <- true
		}
		if _, err := io.ReadAll(resp.Body); err != nil {
			t.Error(err)
		}
	}
}

// As long as handlers are quick, nothing is sent before all are answered: when the last one is called
// the client has got nothing. A machine that is busy makes them slow, but not each time.
func TestStdOneWrite(t *testing.T) {
	const n = 16
	clients := make(chan *net.TCPConn, 1)
	calls, together := 0, 0
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls%n == 0 && waiting(t, <-clients) == 0 {
			together++
		}
		io.WriteString(w, "hello")
	}))})
	c := dial(t, s)
	in := bufio.NewReader(c)
	for range 1000 {
		clients <- c
		io.WriteString(c, strings.Repeat(get, n))
		for range n {
			if _, err := readResponse(in, nil); err != nil {
				t.Fatal(err)
			}
		}
		if together > 0 {
			return
		}
	}
	t.Error("something was sent each time before all requests were answered")
}

// waiting returns how many bytes have come that nobody has read.
func waiting(t *testing.T, c *net.TCPConn) (n int) {
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		if n, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ); err != nil {
			t.Error(err)
		}
	})
	return n
}

// A client that goes away ends the context of its request also if it has sent a body, once that was
// read; and what it has sent behind the body is not lost.
func TestStdContextAfterBody(t *testing.T) {
	begun, ended := make(chan bool), make(chan error)
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if string(body) != "abc" || err != nil {
			t.Errorf("%q, %v", body, err)
		}
		begun <- true
		select {
		case <-r.Context().Done():
			ended <- r.Context().Err()
		case begun <- true:
		}
	}))})
	const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
	c := dial(t, s)
	in := bufio.NewReader(c)
	io.WriteString(c, post)
	<-begun
	io.WriteString(c, post)
	<-begun
	if _, err := readResponse(in, nil); err != nil {
		t.Error(err)
	}
	<-begun
	c.Close()
	if err := <-ended; err != context.Canceled {
		t.Error(err)
	}
}

// An informational response is sent at once.
func TestStdInformsAtOnce(t *testing.T) {
	release := make(chan bool)
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		<-release
	}))})
	c := dial(t, s)
	io.WriteString(c, get)
	in := bufio.NewReader(c)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusEarlyHints || resp.Header.Get("Link") == "" {
		t.Errorf("%+v, %v", resp, err)
	}
	release <- true
	if resp, err := http.ReadResponse(in, nil); err != nil || resp.StatusCode != 200 {
		t.Errorf("%+v, %v", resp, err)
	}
}
