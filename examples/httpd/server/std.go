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
	u, err := targetOf(&x.Request)
	if err != nil {
		x.Error(http.StatusBadRequest, "invalid request target")
		return nil
	}
	x.attended = x.body.Done()
	return s.runAsync(x, u)
}

// run calls the handler on another goroutine, and meanwhile attends to the connection. It lets go of
// that when the handler wants it for itself.
//
//async:func dyn
func (s *stdHandler) run(x *Exchange, u *url.URL) error {
	conn := x.c.forStd()
	ctx, cancel := context.WithCancel(conn.ctx)
	defer cancel()
	w := &stdWriter{x: x, header: make(http.Header)}
	w.request = newRequest(&x.Request, u, conn.remote).WithContext(ctx)
	w.request.Body = http.NoBody
	if !x.attended {
		w.body.w = w
		w.request.Body = &w.body
	}
	x.lent = true
	pending := x.attended && x.flushable()
	work := rt.Blocking(func() (struct{}, error) { return struct{}{}, w.serve(s.handler) })
	var early []byte // of the next request
	r := rt.Select3Biased(rt.Ref(work), w.asked.Wait(), w.attendAsync(x, pending)).Await()
	switch {
	case r.Index == 0:
		return r.A.Err
	case r.Index == 1:
		x.c.taken = true
	case r.C.Err != nil:
		cancel() // the client has gone away
	default:
		early = r.C.Value
	}
	if !x.c.taken {
		r := rt.Select2Biased(rt.Ref(work), w.asked.Wait()).Await()
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

// patience is how long a handler may take before its connection is attended to. Most are quicker, and
// nothing of that has to be done for them; and the answers to requests that came together go out
// together.
const patience = time.Millisecond

// attend sends what was answered before, if something is pending, which must not wait for a handler that
// takes its time. Then, when nobody reads the body any more, it watches the connection: an error is the
// client that went away, and the value is the first byte of the next request.
//
//async:func
func (w *stdWriter) attend(x *Exchange, pending bool) (early []byte, err error) {
	for pause := patience; ; pause = min(2*pause, 64*patience) {
		if err := rt.Sleep(pause).Await(); err != nil {
			return nil, err
		}
		if !pending || w.sendEarlier().Await() {
			break
		}
	}
	if !x.attended {
		if err := w.bodyRead.Wait().Await(); err != nil {
			return nil, err
		}
	}
	first := make([]byte, 1)
	x.c.tcp.SetReadDeadline(time.Time{})
	_, err = x.c.tcp.Read(first).Await()
	return first, err
}

// sendEarlier returns a future of sending what is in the exchange, as far as that is possible without
// waiting, neither for the system nor for the handler, who may be writing. It reports whether all was
// sent.
//
//async:new
func (w *stdWriter) sendEarlier() *sendEarlierFuture { return &sendEarlierFuture{w: w} }

// A sendEarlierFuture is the future of [stdWriter.sendEarlier].
type sendEarlierFuture struct {
	rt.Pin
	w *stdWriter
}

// Poll is ready at once.
func (f *sendEarlierFuture) Poll(cx *rt.Context) rt.Poll[bool] {
	w := f.w
	if !w.mu.TryLock() {
		return rt.Ready(false)
	}
	defer w.mu.Unlock()
	if w.x == nil {
		return rt.Ready(true) // the handler has returned, or has taken the connection
	}
	var turn rt.Turn
	p := w.x.pollFlush(cx, &turn)
	w.x.c.tcp.CancelWrite(&turn)
	return rt.Ready(p.Ready) // if it has failed the connection is broken, and the handler will find out
}

// Cancel has nothing to do.
func (f *sendEarlierFuture) Cancel() {}

// Await waits for the future.
func (f *sendEarlierFuture) Await() bool { return rt.Block(f, (*sendEarlierFuture).Poll).Value }

// A stdConn is what requests of net/http have of their connection.
type stdConn struct {
	remote string
	ctx    context.Context // has the local address
}

// forStd returns what requests of net/http have of the connection.
func (c *conn) forStd() *stdConn {
	if c.std == nil {
		ctx := context.WithValue(c.server.ctx, http.LocalAddrContextKey, c.tcp.LocalAddr())
		c.std = &stdConn{c.tcp.RemoteAddr().String(), ctx}
	}
	return c.std
}

// targetOf parses the target of a request.
func targetOf(q *http1.Request) (*url.URL, error) {
	if q.Method == "CONNECT" {
		return &url.URL{Host: string(q.Target)}, nil
	}
	return url.ParseRequestURI(string(q.Target))
}

// newRequest makes a request of net/http of the head.
func newRequest(q *http1.Request, u *url.URL, remote string) *http.Request {
	r := &http.Request{
		Method: q.Method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: q.Minor,
		Header: newHeader(q.Fields), Host: string(q.Host), RequestURI: string(q.Target),
		ContentLength: q.Length, RemoteAddr: remote, Close: !q.KeepAlive,
	}
	if q.Minor == 0 {
		r.Proto = "HTTP/1.0"
	}
	if q.Length < 0 {
		r.TransferEncoding = []string{"chunked"}
		r.Header.Del("Transfer-Encoding")
	}
	return r
}

// newHeader makes a header of net/http of the fields. The host is not in there.
func newHeader(fields http1.Fields) http.Header {
	header := make(http.Header, len(fields))
	values := make([]string, len(fields)) // a list of one for each name
	for i, f := range fields {
		name := http.CanonicalHeaderKey(string(f.Name))
		if name == "Host" {
			continue
		}
		values[i] = string(f.Value)
		if list := header[name]; list != nil {
			header[name] = append(list, values[i])
		} else {
			header[name] = values[i : i+1 : i+1]
		}
	}
	return header
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
		b.w.bodyRead.NotifyOne()
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
