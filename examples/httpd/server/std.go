package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/achan"
	"github.com/asyncgen/asyncgen/rt/aio"
)

// Std makes a Handler of one that is written for net/http. Each request runs on a goroutine of the
// runtime's blocking pool, as many at a time as [rt.Options] say, while the task of its connection
// waits. The context of the request ends when the handler returns, when the client closes the
// connection (noticed once the body has been read as a whole), or when the server is cut off. The
// ResponseWriter is an [http.Flusher] and an [http.Hijacker], and has the methods that
// [http.ResponseController] looks for.
func Std(h http.Handler) Handler { return &stdHandler{h} }

type stdHandler struct{ handler http.Handler }

// Serve answers by calling the handler.
func (s *stdHandler) Serve(x *Exchange) rt.Future[struct{}] {
	request, err := newRequest(x)
	if err != nil {
		x.Error(http.StatusBadRequest, "invalid request target")
		return nil
	}
	return s.runAsync(x, request)
}

// run calls the handler on another goroutine. Meanwhile it watches the connection, if nobody else
// reads from it: an error is the client that went away, and a byte, the first of the next request,
// is kept for later. It lets go of the connection when the handler wants it for itself.
//
//async:func dyn
func (s *stdHandler) run(x *Exchange, request *http.Request) error {
	ctx, cancel := context.WithCancel(request.Context())
	defer cancel()
	ask, asked := achan.Oneshot[struct{}]()
	w := &stdWriter{x: x, header: make(http.Header), ask: ask, granted: make(chan struct{})}
	w.request = request.WithContext(ctx)
	if x.body.Done() {
		w.request.Body = http.NoBody
	} else {
		w.request.Body = &stdBody{w: w}
	}
	x.lent = true
	work := rt.Blocking(func() (struct{}, error) { return struct{}{}, w.serve(s.handler) })
	var early []byte // of the next request
	if x.body.Done() {
		first := make([]byte, 1)
		x.c.tcp.SetReadDeadline(time.Time{})
		r := rt.Select3Biased(rt.Ref(work), asked.Recv(), x.c.tcp.Read(first)).Await()
		switch {
		case r.Index == 0:
			return r.A.Err
		case r.Index == 1:
			x.c.taken = true
		case r.C.Err != nil:
			cancel()
		default:
			early = first
		}
	}
	if !x.c.taken {
		r := rt.Select2Biased(rt.Ref(work), asked.Recv()).Await()
		if r.Index == 0 {
			x.in.Put(early)
			return r.A.Err
		}
		x.c.taken = true
	}
	w.early = early
	close(w.granted)
	_, err := work.Await()
	return err
}

// A stdConn is what requests of net/http have of their connection.
type stdConn struct {
	remote string
	ctx    context.Context // has the local address
}

// newRequest makes a request of net/http of the head.
func newRequest(x *Exchange) (*http.Request, error) {
	if c := x.c; c.std == nil {
		ctx := context.WithValue(c.server.ctx, http.LocalAddrContextKey, c.tcp.LocalAddr())
		c.std = &stdConn{x.RemoteAddr(), ctx}
	}
	q := &x.Request
	target := string(q.Target)
	var u *url.URL
	var err error
	if q.Method == "CONNECT" {
		u = &url.URL{Host: target}
	} else {
		u, err = url.ParseRequestURI(target)
	}
	if err != nil {
		return nil, err
	}
	header := make(http.Header, len(q.Fields))
	for _, f := range q.Fields {
		header.Add(string(f.Name), string(f.Value))
	}
	header.Del("Host")
	r := &http.Request{
		Method: q.Method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: q.Minor,
		Header: header, Host: string(q.Host), RequestURI: target,
		ContentLength: q.Length, RemoteAddr: x.c.std.remote, Close: !q.KeepAlive,
	}
	if q.Minor == 0 {
		r.Proto = "HTTP/1.0"
	}
	if q.Length < 0 {
		r.TransferEncoding = []string{"chunked"}
		header.Del("Transfer-Encoding")
	}
	return r.WithContext(x.c.std.ctx), nil
}

// errReturned is the error of what a handler's goroutines do after the handler has returned.
var errReturned = errors.New("server: the handler has returned")

// A stdBody is the body of a request for a handler of net/http.
type stdBody struct {
	w  *stdWriter
	mu sync.Mutex // held by Read, and when the handler has returned
}

func (b *stdBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.w == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	x := b.w.x
	n, err := rt.Run(x.c.server.runtime, aio.Read(x, p))
	var wrong *http1.Error
	switch {
	case err == io.EOF:
		for _, f := range x.body.Trailer {
			if b.w.request.Trailer == nil {
				b.w.request.Trailer = make(http.Header)
			}
			b.w.request.Trailer.Add(string(f.Name), string(f.Value))
		}
	case errors.As(err, &wrong) && wrong.Status == http.StatusRequestEntityTooLarge:
		err = &http.MaxBytesError{Limit: x.c.server.Limits.Body}
	}
	return n, err
}

// Close does nothing: what is left is dropped when the handler has returned.
func (b *stdBody) Close() error { return nil }

// end keeps goroutines that the handler has left behind from reading.
func (b *stdBody) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.w = nil
}
