package server

import (
	"io"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
)

// A Handler answers requests. Serve is called by the task of the connection and must not block. If
// it has answered it returns nil; otherwise a future of answering, which the connection awaits. If
// that fails and nothing was answered, the client gets a 500. The exchange, and all slices of it, must
// not be used any more when the future is ready.
type Handler interface {
	Serve(x *Exchange) rt.Future[struct{}]
}

// A HandlerFunc is a function that is a Handler. The constructor of an annotated function with the
// option dyn has the right type.
type HandlerFunc func(x *Exchange) rt.Future[struct{}]

// Serve calls the function.
func (f HandlerFunc) Serve(x *Exchange) rt.Future[struct{}] { return f(x) }

// An Exchange is a request and the response to it. It is an [aio.Reader] of the request's body, and
// an [aio.Writer] of the response's. It belongs to the handler while that answers.
type Exchange struct {
	// Request is the head of the request. Its slices are good until the handler has ended.
	Request http1.Request

	c    *conn
	now  time.Time // when the last bytes came
	in   http1.Buffer
	body http1.Body

	awaited bool    // the client waits for "100 Continue" and has not got it
	invited bool    // but it is on its way
	telling rt.Turn // of the write with which it gets it

	response
}

// exchanges are those that no connection uses.
var exchanges = sync.Pool{New: func() any { return new(Exchange) }}

// begin is called when a request was received.
func (x *Exchange) begin() {
	x.c.served = true
	x.body = x.Request.Body(x.c.server.Limits)
	x.awaited, x.invited = x.Request.Continue, false
	x.response.begin(x)
}

// over is called when it is answered.
func (x *Exchange) over() {
	x.in.Release()
	x.serving = false
}

// unused reports whether nothing would be lost with the exchange.
func (x *Exchange) unused() bool {
	return !x.serving && !x.refused && !x.partial() && len(x.out) == 0
}

// partial reports whether the next request has begun to come.
func (x *Exchange) partial() bool { return x.in.Len() > 0 || x.Request.Begun() }

// reusable reports whether nobody can be using the exchange any more, when the connection ends. A
// handler of net/http may have left goroutines behind.
func (x *Exchange) reusable() bool { return !x.lent }

// recycle prepares it for the next connection.
func (x *Exchange) recycle() {
	x.in.Reset()
	fields := x.Request.Fields[:0]
	x.Request = http1.Request{Fields: fields}
	x.body, x.c, x.awaited, x.telling = http1.Body{}, nil, false, false
	x.response.recycle()
}

// RemoteAddr returns the address of the client.
func (x *Exchange) RemoteAddr() string { return x.c.tcp.RemoteAddr().String() }

// Trailer returns the fields behind a chunked body, when that was read to its end.
func (x *Exchange) Trailer() http1.Fields { return x.body.Trailer }

// PollRead reads the body of the request, to [io.EOF]. Before it waits for the first time, a
// client that expects to be told so is told that the body is welcome.
func (x *Exchange) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	for len(b) > 0 {
		piece, err := x.body.Next(&x.in, len(b))
		if err == nil {
			x.awaited = false // the client has not waited
			x.c.tcp.CancelRead(turn)
			return rt.Ready(copy(b, piece))
		}
		if err != http1.ErrMore {
			x.c.tcp.CancelRead(turn)
			x.close = x.close || err != io.EOF
			return rt.Fail[int](err)
		}
		if x.awaited {
			if p := x.pollContinue(cx); !p.Ready || p.Err != nil {
				return rt.Poll[int]{Err: p.Err, Ready: p.Ready}
			}
		}
		if !*turn {
			x.c.tcp.SetReadDeadline(cx.Runtime().Now().Add(x.c.server.BodyTimeout))
		}
		p := x.c.pollFill(cx, turn)
		if !p.Ready {
			return p
		}
		if p.Err != nil {
			x.close = true
			if p.Err == io.EOF {
				p.Err = io.ErrUnexpectedEOF
			}
			return p
		}
	}
	x.c.tcp.CancelRead(turn)
	return rt.Ready(0)
}

// pollContinue asks the client for the body, unless it has got an answer already.
func (x *Exchange) pollContinue(cx *rt.Context) rt.Poll[struct{}] {
	if !x.started || x.invited {
		if !bool(x.telling) && !x.invited {
			x.out = append(x.out, goAhead...)
		}
		if p := x.pollFlush(cx, &x.telling); !p.Ready || p.Err != nil {
			return p
		}
	}
	x.awaited = false
	return rt.Ready(struct{}{})
}

// CancelRead ends a PollRead that is under way. It loses nothing.
func (x *Exchange) CancelRead(turn *rt.Turn) {
	x.c.tcp.CancelWrite(&x.telling)
	x.c.tcp.CancelRead(turn)
}
