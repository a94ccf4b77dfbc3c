package client

import (
	"fmt"
	"io"
	"net/http"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

// A Transport lets an [http.Client] send its requests through a Client: it is an [http.RoundTripper].
type Transport struct{ Client *Client }

// RoundTrip sends a request. It blocks the goroutine, and the context of the request can end it.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	r := &Request{Method: req.Method, URL: req.URL.String(), Header: req.Header.Clone()}
	if req.Host != "" {
		if r.Header == nil {
			r.Header = make(http.Header)
		}
		r.Header.Set("Host", req.Host)
	}
	if req.Body != nil && req.Body != http.NoBody {
		defer req.Body.Close()
		r.Body, r.Length = Blocking(req.Body), req.ContentLength
		if r.Length == 0 {
			r.Length = -1 // not known, for net/http
		}
	}
	ctx := req.Context()
	resp, err := rt.Run(rt.Default(), rt.WithContext(ctx, t.Client.DoAsync(r)))
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", resp.Status, http.StatusText(resp.Status)), StatusCode: resp.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: resp.Header, ContentLength: resp.Length, Request: req,
		Body: &stdBody{resp: resp, req: req},
	}, nil
}

// A stdBody is the body of a response for callers that may block.
type stdBody struct {
	resp *Response
	req  *http.Request
}

func (b *stdBody) Read(p []byte) (int, error) {
	return rt.Run(rt.Default(), rt.WithContext(b.req.Context(), aio.Read(b.resp, p)))
}

func (b *stdBody) Close() error {
	b.resp.Close()
	return nil
}

// Blocking makes an [aio.Reader] of a reader that blocks: it is read by the goroutines of the runtime's
// blocking pool.
func Blocking(r io.Reader) aio.Reader { return &blockingReader{r: r} }

// A blockingReader reads ahead by a buffer. A read that was begun is always finished, so that
// canceling loses nothing.
type blockingReader struct {
	r     io.Reader
	buf   []byte
	ready []byte                  // what was read and not asked for yet
	err   error                   // that follows it
	under *rt.BlockingFuture[int] // the read that is under way
}

// PollRead reads what there is.
func (b *blockingReader) PollRead(cx *rt.Context, turn *rt.Turn, p []byte) rt.Poll[int] {
	for len(b.ready) == 0 && b.err == nil && len(p) > 0 {
		if b.under == nil {
			if b.buf == nil {
				b.buf = make([]byte, 16<<10)
			}
			b.under = rt.Blocking(func() (int, error) { return b.r.Read(b.buf) })
		}
		done := b.under.Poll(cx)
		if !done.Ready {
			*turn = true
			return done
		}
		b.under, b.ready, b.err = nil, b.buf[:done.Value], done.Err
	}
	*turn = false
	n := copy(p, b.ready)
	b.ready = b.ready[n:]
	if n == 0 && len(p) > 0 {
		return rt.Fail[int](b.err)
	}
	return rt.Ready(n)
}

// CancelRead ends a PollRead that is under way.
func (b *blockingReader) CancelRead(turn *rt.Turn) { *turn = false }
