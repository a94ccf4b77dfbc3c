package client

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asyncgen/asyncgen/examples/httpd/http1"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A Client sends requests and keeps connections. The zero Client is ready to use, and its methods
// may be called from any goroutine.
type Client struct {
	MaxHead    int           // bytes of a response's head; 0 stands for 256 KiB
	MaxIdle    int           // connections that are kept for a server; 0 stands for 16
	IdleTime   time.Duration // that a connection is kept; 0 stands for 30 s
	mu         sync.Mutex
	idle       map[string][]*conn // by address, the last used one at the end
	afterClose bool
}

// limits returns the limits for responses. Their bodies have none, since it is the caller who reads.
func (c *Client) limits() http1.Limits {
	if c.MaxHead > 0 {
		return http1.Limits{Head: c.MaxHead, Body: -1}
	}
	return http1.Limits{Head: 256 << 10, Body: -1}
}

// A conn is a connection to a server.
type conn struct {
	tcp      *anet.Conn
	addr     string
	in       http1.Buffer
	reused   bool      // it has carried an exchange before
	answered bool      // a part of the answer has come
	since    time.Time // when it was kept
	// sending is the sending of a request's body, which goes on while the answer comes; nil if
	// there is no body.
	sending *sending
}

// A sending says how far a task is that sends a body.
type sending struct {
	done atomic.Bool
	err  error // why it has failed; to be looked at when done
}

// end says that the body was sent, or why not.
func (s *sending) end(err error) {
	s.err = err
	s.done.Store(true)
}

// get returns a connection to addr: one that was kept, or a new one.
//
//async:func
func (c *Client) get(addr string) (*conn, error) {
	if kept := c.take(addr, rt.Now()); kept != nil {
		return kept, nil
	}
	tcp, err := anet.Dial("tcp", addr).Await()
	if err != nil {
		return nil, err
	}
	return &conn{tcp: tcp, addr: addr}, nil
}

// take takes a connection out of those that are kept, and closes such as are too old.
func (c *Client) take(addr string, now time.Time) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := c.IdleTime
	if limit == 0 {
		limit = 30 * time.Second
	}
	list := c.idle[addr]
	for len(list) > 0 && now.Sub(list[0].since) > limit {
		list[0].tcp.Close()
		list = list[1:]
	}
	if len(list) == 0 {
		delete(c.idle, addr)
		return nil
	}
	last := list[len(list)-1]
	c.idle[addr] = list[:len(list)-1]
	last.reused, last.answered, last.sending = true, false, nil
	return last
}

// put keeps a connection, unless there are enough.
func (c *Client) put(used *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := c.MaxIdle
	if limit == 0 {
		limit = 16
	}
	if c.afterClose || len(c.idle[used.addr]) >= limit {
		used.tcp.Close()
		return
	}
	if c.idle == nil {
		c.idle = make(map[string][]*conn)
	}
	used.since = time.Now()
	c.idle[used.addr] = append(c.idle[used.addr], used)
}

// Close closes the connections that are kept, and from then on keeps none.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range c.idle {
		for _, conn := range list {
			conn.tcp.Close()
		}
	}
	c.idle, c.afterClose = nil, true
}

// exchange sends a request and waits for the head of the response. Unless that comes, in whatever
// way the wait ends, the connection is closed.
//
//async:func
func (c *conn) exchange(client *Client, r *Request, head []byte) (resp *Response, err error) {
	defer func() {
		if resp == nil {
			c.tcp.Close()
		}
	}()
	if _, err := c.tcp.Write(head).Await(); err != nil {
		return nil, err
	}
	if r.Body != nil {
		// The server may answer before it has read the body, or have the client read what it
		// answers before it reads on. So the body is sent by a task of its own.
		c.sending = new(sending)
		rt.Spawn(c.sendAsync(r.Body, r.Length, c.sending)).Detach()
	}
	var answer http1.Response
	for {
		err := answer.Read(&c.in, r.method(), client.limits())
		switch {
		case err == nil && answer.Status == 101:
			return nil, &http1.Error{Status: 502, Reason: "the server switches to another protocol"}
		case err == nil && answer.Status < 200: // the final response follows
			c.in.Release()
			continue
		case err == nil:
			return c.response(client, &answer), nil
		case err != http1.ErrMore:
			return nil, err
		}
		if err := c.fill().Await(); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, c.reason(err)
		}
		c.answered = true
	}
}

// reason returns why there is no answer: if the body could not be read, it is that.
func (c *conn) reason(err error) error {
	if s := c.sending; s != nil && s.done.Load() && s.err != nil {
		return s.err
	}
	return err
}

// free reports whether nothing is being sent any more, and all was.
func (c *conn) free() bool {
	return c.sending == nil || c.sending.done.Load() && c.sending.err == nil
}

// response makes a response of its head.
func (c *conn) response(client *Client, answer *http1.Response) *Response {
	resp := &Response{
		Status: answer.Status, Header: header(answer.Fields), Length: max(answer.Length, -1),
		client: client, conn: c, body: answer.Body(client.limits()), keep: answer.KeepAlive,
	}
	if resp.body.Done() && c.free() {
		resp.Close() // there is nothing to read, so the connection is free at once
	}
	return resp
}

// send sends a body. If it cannot be read to its end the connection is closed: there is no other
// way to tell the server that it is not complete.
//
//async:func
func (c *conn) send(body aio.Reader, length int64, s *sending) (err error) {
	defer func() {
		s.end(err)
		if err != nil {
			c.tcp.Close()
		}
	}()
	buf := make([]byte, 16<<10)
	var out []byte
	for left := length; left != 0; {
		n, err := aio.Read(body, buf).Await()
		if err == io.EOF {
			if left > 0 {
				return io.ErrUnexpectedEOF
			}
			break
		}
		if err != nil {
			return err
		}
		if length < 0 {
			out = http1.AppendChunk(out[:0], buf[:n])
		} else {
			n = int(min(int64(n), left))
			left -= int64(n)
			out = append(out[:0], buf[:n]...)
		}
		if _, err := c.tcp.Write(out).Await(); err != nil {
			return err
		}
	}
	if length < 0 {
		_, err := c.tcp.Write([]byte("0\r\n\r\n")).Await()
		return err
	}
	return nil
}

// pollFill is one poll of reading into the buffer.
func (c *conn) pollFill(cx *rt.Context, turn *rt.Turn) rt.Poll[int] {
	p := c.tcp.PollRead(cx, turn, c.in.Room())
	if p.Ready && p.Err == nil {
		c.in.Added(p.Value)
	}
	return p
}

// fill returns a future of reading whatever comes.
//
//async:new
func (c *conn) fill() *fillFuture { return &fillFuture{c: c} }

// A fillFuture is the future of [conn.fill].
type fillFuture struct {
	rt.Pin
	c    *conn
	turn rt.Turn
}

// Poll reads if there is anything to read.
func (f *fillFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	p := f.c.pollFill(cx, &f.turn)
	return rt.Poll[struct{}]{Err: p.Err, Ready: p.Ready}
}

// Cancel gives up reading.
func (f *fillFuture) Cancel() { f.c.tcp.CancelRead(&f.turn) }

// Where names the operation.
func (f *fillFuture) Where(w *rt.Where) { w.Operation("client.conn.fill") }

// Await waits for the future.
func (f *fillFuture) Await() error { return rt.Block(f, (*fillFuture).Poll).Err }
