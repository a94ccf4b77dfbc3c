package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A conn is a connection, which belongs to its task; only tcp and phase are used by others.
type conn struct {
	tcp    *anet.Conn
	server *Server
	x      *Exchange // nil while nothing has come
	phase  atomic.Uint32
	served bool // a request has come before
	inHead bool // the deadline is that of a head
	taken  bool // the descriptor belongs to somebody else
	// std is what handlers of net/http are told about the connection, made for the first of them,
	// because the addresses are system calls.
	std *stdConn
}

// Phases of a connection. Whether it may be closed by Stop is decided by who changes the phase from
// idle first: the task, which has received something, or Stop.
const (
	busy      = iota // there is a request
	idle             // nothing of the next request has come
	dismissed        // Stop has ended reading; what had come before is answered all the same
)

// dismiss ends reading if the connection is idle.
func (c *conn) dismiss() {
	if c.phase.CompareAndSwap(idle, dismissed) {
		c.tcp.CloseRead()
	}
}

// serve answers the requests of a connection.
//
//async:func
func (c *conn) serve() {
	defer c.end()
	for c.receiveAsync().Await() {
		if f := c.server.Handler.Serve(c.x); f != nil {
			// It may take long, and who was asked before must not wait for it.
			if c.x.flushable() && !c.x.attended && c.x.Flush().Await() != nil {
				return
			}
			if _, err := rt.Await(f); err != nil {
				c.x.fail(err)
			}
			if c.taken {
				return
			}
			c.x.now = c.server.runtime.Now()
		}
		if !c.finishAsync().Await() {
			break
		}
	}
	c.goodbyeAsync().Await()
}

// receive waits for the next request and reports whether there is one.
//
//async:func
func (c *conn) receive() bool {
	for {
		if x := c.x; x != nil && x.in.Len() > 0 {
			err := x.Request.Read(&x.in, c.server.Limits)
			if err == nil {
				x.begin()
				return true
			}
			if err != http1.ErrMore {
				x.refuse(err)
				return false
			}
		}
		// All requests that have come are answered. Now the answers go out, in one write.
		if c.x != nil && c.x.flushable() {
			if c.x.Flush().Await() != nil {
				return false
			}
		}
		c.limitWait()
		if err := c.fill().Await(); err != nil {
			c.missing(err)
			return false
		}
		c.phase.CompareAndSwap(idle, busy)
	}
}

// limitWait sets the deadline of the next read.
func (c *conn) limitWait() {
	if c.x != nil && c.x.partial() { // a part of a head
		if !c.inHead {
			c.inHead = true
			c.tcp.SetReadDeadline(c.server.runtime.Now().Add(c.server.HeadTimeout))
		}
		return
	}
	c.inHead = false
	var now time.Time
	if c.x != nil {
		now = c.x.now
	} else {
		now = c.server.runtime.Now()
	}
	limit := c.server.IdleTimeout
	if !c.served {
		limit = c.server.HeadTimeout
	}
	c.tcp.SetReadDeadline(now.Add(limit))
	// Either Stop sees that the connection is idle, or this sees that Stop was called. There may be a
	// request all the same, which has come before anybody has read from the connection.
	c.phase.CompareAndSwap(busy, idle)
	if c.server.stopping.Load() {
		c.dismiss()
	}
}

// missing deals with a read that has failed. Only who has begun a request gets an answer.
func (c *conn) missing(err error) {
	if c.x != nil && c.x.partial() && errors.Is(err, os.ErrDeadlineExceeded) {
		c.x.refuse(&http1.Error{Status: http.StatusRequestTimeout, Reason: "the head has not come in time"})
	}
}

// finish completes the response, and reports whether the connection goes on.
//
//async:func
func (c *conn) finish() bool {
	x := c.x
	if !x.complete() {
		return false
	}
	if !x.body.Done() {
		// The client does not know that nobody wants the body. If it is short, to take it is
		// cheaper than a new connection; but the answer goes out first.
		if x.close || x.awaited && !x.invited || x.body.Left() > maxDrain {
			return false
		}
		if x.Flush().Await() != nil || !x.drainAsync().Await() {
			x.close = true
			return false
		}
	}
	if x.close {
		return false
	}
	if len(x.out) >= maxBatch && x.Flush().Await() != nil {
		return false
	}
	x.over()
	return true
}

// maxDrain is how much of a body that nobody has read is read and dropped.
const maxDrain = 256 << 10

// maxBatch is how long responses grow before they are written although more requests are there.
const maxBatch = 32 << 10

// goodbye sends what is left. If the client may still be sending, it then says that no more will be
// answered and reads on for a moment: closing a connection with bytes that were not read resets
// it, and the client would lose the answer.
//
//async:func
func (c *conn) goodbye() {
	x := c.x
	if x == nil {
		return
	}
	if x.Flush().Await() != nil || x.body.Done() && x.in.Len() == 0 && !x.refused {
		return
	}
	if c.tcp.CloseWrite() != nil {
		return
	}
	c.tcp.SetReadDeadline(c.server.runtime.Now().Add(lingering))
	for n := 0; n < maxDrain; n += x.in.Len() {
		x.in.Reset()
		if c.fill().Await() != nil {
			return
		}
	}
}

// lingering is how long the client has to notice the end.
const lingering = 500 * time.Millisecond

// end closes the connection, however its task has come to its end. A panic of a handler ends
// the connection and not the server, as in net/http.
func (c *conn) end() {
	if v := recover(); v != nil && v != http.ErrAbortHandler {
		c.server.Log.Printf("httpd: panic in a handler: %v\n%s", v, debug.Stack())
	}
	if !c.taken {
		c.tcp.Close()
	}
	if c.x != nil && c.x.reusable() {
		c.release()
	}
	c.server.leave(c)
}

// fill returns a future of reading whatever comes into the buffer of the exchange.
//
//async:new
func (c *conn) fill() *fillFuture { return &fillFuture{c: c} }

// A fillFuture is the future of [conn.fill].
type fillFuture struct {
	rt.Pin
	c    *conn
	turn rt.Turn
}

// Poll reads if there is anything to read. A poll uses its buffer no longer than it takes, so that
// a connection that waits gives back its exchange, if nothing is in it: under load others use it
// while it is still in the cache, and ten thousand idle connections need none.
func (f *fillFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	c := f.c
	if c.x == nil {
		c.x = exchanges.Get().(*Exchange)
		c.x.c = c
	}
	p := c.pollFill(cx, &f.turn)
	if !p.Ready {
		if c.x.unused() {
			c.release()
		}
		return rt.Pending[struct{}]()
	}
	return rt.Finish(struct{}{}, p.Err)
}

// Cancel gives up reading, which loses nothing.
func (f *fillFuture) Cancel() { f.c.tcp.CancelRead(&f.turn) }

// Where names the operation.
func (f *fillFuture) Where(w *rt.Where) { w.Operation("server.conn.fill") }

// Await waits for the future.
func (f *fillFuture) Await() error { return rt.Block(f, (*fillFuture).Poll).Err }

// pollFill is one poll of reading into the buffer of the exchange.
func (c *conn) pollFill(cx *rt.Context, turn *rt.Turn) rt.Poll[int] {
	x := c.x
	p := c.tcp.PollRead(cx, turn, x.in.Room())
	if p.Ready && p.Err == nil {
		x.in.Added(p.Value)
		x.now = cx.Runtime().Now()
	}
	return p
}

// release gives the exchange back.
func (c *conn) release() {
	x := c.x
	c.x = nil
	x.recycle()
	exchanges.Put(x)
}

// drain reads the rest of the body and drops it. It reports whether that has come to an end.
//
//async:func
func (x *Exchange) drain() bool {
	for left := maxDrain; left > 0; {
		piece, err := x.body.Next(&x.in, left)
		switch err {
		case nil:
			left -= len(piece)
			continue
		case io.EOF:
			return true
		case http1.ErrMore:
		default:
			return false
		}
		x.c.tcp.SetReadDeadline(x.c.server.runtime.Now().Add(x.c.server.BodyTimeout))
		if x.c.fill().Await() != nil {
			return false
		}
	}
	return false
}
