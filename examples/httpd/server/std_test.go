package server_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

// stdHandlers are what existing programs do.
func stdHandlers() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("/nothing", func(http.ResponseWriter, *http.Request) {})
	m.HandleFunc("/short", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-A", "1")
		w.Header().Add("X-B", "2")
		w.Header().Add("X-B", "3\r\nX-C: 4")
		fmt.Fprint(w, "<html>short")
	})
	m.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) {
		for i := range 10_000 {
			fmt.Fprintln(w, "line", i)
		}
	})
	m.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 1<<20)) })
	m.HandleFunc("/length", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // net/http may reset the connection of a body that it does not read
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(201)
		io.WriteString(w, "12345")
	})
	m.HandleFunc("/empty", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(204)
		if _, err := io.WriteString(w, "x"); err != http.ErrBodyNotAllowed {
			panic(err)
		}
	})
	m.HandleFunc("/flush", func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			io.WriteString(w, "tick ")
			w.(http.Flusher).Flush()
		}
	})
	m.HandleFunc("/trailer", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		io.WriteString(w, "body")
		w.Header().Set("X-Sum", "17")
		w.Header().Set(http.TrailerPrefix+"X-Late", "18")
	})
	m.HandleFunc("/read", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintln(w, r.Method, r.URL.Path, r.URL.RawQuery, r.Host, r.ContentLength, r.TransferEncoding, r.Proto, len(body), err, r.Trailer)
		for _, name := range []string{"X-Q", "Cookie"} {
			fmt.Fprintln(w, r.Header[name])
		}
	})
	m.HandleFunc("/unread", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "no, thanks") })
	m.HandleFunc("/limit", func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10))
		fmt.Fprintln(w, err)
	})
	m.Handle("/gone", http.RedirectHandler("/short", http.StatusFound))
	m.Handle("/missing", http.NotFoundHandler())
	m.HandleFunc("/early", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(103)
		w.WriteHeader(200)
		io.WriteString(w, "done")
	})
	return m
}

// Handlers do the same in this server and in that of net/http, whatever the request.
func TestStdHandlers(t *testing.T) {
	handlers := stdHandlers()
	ours := start(t, server.Config{Handler: server.Std(handlers)})
	theirs := httptest.NewServer(handlers)
	defer theirs.Close()
	body := bytes.Repeat([]byte("0123456789"), 2_000)
	for _, path := range []string{"nothing", "short", "long", "large", "length", "empty", "flush", "trailer", "read",
		"unread", "limit", "gone", "missing", "early", "none%20such?x=y"} {
		for _, method := range []string{"GET", "HEAD", "POST", "chunked"} {
			t.Run(method+" "+path, func(t *testing.T) {
				ask := func(base string) string {
					r, _ := http.NewRequest(method, base+"/"+path, nil)
					r.Host = "example.com"
					switch method {
					case "chunked":
						r, _ = http.NewRequest("PUT", r.URL.String(), io.MultiReader(bytes.NewReader(body)))
						r.Host = "example.com"
						r.Trailer = http.Header{"X-T": {"1"}}
					case "POST":
						r, _ = http.NewRequest(method, r.URL.String(), bytes.NewReader(body))
						r.Host = "example.com"
					}
					r.Header["X-Q"] = []string{"a", "b, c"}
					return describe(http.DefaultTransport.RoundTrip(r))
				}
				got, want := ask("http://"+ours.Addr().String()), ask(theirs.URL)
				if got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// describe returns all that matters of a response as text.
func describe(resp *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	var b strings.Builder
	fmt.Fprintln(&b, resp.Status, resp.Proto, resp.ContentLength, resp.TransferEncoding, resp.Trailer, err)
	resp.Header.Del("Date")
	resp.Header.Write(&b)
	fmt.Fprintf(&b, "%d bytes: %.100q", len(body), body)
	return b.String()
}

// A lockedBuffer may be written and read by several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// What is not sent, or is more than was announced, does not end the connection.
func TestStdKeepAlive(t *testing.T) {
	handlers := stdHandlers()
	handlers.HandleFunc("/toolong", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5")
		_, err := io.WriteString(w, "12345")
		_, err2 := io.WriteString(w, "6")
		if err != nil || !errors.Is(err2, http.ErrContentLength) {
			panic(fmt.Sprint(err, err2))
		}
	})
	c := dial(t, start(t, server.Config{Handler: server.Std(handlers)}))
	in := bufio.NewReader(c)
	for _, path := range []string{"nothing", "short", "long", "large", "length", "empty", "flush", "trailer", "toolong", "read"} {
		for _, method := range []string{"HEAD", "GET", "OPTIONS"} {
			fmt.Fprintf(c, "%s /%s HTTP/1.1\r\nHost: a\r\n\r\n", method, path)
			resp, err := readResponse(in, &http.Request{Method: method})
			if err != nil || resp.Close {
				t.Fatalf("%s %s: %v, %v", method, path, resp, err)
			}
		}
	}
}

// A handler that panics ends its connection only.
func TestStdPanic(t *testing.T) {
	var logged lockedBuffer
	s := start(t, server.Config{Log: log.New(&logged, "", 0), Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
		panic("this is the end")
	}))})
	for _, path := range []string{"/abort", "/x"} {
		c := dial(t, s)
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
		if rest, err := io.ReadAll(c); len(rest) > 0 || err != nil {
			t.Errorf("%s: %q, %v", path, rest, err)
		}
	}
	if got := logged.String(); strings.Count(got, "panic in a handler") != 1 || !strings.Contains(got, "this is the end") {
		t.Errorf("logged %q", got)
	}
}

// A client that goes away ends the context of its request.
func TestStdContext(t *testing.T) {
	begun, ended := make(chan bool), make(chan error)
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- true
		<-r.Context().Done()
		ended <- r.Context().Err()
	}))})
	c := dial(t, s)
	io.WriteString(c, get)
	<-begun
	c.Close()
	if err := <-ended; err != context.Canceled {
		t.Error(err)
	}
}

// A handler may say until when its response may be written, as far as a client that does not read lets it.
func TestStdWriteDeadline(t *testing.T) {
	failed := make(chan error)
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		by := time.Now().Add(-time.Second)
		if r.URL.Path == "/soon" {
			by = time.Now().Add(10 * time.Millisecond)
		}
		if err := control.SetWriteDeadline(by); err != nil {
			failed <- err
			return
		}
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				failed <- err
				return
			}
		}
	}))})
	for _, path := range []string{"/past", "/soon"} {
		c := dial(t, s)
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
		if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A handler may take the connection, with what has come on it already.
func TestStdHijack(t *testing.T) {
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		if _, err := w.Write(nil); err != http.ErrHijacked {
			panic(err)
		}
		go func() {
			defer c.Close()
			line, err := rw.ReadString('\n')
			fmt.Fprintf(rw, "%q %v", line, err)
			rw.Flush()
		}()
	}))})
	for _, send := range []string{get + "with it\n", get, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nthe body\n"} {
		c := dial(t, s)
		io.WriteString(c, send)
		want := `"with it\n" <nil>`
		switch send {
		case get:
			io.WriteString(c, "with")
			io.WriteString(c, " it\n")
		case get + "with it\n":
		default:
			want = `"the body\n" <nil>`
		}
		if got, err := io.ReadAll(c); string(got) != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// Goroutines that a handler leaves behind reach nothing any more.
func TestStdLeftBehind(t *testing.T) {
	var left sync.WaitGroup
	s := start(t, server.Config{Handler: server.Std(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		returned := make(chan bool)
		left.Go(func() {
			<-returned
			for range 100 {
				w.Write([]byte("late"))
				r.Body.Read(make([]byte, 10))
				http.NewResponseController(w).Flush()
			}
		})
		close(returned)
	}))})
	c := dial(t, s)
	in := bufio.NewReader(c)
	for i := range 20 {
		io.WriteString(c, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
		resp, err := readResponse(in, nil)
		if err != nil {
			t.Fatal(i, err)
		}
		if body, _ := io.ReadAll(resp.Body); !slices.Contains([]string{"", "late"}, string(body[:min(4, len(body))])) {
			t.Errorf("%d: %q", i, body)
		}
	}
	left.Wait()
}
