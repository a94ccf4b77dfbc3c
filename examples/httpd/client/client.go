// Package client is an HTTP/1.1 client on rt/anet. A request is a future, and so are the parts of the
// response's body; connections are kept and used again.
//
// There are no timeouts here, because every future can have one: [rt.Timeout] around [Client.DoAsync]
// cancels the request, whose deferred calls close the connection.
package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

//go:generate go tool asyncgen

// A Request is what to ask for.
type Request struct {
	Method string      // "" stands for GET
	URL    string      // http://host[:port]/path
	Header http.Header // may be nil
	// Body is sent as it is read. Length is that of the body, or -1 if it is not known, and then the
	// body is sent in chunks. Body must not block, see [Blocking].
	Body   aio.Reader
	Length int64
}

// A Response is an answer. It is an [aio.Reader] of its body, and must be closed.
type Response struct {
	Status  int
	Header  http.Header
	Length  int64       // of the body; -1: not known
	Trailer http.Header // when the body was read

	client *Client
	conn   *conn // nil when it was given back or closed
	body   http1.Body
	keep   bool // the connection can be used again
}

// Do sends a request and returns the response when its head has come. Redirects are the
// caller's. If the server has closed a connection that was kept, which cannot be known before, the request is
// sent again over another one, provided that it may be repeated and has no body.
//
//async:func
func (c *Client) Do(r *Request) (*Response, error) {
	u, err := url.Parse(r.URL)
	if err == nil && (u.Scheme != "http" || u.Host == "") {
		err = fmt.Errorf("client: cannot ask for %q: only http://host/path is supported", r.URL)
	}
	if err != nil {
		return nil, err
	}
	head, err := r.head(u)
	if err != nil {
		return nil, err
	}
	addr := u.Host
	if u.Port() == "" {
		addr = net.JoinHostPort(u.Hostname(), "80")
	}
	for {
		conn, err := c.getAsync(addr).Await()
		if err != nil {
			return nil, err
		}
		resp, err := conn.exchangeAsync(c, r, head).Await()
		if err == nil {
			return resp, nil
		}
		if !conn.reused || conn.answered || !r.repeatable() {
			return nil, err
		}
	}
}

// repeatable reports whether to send the request twice does no harm.
func (r *Request) repeatable() bool {
	switch r.Method {
	case "", "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE":
		return r.Body == nil
	}
	return false
}

// method returns the method.
func (r *Request) method() string {
	if r.Method == "" {
		return "GET"
	}
	return r.Method
}

// head returns the bytes of the head.
func (r *Request) head(u *url.URL) ([]byte, error) {
	if !http1.ValidName(r.method()) {
		return nil, fmt.Errorf("client: invalid method %q", r.Method)
	}
	b := append([]byte(r.method()), ' ')
	b = append(b, u.RequestURI()...)
	b = append(b, " HTTP/1.1\r\n"...)
	host := u.Host
	if v := r.Header.Get("Host"); v != "" {
		host = v
	}
	b = http1.AppendField(b, "Host", host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		switch name {
		case "Host", "Content-Length", "Transfer-Encoding":
			continue
		}
		if !http1.ValidName(name) {
			return nil, fmt.Errorf("client: invalid name of a field %q", name)
		}
		for _, v := range r.Header[name] {
			b = http1.AppendField(b, name, v)
		}
	}
	switch {
	case r.Body != nil && r.Length < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	case r.Body != nil || r.method() == "POST" || r.method() == "PUT" || r.method() == "PATCH":
		b = http1.AppendLength(b, r.Length)
	}
	return append(b, "\r\n"...), nil
}

// PollRead reads the body, to [io.EOF].
func (r *Response) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	for len(b) > 0 {
		if r.conn == nil {
			if !r.body.Done() {
				return rt.Fail[int](net.ErrClosed)
			}
			return rt.Fail[int](io.EOF)
		}
		piece, err := r.body.Next(&r.conn.in, len(b))
		if err == nil {
			r.conn.tcp.CancelRead(turn)
			return rt.Ready(copy(b, piece))
		}
		if err == http1.ErrMore {
			p := r.conn.pollFill(cx, turn)
			if !p.Ready {
				return p
			}
			if err = p.Err; err == nil {
				continue
			}
			if err == io.EOF {
				if err = r.body.End(); err == nil {
					err = io.EOF
				}
			}
		}
		r.CancelRead(turn)
		r.finish(err)
		return rt.Fail[int](err)
	}
	r.CancelRead(turn)
	return rt.Ready(0)
}

// CancelRead ends a PollRead that is under way. It loses nothing.
func (r *Response) CancelRead(turn *rt.Turn) {
	if r.conn != nil {
		r.conn.tcp.CancelRead(turn)
	}
}

// finish ends the reading of the body.
func (r *Response) finish(err error) {
	if err != io.EOF {
		r.Close()
		return
	}
	if len(r.body.Trailer) > 0 {
		r.Trailer = header(r.body.Trailer)
	}
	r.Close()
}

// Close ends the response. If its body was read to the end, the connection is kept for others.
func (r *Response) Close() {
	conn := r.conn
	if conn == nil {
		return
	}
	r.conn = nil
	if r.keep && r.body.Done() && conn.in.Len() == 0 && conn.free() {
		conn.in.Release()
		r.client.put(conn)
		return
	}
	conn.tcp.Close()
}

// ReadAll reads the rest of the body, at most limit bytes, and closes the response.
//
//async:func
func (r *Response) ReadAll(limit int) ([]byte, error) {
	defer r.Close()
	var all bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := aio.Read(r, buf).Await()
		all.Write(buf[:n])
		switch {
		case err == io.EOF:
			return all.Bytes(), nil
		case err != nil:
			return all.Bytes(), err
		case all.Len() > limit:
			return all.Bytes(), errors.New("client: the body is longer than wanted")
		}
	}
}

// header makes a header of net/http.
func header(fields http1.Fields) http.Header {
	h := make(http.Header, len(fields))
	for _, f := range fields {
		h.Add(string(f.Name), string(f.Value))
	}
	return h
}
