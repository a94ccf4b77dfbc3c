package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

var wide = Limits{Total: 20, PerHost: 20, Pages: 10_000, Depth: 100, Timeout: time.Minute}

func anywhere(string) bool { return true }

// Each page is fetched once, and what is missing is told.
func TestSite(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out, []string{"-serve", "300"}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	// 300 pages, the redirection to the first, and the one that is missing.
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "/missing: 404") || lines[1] != "302 pages, 1 bad" {
		t.Errorf("got %q", lines)
	}
}

// counter is a site that knows how many requests it has at a time.
type counter struct {
	now, most atomic.Int32
	all       *counter // of all sites
	page      string
}

func (c *counter) enter() {
	n := c.now.Add(1)
	for m := c.most.Load(); n > m && !c.most.CompareAndSwap(m, n); m = c.most.Load() {
	}
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.enter()
	c.all.enter()
	time.Sleep(time.Millisecond) // so that they meet; more of them only makes the test sharper
	c.now.Add(-1)
	c.all.now.Add(-1)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, c.page)
}

// No limit is exceeded, on one runtime with one worker and with four.
func TestLimits(t *testing.T) {
	const hosts, pages = 4, 30
	for _, workers := range []int{1, 4} {
		all := &counter{}
		sites := make([]*counter, hosts)
		var page strings.Builder
		var first string
		for i := range sites {
			sites[i] = &counter{all: all}
			s := httptest.NewServer(sites[i])
			defer s.Close()
			first = s.URL
			for p := range pages {
				fmt.Fprintf(&page, "<a href='%s/%d'>", s.URL, p)
			}
		}
		for _, s := range sites {
			s.page = page.String()
		}
		limits := Limits{Total: 7, PerHost: 3, Pages: 1000, Depth: 3, Timeout: time.Minute}
		r := rt.New(rt.Workers(workers))
		results, err := rt.SpawnOn(r, CrawlAsync(first, anywhere, limits)).Await()
		if want := hosts*pages + 1; len(results) != want || err != nil {
			t.Errorf("%d results, want %d; %v", len(results), want, err)
		}
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if n := all.most.Load(); n > 7 {
			t.Errorf("%d at a time", n)
		}
		for _, s := range sites {
			if n := s.most.Load(); n > 3 {
				t.Errorf("%d at a time from one host", n)
			}
		}
	}
}

func TestPagesAndDepth(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go serveSite(l, 1000)
	start := "http://" + l.Addr().String() + "/1"
	same := func(host string) bool { return host == l.Addr().String() }
	few := wide
	few.Pages = 17
	if results, err := CrawlAsync(start, same, few).Await(); len(results) != 17 || err != nil {
		t.Errorf("%d pages, %v", len(results), err)
	}
	near := wide
	near.Depth = 3
	if results, err := CrawlAsync(start, same, near).Await(); len(results) != 15+1 || err != nil {
		t.Errorf("%d pages, %v; want 15 and the missing one", len(results), err)
	}
}

// stuck is a server that accepts and says nothing; gone is closed when n of its clients have left.
func stuck(t *testing.T, n int) (addr string, came, gone chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	came, gone = make(chan struct{}, n), make(chan struct{})
	var left sync.WaitGroup
	left.Add(n)
	go func() {
		for range n {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came <- struct{}{}
			go func() {
				io.Copy(io.Discard, c)
				c.Close()
				left.Done()
			}()
		}
		left.Wait()
		close(gone)
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), came, gone
}

// A page that does not come in time is given up: its connection is closed.
func TestTimeout(t *testing.T) {
	addr, _, gone := stuck(t, 1)
	hasty := wide
	hasty.Timeout = 20 * time.Millisecond
	results, err := CrawlAsync("http://"+addr, anywhere, hasty).Await()
	if len(results) != 1 || err != nil || !errors.Is(results[0].Err, rt.ErrTimeout) {
		t.Errorf("%v, %v", results, err)
	}
	<-gone
}

// A crawl that is canceled closes all its connections.
func TestCancel(t *testing.T) {
	const n = 10
	addr, came, gone := stuck(t, n)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for i := range n {
			fmt.Fprintf(w, "<a href='http://%s/%d'>", addr, i)
		}
	}))
	defer site.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for range n {
			<-came
		}
		cancel()
	}()
	if _, err := rt.WithContext(ctx, CrawlAsync(site.URL, anywhere, wide)).Await(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-gone
}

// Answers that are none are the errors of their pages.
func TestBadAnswers(t *testing.T) {
	for _, answer := range []string{"", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", largestPage)} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if c, err := l.Accept(); err == nil {
				io.WriteString(c, answer)
				c.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, c)
				c.Close()
			}
		}()
		results, err := CrawlAsync("http://"+l.Addr().String(), anywhere, wide).Await()
		if len(results) != 1 || err != nil || results[0].Err == nil {
			t.Errorf("%.20q: %v, %v", answer, results, err)
		}
		l.Close()
	}
}

func TestWrongUse(t *testing.T) {
	if _, err := CrawlAsync("http://[", anywhere, wide).Await(); err == nil {
		t.Error("a URL that is none")
	}
	if _, err := CrawlAsync("http://x", anywhere, Limits{}).Await(); err == nil {
		t.Error("no limits")
	}
	if err := run(t.Context(), io.Discard, nil); err == nil {
		t.Error("no start")
	}
}
