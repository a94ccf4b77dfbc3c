package client_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/client"
	"github.com/asyncgen/asyncgen/examples/httpd/server"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

//go:generate go tool asyncgen

// handlers answer what the tests ask.
func handlers() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		w.Header().Set("X-Method", r.Method)
		w.Write(body)
	})
	m.HandleFunc("/chunks", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		for i := range 100 {
			w.Write(bytes.Repeat([]byte{byte(i)}, i*37))
			w.(http.Flusher).Flush()
		}
		w.Header().Set("X-Sum", "17")
	})
	m.HandleFunc("/early", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(103) })
	m.HandleFunc("/empty", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	m.HandleFunc("/close", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, "bye")
	})
	m.HandleFunc("/refuse", func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex() // otherwise net/http waits for the body
		http.Error(w, "no", 403)
	})
	m.HandleFunc("/hang", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	return m
}

// servers are that of net/http and ours, with the same handlers.
func servers(t *testing.T, test func(t *testing.T, base string, conns *atomic.Int64)) {
	t.Run("net/http", func(t *testing.T) {
		var conns atomic.Int64
		s := httptest.NewUnstartedServer(handlers())
		s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				conns.Add(1)
			}
		}
		s.Start()
		defer s.Close()
		test(t, s.URL, &conns)
	})
	t.Run("ours", func(t *testing.T) {
		s, err := server.Start("127.0.0.1:0", server.Config{Handler: server.Std(handlers())})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Stop(context.Background())
		test(t, "http://"+s.Addr().String(), nil)
	})
}

// fetch is a request and the whole response.
//
//async:func
func fetch(c *client.Client, r *client.Request) (*client.Response, []byte, error) {
	resp, err := c.DoAsync(r).Await()
	if err != nil {
		return nil, nil, err
	}
	body, err := resp.ReadAllAsync(8 << 20).Await()
	return resp, body, err
}

func TestRequests(t *testing.T) {
	big := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{}).Read(big)
	servers(t, func(t *testing.T, base string, conns *atomic.Int64) {
		c := new(client.Client)
		defer c.Close()
		ask := func(method, path string, body []byte, length int64) (*client.Response, []byte) {
			r := &client.Request{Method: method, URL: base + path, Header: http.Header{"X-Q": {"1"}}}
			if body != nil {
				r.Body, r.Length = client.Blocking(bytes.NewReader(body)), length
			}
			resp, got, err := fetchAsync(c, r).Await()
			if err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			return resp, got
		}
		for _, body := range [][]byte{{}, []byte("hello"), big} {
			for _, length := range []int64{-1, int64(len(body))} {
				resp, got := ask("POST", "/echo", body, length)
				if resp.Status != 200 || !bytes.Equal(got, body) || resp.Header.Get("X-Method") != "POST" {
					t.Errorf("echo of %d bytes, declared %d: %d, %d bytes", len(body), length, resp.Status, len(got))
				}
			}
		}
		resp, got := ask("", "/chunks", nil, 0)
		if len(got) != 37*99*100/2 || resp.Trailer.Get("X-Sum") != "17" {
			t.Errorf("chunks: %d bytes, trailer %v", len(got), resp.Trailer)
		}
		for _, want := range []struct {
			method, path, body string
			status             int
		}{{"HEAD", "/chunks", "", 200}, {"GET", "/early", "", 200}, {"GET", "/empty", "", 204}, {"GET", "/none", "404 page not found\n", 404},
			{"GET", "/close", "bye", 200}, {"GET", "/echo", "", 200}, {"POST", "/echo", "", 200}} {
			if resp, got := ask(want.method, want.path, nil, 0); resp.Status != want.status || string(got) != want.body {
				t.Errorf("%s %s: %d, %q", want.method, want.path, resp.Status, got)
			}
		}
		if n := conns; n != nil && n.Load() != 2 { // one until /close, and one more
			t.Errorf("%d connections", n.Load())
		}
	})
}

// The answer may come before the body was sent, and then nobody waits for it to be.
func TestEarlyAnswer(t *testing.T) {
	servers(t, func(t *testing.T, base string, _ *atomic.Int64) {
		c := new(client.Client)
		defer c.Close()
		r, w := io.Pipe()
		defer w.Close()
		go w.Write([]byte("the beginning"))
		resp, _, err := fetchAsync(c, &client.Request{Method: "PUT", URL: base + "/refuse", Body: client.Blocking(r), Length: -1}).Await()
		if err != nil || resp.Status != 403 {
			t.Errorf("%+v, %v", resp, err)
		}
	})
}

// A body that cannot be read ends the request with its error.
func TestBrokenBody(t *testing.T) {
	servers(t, func(t *testing.T, base string, _ *atomic.Int64) {
		c := new(client.Client)
		defer c.Close()
		broken := errors.New("broken")
		body := io.MultiReader(strings.NewReader("abc"), errorReader{broken})
		_, _, err := fetchAsync(c, &client.Request{Method: "PUT", URL: base + "/echo", Body: client.Blocking(body), Length: -1}).Await()
		if !errors.Is(err, broken) {
			t.Error(err)
		}
	})
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

// A timeout cancels a request, wherever it stands, and closes its connection.
func TestTimeout(t *testing.T) {
	servers(t, func(t *testing.T, base string, _ *atomic.Int64) {
		c := new(client.Client)
		defer c.Close()
		_, err := rt.Timeout(20*time.Millisecond, c.DoAsync(&client.Request{URL: base + "/hang"})).Await()
		if err != rt.ErrTimeout {
			t.Error(err)
		}
	})
}

// What a server must not send is an error, and the end of a connection that was kept is not.
func TestServersAnswers(t *testing.T) {
	for _, c := range []struct{ answer, want string }{
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok <nil>"},
		{"HTTP/1.1 200\r\n\r\nto the end", "200 to the end <nil>"},
		{"HTTP/1.0 200 OK\r\n\r\nto the end", "200 to the end <nil>"},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n", "204  <nil>"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", "200 ok unexpected EOF"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "200 ok unexpected EOF"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok0\r\n\r\n", "200 ok http1: chunk is longer than its size"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", "http1: malformed field in a response"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok", "http1: malformed field in a response"},
		{"HTTP/2 200 OK\r\n\r\n", "http1: malformed status line"},
		{"HTTP/1.1 2000 OK\r\n\r\n", "http1: malformed status line"},
		{"HTTP/1.1 200 OK\n\n", "http1: line does not end with CR LF"},
		{"HTTP/1.1 101 Switch\r\n\r\n", "http1: the server switches to another protocol"},
		{"", "unexpected EOF"},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 300<<10) + "\r\n\r\n", "http1: head too large"},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, c.answer)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
		}()
		resp, body, err := fetchAsync(new(client.Client), &client.Request{URL: "http://" + l.Addr().String()}).Await()
		got := fmt.Sprint(err)
		if resp != nil {
			got = fmt.Sprint(resp.Status, " ", string(body), " ", err)
		}
		if got != c.want {
			t.Errorf("%.60q: %s, want %s", c.answer, got, c.want)
		}
		l.Close()
	}
}

// A connection that the server has closed meanwhile is replaced.
func TestStaleConnection(t *testing.T) {
	c := new(client.Client)
	defer c.Close()
	s, err := server.Start("127.0.0.1:0", server.Config{Handler: server.Std(handlers())})
	if err != nil {
		t.Fatal(err)
	}
	addr := s.Addr().String()
	for range 2 {
		if resp, _, err := fetchAsync(c, &client.Request{URL: "http://" + addr + "/echo"}).Await(); err != nil || resp.Status != 200 {
			t.Fatal(resp, err)
		}
		s.Stop(context.Background())
		if s, err = server.Start(addr, server.Config{Handler: server.Std(handlers())}); err != nil {
			t.Fatal(err)
		}
	}
	s.Stop(context.Background())
}

// net/http's client works with this one as its transport.
func TestTransport(t *testing.T) {
	servers(t, func(t *testing.T, base string, _ *atomic.Int64) {
		c := new(client.Client)
		defer c.Close()
		h := &http.Client{Transport: client.Transport{Client: c}}
		resp, err := h.Post(base+"/echo", "text/plain", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); string(body) != "hello" || err != nil || resp.StatusCode != 200 {
			t.Errorf("%s %q %v", resp.Status, body, err)
		}
		resp.Body.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "GET", base+"/hang", nil)
		if _, err := h.Do(req); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// Responses are readers.
var _ aio.Reader = (*client.Response)(nil)
