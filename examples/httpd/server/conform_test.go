package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/examples/httpd/server"
)

// A conformCase is what a client sends, and what comes of it. The cases are those of public lists: RFC
// 9112, the tests of net/http, "HTTP Desync Attacks" and the corpora of HTTP garden and its like.
type conformCase struct {
	name     string
	send     string
	statuses string // of all responses, separated by spaces
	closes   bool   // the server ends the connection after the last of them
}

const (
	get   = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	post  = "POST /echo HTTP/1.1\r\nHost: a\r\n"
	coded = post + "Transfer-Encoding: chunked\r\n\r\n"
)

var conformCases = []conformCase{
	{"plain", get, "200", false},
	{"two at once", get + get, "200 200", false},
	{"three with a body between", get + post + "Content-Length: 3\r\n\r\nabc" + get, "200 200 200", false},
	{"asked to close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200", true},
	{"nothing after close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n" + get, "200", true},
	{"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "200", true},
	{"HTTP/1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200", false},
	{"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "200", false},
	{"empty lines first", "\r\n\r\n" + get, "200", false},
	{"many empty lines", strings.Repeat("\r\n", 20) + get, "400", true},
	{"HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200", false},
	{"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "200", false},
	{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "200", false},
	{"absolute form", "GET http://b.org/ HTTP/1.1\r\nHost: a\r\n\r\n", "200", false},
	{"space around a value", "GET / HTTP/1.1\r\nHost:\t a \t\r\n\r\n", "200", false},
	{"bytes above 127 in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \xff\xe9\r\n\r\n", "200", false},

	// The request line.
	{"HTTP/0.9", "GET /\r\n\r\n", "400", true},
	{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505", true},
	{"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505", true},
	{"lower case version", "GET / http/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"version with spaces", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400", true},
	{"version too long", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", "400", true},
	{"no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"method is no token", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"no slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"* without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"broken escape", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"user in the target", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"CONNECT without a port", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"NUL in the target", "GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", "400", true},
	{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400", true},

	// Lines.
	{"bare LF", "GET / HTTP/1.1\nHost: a\n\n", "400", true},
	{"bare LF in a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "400", true},
	{"bare CR in a field", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rZ: w\r\n\r\n", "400", true},
	{"NUL in a field", "GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", "400", true},
	{"folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", "400", true},
	{"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400", true},
	{"space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400", true},
	{"no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", "400", true},
	{"no name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", "400", true},
	{"name is no token", "GET / HTTP/1.1\r\nHost: a\r\nX(: y\r\n\r\n", "400", true},

	// Host.
	{"no Host", "GET / HTTP/1.1\r\n\r\n", "400", true},
	{"no Host, absolute", "GET http://a/ HTTP/1.1\r\n\r\n", "400", true},
	{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400", true},
	{"two equal Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400", true},
	{"Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400", true},
	{"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400", true},
	{"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "200", false},

	// Where a body ends.
	{"CL and TE", post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", "400", true},
	{"TE and CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n\r\n", "400", true},
	{"two CL", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400", true},
	{"two equal CL", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "400", true},
	{"list as CL", post + "Content-Length: 3, 3\r\n\r\nabc", "400", true},
	{"CL with a sign", post + "Content-Length: +3\r\n\r\nabc", "400", true},
	{"negative CL", post + "Content-Length: -3\r\n\r\nabc", "400", true},
	{"hexadecimal CL", post + "Content-Length: 0x3\r\n\r\nabc", "400", true},
	{"CL with a space", post + "Content-Length: 3 3\r\n\r\nabc", "400", true},
	{"CL with an underscore", post + "Content-Length: 1_0\r\n\r\n0123456789", "400", true},
	{"empty CL", post + "Content-Length:\r\n\r\n", "400", true},
	{"huge CL", post + "Content-Length: 99999999999999999999\r\n\r\n", "400", true},
	{"no CL", post + "\r\n", "200", false},
	{"two TE", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", true},
	{"TE twice in a list", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "501", true},
	{"TE identity", post + "Transfer-Encoding: identity\r\n\r\n", "501", true},
	{"TE gzip", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501", true},
	{"TE xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501", true},
	{"TE in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", "501", true},
	{"TE with a vertical tab", post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", "400", true},
	{"TE in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", true},
	{"TE in capitals", post + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", "200", false},
	{"body of a GET", "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get, "200 200", false},
	{"body that nobody reads", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get, "200 200", false},

	// Chunks.
	{"chunks", coded + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n" + get, "200 200", false},
	{"extensions", coded + "3;a=b;c=\"d\"\r\nabc\r\n0;e\r\n\r\n" + get, "200 200", false},
	{"leading zeros", coded + "003\r\nabc\r\n00\r\n\r\n", "200", false},
	{"trailer", coded + "0\r\nX-Sum: 1\r\n\r\n" + get, "200 200", false},
	{"framing in the trailer", coded + "0\r\nContent-Length: 1\r\n\r\n", "400", true},
	{"folded trailer", coded + "0\r\nX: 1\r\n 2\r\n\r\n", "400", true},
	{"no size", coded + "\r\nabc\r\n0\r\n\r\n", "400", true},
	{"size 0x3", coded + "0x3\r\nabc\r\n0\r\n\r\n", "400", true},
	{"size +3", coded + "+3\r\nabc\r\n0\r\n\r\n", "400", true},
	{"size -1", coded + "-1\r\nabc\r\n0\r\n\r\n", "400", true},
	{"size with a space before", coded + " 3\r\nabc\r\n0\r\n\r\n", "400", true},
	{"size with a space behind", coded + "3 \r\nabc\r\n0\r\n\r\n", "400", true},
	{"size that overflows", coded + "10000000000000003\r\nabc\r\n0\r\n\r\n", "400", true},
	{"size with bare LF", coded + "3\nabc\r\n0\r\n\r\n", "400", true},
	{"size with bare CR", coded + "3\rX\r\nabc\r\n0\r\n\r\n", "400", true},
	{"extension with bare LF", coded + "3;\nabc\r\n0\r\n\r\n", "400", true},
	{"chunk too long", coded + "3\r\nabcd\r\n0\r\n\r\n", "400", true},
	{"chunk ends with bare LF", coded + "3\r\nabc\n0\r\n\r\n", "400", true},
	{"endless extension", coded + "3;" + strings.Repeat("x", 1000), "400", true},

	// Sizes. The server of the test accepts heads of 8 KiB and bodies of 64 KiB.
	{"target too long", "GET /" + strings.Repeat("x", 9<<10), "414", true},
	{"field too long", "GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 9<<10), "431", true},
	{"too many fields", "GET / HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: y\r\n", 300) + "\r\n", "431", true},
	{"long head", "GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 7<<10) + "\r\n\r\n" + get, "200 200", false},
	{"body too long", post + "Content-Length: 65537\r\n\r\n", "413", true},
	{"chunked body too long", coded + "10001\r\n", "413", true},

	// Expectations.
	{"expectation", post + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", "200", false},
	{"body is not wanted", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", "200", true},
	{"another expectation", post + "Expect: 200-ok\r\nContent-Length: 3\r\n\r\nabc", "417", true},
	{"expectation in HTTP/1.0", "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", "200", true},
}

func TestConformance(t *testing.T) {
	s := start(t, server.Config{Limits: http1.Limits{Head: 8 << 10, Body: 64 << 10}})
	for _, c := range conformCases {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, s)
			if _, err := io.WriteString(conn, c.send); err != nil {
				t.Fatal(err)
			}
			if err := c.check(conn); err != nil {
				t.Errorf("%q: %v", c.send, err)
			}
		})
		// The same byte by byte, so that each of them may be the last that is there.
		if len(c.send) > 300 {
			continue
		}
		t.Run(c.name+", in bytes", func(t *testing.T) {
			conn := dial(t, s)
			for i := range len(c.send) {
				if _, err := conn.Write([]byte{c.send[i]}); err != nil {
					break // the server has had enough
				}
			}
			if err := c.check(conn); err != nil {
				t.Errorf("%q: %v", c.send, err)
			}
		})
	}
}

// check reads the responses and looks whether the connection ends. If it does not, it answers
// another request.
func (c conformCase) check(conn net.Conn) error {
	in := bufio.NewReader(conn)
	method, _, _ := strings.Cut(strings.TrimLeft(c.send, "\r\n"), " ")
	for i, want := range strings.Fields(c.statuses) {
		asked := &http.Request{Method: "GET"}
		if i == 0 && method == "HEAD" {
			asked.Method = method
		}
		resp, err := readResponse(in, asked)
		if err != nil {
			return fmt.Errorf("response %d: %w", i, err)
		}
		if got := fmt.Sprint(resp.StatusCode); got != want {
			return fmt.Errorf("response %d has status %s, want %s", i, got, want)
		}
		last := i == len(strings.Fields(c.statuses))-1
		if resp.Close != (c.closes && last) {
			return fmt.Errorf("response %d: Close is %v", i, resp.Close)
		}
	}
	if c.closes {
		if rest, err := io.ReadAll(in); len(rest) > 0 || err != nil {
			return fmt.Errorf("after the last response %q, %v", rest, err)
		}
		return nil
	}
	if _, err := io.WriteString(conn, get); err != nil {
		return err
	}
	resp, err := readResponse(in, nil)
	if err != nil || resp.StatusCode != 200 {
		return fmt.Errorf("another request: %v, %v", resp, err)
	}
	return nil
}

// readResponse reads a response with its body, after informational ones.
func readResponse(in *bufio.Reader, asked *http.Request) (*http.Response, error) {
	for {
		resp, err := http.ReadResponse(in, asked)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(strings.NewReader(string(body)))
		if resp.StatusCode != http.StatusContinue {
			return resp, nil
		}
	}
}

// dial returns a connection, which fails rather than hang.
func dial(t testing.TB, s *server.Server) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(time.Minute))
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}
