package server

import (
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
)

// A response is the part of an exchange that goes to the client.
type response struct {
	out  []byte // what is to be written, also of earlier responses
	sent int    // how much of out the system has taken

	fields  []byte // that the handler has added
	trailer []byte // that it has added for the end of the body

	length  int64 // of the body; one of the constants below if it is not known before
	written int64 // of it
	serving bool  // a request was received and is not finished
	started bool  // the head is in out
	silent  bool  // the body is not sent: of HEAD, and where the status forbids one
	close   bool  // the connection ends with this response
	refused bool  // the request was wrong
	broken  bool  // the response cannot be completed
	lent    bool  // a goroutine may know the exchange
	limited bool  // the connection has a deadline for writing
	// writeBy is until when the response may be written, if the handler has said so.
	writeBy time.Time
	// attended: the future of answering sees to it itself that what was answered before goes out.
	attended bool
}

// Lengths that are not known when the head is written.
const (
	chunked  = -1
	untilEnd = -2 // of HTTP/1.0: the connection ends with the body
)

func (r *response) begin(x *Exchange) {
	r.fields, r.trailer = r.fields[:0], r.trailer[:0]
	r.length, r.written, r.writeBy = 0, 0, time.Time{}
	r.serving, r.started, r.silent, r.broken, r.attended = true, false, false, false, false
	r.close = !x.Request.KeepAlive
}

func (r *response) recycle() {
	if cap(r.out) > 2*maxBatch {
		r.out = nil
	}
	*r = response{out: r.out[:0], fields: r.fields[:0], trailer: r.trailer[:0]}
}

// AddHeader adds a field to the head of the response. It does nothing once that has started.
func (x *Exchange) AddHeader(name, value string) {
	if !x.started {
		x.fields = http1.AppendField(x.fields, name, value)
	}
}

// AddTrailer adds a field for the end of the body, which reaches the client if the body is sent in
// chunks.
func (x *Exchange) AddTrailer(name, value string) {
	x.trailer = http1.AppendField(x.trailer, name, value)
}

// Respond answers with a whole body, without waiting. An empty content type adds no field.
func (x *Exchange) Respond(status int, contentType string, body []byte) {
	if contentType != "" {
		x.AddHeader("Content-Type", contentType)
	}
	x.start(status, int64(len(body)))
	x.written = x.length
	if !x.silent {
		x.out = append(x.out, body...)
	}
}

// Error answers with a status and a line of text.
func (x *Exchange) Error(status int, text string) {
	x.Respond(status, "text/plain; charset=utf-8", []byte(text+"\n"))
}

// Start begins a response whose body is then written with [aio.WriteAll], [aio.Copy] or their like. If
// its length is not known, it is -1. Start does not wait, and does nothing if the response was
// started before.
//
// A client that waits to be told so is told that the body of its request is welcome, if the status is one
// of success: who begins to answer is going to read it.
func (x *Exchange) Start(status int, length int64) {
	if x.awaited && !x.started && status/100 == 2 {
		x.out = append(x.out, goAhead...)
		x.invited = true
	}
	x.start(status, length)
}

// goAhead tells a client that the body is welcome.
const goAhead = "HTTP/1.1 100 Continue\r\n\r\n"

// start is Start for answers that do not depend on the body.
func (x *Exchange) start(status int, length int64) {
	if x.started {
		return
	}
	x.started = true
	x.silent = x.Request.Method == "HEAD" || !http1.HasBody(status)
	// If the rest of the body will not be taken, say so.
	if x.awaited && !x.invited || x.body.Left() > maxDrain || x.c.server.stopping.Load() {
		x.close = true
	}
	out := http1.AppendStatus(x.out, status)
	out = http1.AppendDate(out, x.now)
	out = append(out, x.fields...)
	x.length = length
	switch {
	case !http1.HasBody(status), length < 0 && x.Request.Method == "HEAD":
		x.length = chunked // and none of the chunks is sent
	case length >= 0:
		out = http1.AppendLength(out, length)
	case x.Request.Minor == 0:
		x.length, x.close = untilEnd, true
	default:
		x.length = chunked
		out = append(out, "Transfer-Encoding: chunked\r\n"...)
	}
	switch {
	case x.close:
		out = append(out, "Connection: close\r\n"...)
	case x.Request.Minor == 0:
		out = append(out, "Connection: keep-alive\r\n"...)
	}
	x.out = append(out, "\r\n"...)
}

// inform sends the head of an informational response, which others follow.
func (x *Exchange) inform(status int, h http.Header) {
	x.out = http1.AppendStatus(x.out, status)
	x.addAll(h, nil)
	x.out = append(x.out, x.fields...)
	x.out = append(x.out, "\r\n"...)
	x.fields = x.fields[:0]
}

// errTooMuch is the error of a handler that writes more than it has announced.
var errTooMuch = errors.New("server: the body is longer than was declared")

// PollWrite writes a part of the response's body, in chunks if its length was not declared. If
// nothing was started, it starts a response with status 200. It waits only while much of what was
// written is not sent yet.
func (x *Exchange) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	x.start(200, chunked)
	if len(x.out) >= maxBatch {
		if p := x.pollFlush(cx, turn); !p.Ready || p.Err != nil {
			return rt.Poll[int]{Err: p.Err, Ready: p.Ready}
		}
	}
	x.c.tcp.CancelWrite(turn)
	b = b[:min(len(b), maxBatch)]
	if x.length >= 0 && x.written+int64(len(b)) > x.length {
		if b = b[:x.length-x.written]; len(b) == 0 {
			return rt.Fail[int](errTooMuch)
		}
	}
	x.written += int64(len(b))
	switch {
	case x.silent:
	case x.length == chunked:
		x.out = http1.AppendChunk(x.out, b)
	default:
		x.out = append(x.out, b...)
	}
	return rt.Ready(len(b))
}

// CancelWrite ends a PollWrite that is under way. It loses nothing.
func (x *Exchange) CancelWrite(turn *rt.Turn) { x.c.tcp.CancelWrite(turn) }

// complete ends the response, and reports whether the client will find it complete.
func (x *Exchange) complete() bool {
	if !x.started {
		x.start(200, 0)
	}
	switch {
	case x.broken, x.length >= 0 && x.written < x.length && !x.silent:
		// There is no way to tell the client but to end the connection before the body's end.
		return false
	case x.length == chunked && !x.silent:
		x.out = append(x.out, "0\r\n"...)
		x.out = append(x.out, x.trailer...)
		x.out = append(x.out, "\r\n"...)
	}
	return true
}

// fail deals with the error of a handler.
func (x *Exchange) fail(err error) {
	var wrong *http1.Error
	switch {
	case x.started:
		x.broken = true
	case errors.As(err, &wrong): // in the body of the request
		x.close, x.refused = true, true
		x.fields = x.fields[:0]
		x.Error(wrong.Status, wrong.Reason)
	default:
		x.fields = x.fields[:0]
		x.Error(500, "internal server error")
	}
}

// refuse answers a request whose head is wrong, so that it is not known where it ends.
func (x *Exchange) refuse(err error) {
	status := 400
	var wrong *http1.Error
	if errors.As(err, &wrong) {
		status = wrong.Status
	}
	x.Request = http1.Request{Minor: 1, Fields: x.Request.Fields[:0]}
	x.begin()
	x.refused, x.close = true, true
	x.Error(status, err.Error())
}

// flushable reports whether there is something to write.
func (x *Exchange) flushable() bool { return x.sent < len(x.out) }

// pollFlush writes what is in out. The first attempt has no deadline: one that does not have to
// wait needs none.
func (x *Exchange) pollFlush(cx *rt.Context, turn *rt.Turn) rt.Poll[struct{}] {
	for x.sent < len(x.out) {
		if !x.writeBy.IsZero() && !cx.Runtime().Now().Before(x.writeBy) {
			x.c.tcp.CancelWrite(turn)
			x.broken, x.close = true, true
			return rt.Fail[struct{}](os.ErrDeadlineExceeded)
		}
		p := x.c.tcp.PollWrite(cx, turn, x.out[x.sent:])
		if !p.Ready {
			if !x.limited {
				x.limited = true
				by := cx.Runtime().Now().Add(x.c.server.WriteTimeout)
				if !x.writeBy.IsZero() && x.writeBy.Before(by) {
					by = x.writeBy
				}
				x.c.tcp.SetWriteDeadline(by)
			}
			return rt.Pending[struct{}]()
		}
		x.sent += p.Value
		if p.Err != nil {
			x.broken, x.close = true, true
			return rt.Fail[struct{}](p.Err)
		}
		if x.limited { // the client has taken something, and gets the time again
			x.limited, x.now = false, cx.Runtime().Now()
			x.c.tcp.SetWriteDeadline(time.Time{})
		}
	}
	x.out, x.sent = x.out[:0], 0
	return rt.Ready(struct{}{})
}

// Flush returns a future of sending what was written so far.
//
//async:new
func (x *Exchange) Flush() *FlushFuture { return &FlushFuture{x: x} }

// A FlushFuture is the future of [Exchange.Flush].
type FlushFuture struct {
	rt.Pin
	x    *Exchange
	turn rt.Turn
}

// Poll writes as much as the system takes now.
func (f *FlushFuture) Poll(cx *rt.Context) rt.Poll[struct{}] { return f.x.pollFlush(cx, &f.turn) }

// Cancel gives up, and loses nothing: what was not written is written by the next one.
func (f *FlushFuture) Cancel() { f.x.c.tcp.CancelWrite(&f.turn) }

// Where names the operation.
func (f *FlushFuture) Where(w *rt.Where) { w.Operation("server.Exchange.Flush") }

// Await waits for the future.
func (f *FlushFuture) Await() error { return rt.Block(f, (*FlushFuture).Poll).Err }
