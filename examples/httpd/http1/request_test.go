package http1

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

var limits = Limits{Head: 4 << 10, Body: 1 << 20}

// A message is what was understood of a request.
type message struct {
	method, target, host, fields, body, trailer string
	minor                                       int
	length                                      int64
	keepAlive                                   bool
	rest                                        int // bytes that follow
}

// read reads a request that comes in pieces of n bytes.
func read(data []byte, n int) (m message, err error) {
	var in Buffer
	var r Request
	more := func() error {
		if len(data) == 0 {
			return io.ErrUnexpectedEOF
		}
		k := copy(in.Room(), data[:min(n, len(data))])
		in.Added(k)
		data = data[k:]
		return nil
	}
	for {
		if err = r.Read(&in, limits); err == nil {
			break
		}
		if err != ErrMore {
			return m, err
		}
		if err := more(); err != nil {
			return m, err
		}
	}
	body := r.Body(limits)
	var all []byte
	for {
		piece, err := body.Next(&in, 1000)
		all = append(all, piece...)
		if err == io.EOF {
			break
		}
		if err == ErrMore {
			err = more()
		}
		if err != nil {
			return m, err
		}
	}
	// The head must still be as it came.
	m = message{
		method: r.Method, target: string(r.Target), host: string(r.Host), body: string(all),
		minor: r.Minor, length: r.Length, keepAlive: r.KeepAlive, rest: in.Len() + len(data),
	}
	m.fields, m.trailer = list(r.Fields), list(body.Trailer)
	return m, nil
}

// list returns fields as text, in the order of their names, without those that net/http removes.
func list(fields Fields) string {
	h := make(http.Header)
	for _, f := range fields {
		h.Add(string(f.Name), string(f.Value))
	}
	return listHeader(h)
}

func listHeader(h http.Header) string {
	for _, name := range []string{"Host", "Transfer-Encoding", "Content-Length", "Trailer"} {
		h.Del(name)
	}
	var b strings.Builder
	h.Write(&b)
	return b.String()
}

// readNet is what net/http understands.
func readNet(data []byte) (m message, err error) {
	for range maxBlank { // which net/http does not skip
		data = bytes.TrimPrefix(data, crlf)
	}
	in := bytes.NewReader(data)
	buffered := bufio.NewReader(in)
	r, err := http.ReadRequest(buffered)
	if err != nil {
		return m, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return m, err
	}
	m = message{
		method: r.Method, target: r.RequestURI, host: r.Host, body: string(body), fields: listHeader(r.Header),
		trailer: listHeader(r.Trailer), minor: r.ProtoMinor, length: r.ContentLength, keepAlive: !r.Close,
		rest: in.Len() + buffered.Buffered(),
	}
	m.minor = min(m.minor, 1)
	return m, nil
}

// check compares what this package and net/http understand, and what it understands when the
// request comes as a whole and in pieces. Whatever is accepted here must be read as the same by
// net/http, which accepts more.
func check(t *testing.T, data []byte, cuts ...int) {
	t.Helper()
	m, err := read(data, len(data)+1)
	for _, n := range cuts {
		m2, err2 := read(data, n)
		if len(data) > limits.Head && err != nil && err2 != nil {
			continue // what is wrong first depends on how much is looked at
		}
		if m2 != m || err2 != err {
			t.Fatalf("%q\nas a whole %+v, %v\nin pieces of %d %+v, %v", data, m, err, n, m2, err2)
		}
	}
	if err != nil {
		return
	}
	want, err := readNet(data)
	if err != nil {
		t.Fatalf("%q\nnet/http refuses it: %v", data, err)
	}
	if m.method == "CONNECT" {
		want.host, want.target = m.host, m.target
	}
	if m != want {
		t.Fatalf("%q\ngot  %+v\nwant %+v", data, m, want)
	}
}

// seeds are requests that others are made of by mutation.
var seeds = []string{
	"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a/b?c=d%20e HTTP/1.1\r\nHost: example.com:80\r\nAccept: */*\r\nAccept: text/html\r\nX:\r\n\r\n",
	"GET http://b.org/x?y HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"\r\nHEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nhost: [::1]:8080\r\nConnection: close, x\r\n\r\n",
	"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello rest",
	"POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nc;x=y\r\n world, all!\r\n0\r\n\r\nrest",
	"PUT /p HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n000\r\nX-Sum: 7\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	"CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\n\r\n",
	"M-SEARCH /x HTTP/1.1\r\nHost:\t a \t\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
}

// parts are what mutations put in.
var parts = []string{"\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "0", "-1", "+1", "0x", "\x00", "\x80", "%", "%zz", "#", "?", "//", "@",
	"Host: b\r\n", "Content-Length: 5\r\n", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x\r\n",
	"Connection: close\r\n", "HTTP/1.0", "HTTP/2.0", "http://", "chunked", "GET ", "ffffffffffffffff"}

func mutate(r *rand.Rand, data []byte) []byte {
	for range 1 + r.IntN(3) {
		at := r.IntN(len(data) + 1)
		switch r.IntN(4) {
		case 0:
			data = append(data[:at:at], data[min(len(data), at+1+r.IntN(3)):]...)
		case 1:
			if at < len(data) {
				data[at] = byte(r.UintN(256))
			}
		default:
			part := parts[r.IntN(len(parts))]
			data = append(append(data[:at:at], part...), data[at:]...)
		}
	}
	return data
}

// What was built well is understood, and by net/http as the same.
func TestSeeds(t *testing.T) {
	for i, s := range seeds {
		_, err := read([]byte(s), 1)
		if refused := i == 8; (err != nil) != refused {
			t.Errorf("%q: %v", s, err)
		}
		check(t, []byte(s), 1, 2, 3, 7)
	}
}

// Wrong requests, most of them: those that are accepted all the same mean the same for net/http.
func TestMutations(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	accepted := 0
	const n = 30_000
	for range n {
		data := mutate(r, []byte(seeds[r.IntN(len(seeds))]))
		check(t, data, 1+r.IntN(20))
		if _, err := read(data, len(data)+1); err == nil {
			accepted++
		}
	}
	if accepted < n/50 || accepted > n*9/10 {
		t.Errorf("%d of %d were accepted, so that little was compared", accepted, n)
	}
}

func FuzzRequest(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, n int) { check(t, data, 1+(n&0xff)) })
}

// A head and a body that are too long are refused, before they have come as a whole.
func TestLimits(t *testing.T) {
	long := strings.Repeat("x", limits.Head)
	for _, c := range []struct {
		data   string
		status int
	}{
		{"GET /" + long, 414},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: " + long, 431},
		{"GET / HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: y\r\n", maxFields), 431},
		{fmt.Sprintf("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", limits.Body+1), 413},
		{"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413},
		{"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + long, 431},
		{"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long, 400},
	} {
		data := c.data
		if strings.HasSuffix(data, "X: y\r\n") {
			data += "\r\n" // too many fields are noticed at the end of the head
		}
		_, err := read([]byte(data), 100)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Status != c.status {
			t.Errorf("%.60q…: %v, want %d", c.data, err, c.status)
		}
	}
}

// A request allocates nothing.
func TestNoAllocations(t *testing.T) {
	var in Buffer
	var r Request
	data := []byte(seeds[1])
	if n := testing.AllocsPerRun(100, func() {
		in.Added(copy(in.Room(), data))
		if err := r.Read(&in, limits); err != nil {
			t.Fatal(err)
		}
		in.Release()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// typical is what curl sends, and wrk sends less.
const typical = "GET /hello?x=1 HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"

func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	var in Buffer
	var r Request
	for b.Loop() {
		in.Added(copy(in.Room(), typical))
		if err := r.Read(&in, limits); err != nil {
			b.Fatal(err)
		}
		in.Release()
	}
}

// The same with net/http's parser, whose reader is made once.
func BenchmarkReadNet(b *testing.B) {
	b.ReportAllocs()
	data := strings.NewReader(typical)
	in := bufio.NewReader(data)
	for b.Loop() {
		data.Reset(typical)
		in.Reset(data)
		if _, err := http.ReadRequest(in); err != nil {
			b.Fatal(err)
		}
	}
}
