package anet

import (
	"io"

	"github.com/asyncgen/asyncgen/rt"
)

// Read returns a future of reading into b: at least one byte, and no more than are there.
// The future fails with [io.EOF] at the end of the stream. Of datagrams it reads one, and
// what does not fit into b is lost. The buffer belongs to the future until that is ready or
// canceled. Canceling loses no data.
//
//async:new
func (c *Conn) Read(b []byte) *ReadFuture { return &ReadFuture{conn: c, buf: b} }

// A ReadFuture is the future of [Conn.Read].
type ReadFuture struct {
	rt.Pin
	conn *Conn // nil when it is done
	buf  []byte
	turn rt.Turn
}

// Poll reads if there is anything to read.
func (f *ReadFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.conn == nil {
		panic(rt.Completed("anet.Conn.Read"))
	}
	p := f.conn.PollRead(cx, &f.turn, f.buf)
	if p.Ready {
		f.conn, f.buf = nil, nil
	}
	return p
}

// Cancel gives up reading.
func (f *ReadFuture) Cancel() {
	if f.conn != nil {
		f.conn.CancelRead(&f.turn)
		f.conn, f.buf = nil, nil
	}
}

// Where names the operation.
func (f *ReadFuture) Where(w *rt.Where) { w.Operation("anet.Conn.Read") }

// Await waits for the future and returns the number of bytes read.
func (f *ReadFuture) Await() (int, error) {
	p := rt.Block(f, (*ReadFuture).Poll)
	return p.Value, p.Err
}

// PollRead is one poll of a Read, for futures that are made of several: turn is theirs, and
// says which operation it is. The buffer is used during the call only. If the result is not
// ready the operation is under way, and either polled again or ended with CancelRead.
func (c *Conn) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	if len(b) == 0 {
		c.fd.Release(rt.In, turn)
		return rt.Ready(0)
	}
	b = b[:min(len(b), maxTransfer)]
	for {
		sysfd, ready, err := c.fd.Begin(cx, rt.In, turn)
		if err != nil {
			return rt.Fail[int](c.opError("read", err))
		}
		if !ready {
			return rt.Pending[int]()
		}
		n, v, err := c.receive(sysfd, b)
		switch {
		case v == blocked:
			c.fd.End(rt.In, turn, rt.Blocked, false)
		case v == again:
			c.fd.End(rt.In, turn, rt.More, false)
		case v == failed:
			c.fd.End(rt.In, turn, rt.More, true)
			return rt.Fail[int](c.opError("read", err))
		case n == 0 && c.kind.ends():
			c.fd.End(rt.In, turn, rt.More, true)
			return rt.Fail[int](io.EOF)
		default:
			c.fd.End(rt.In, turn, leftAfter(c.kind, n, len(b)), true)
			return rt.Ready(n)
		}
	}
}

// CancelRead ends an operation of PollRead that is under way. It loses nothing.
func (c *Conn) CancelRead(turn *rt.Turn) { c.fd.Release(rt.In, turn) }

// maxTransfer bounds what one system call is asked to move. The kernel stops somewhere
// below 2 GiB by itself, and that short count would be taken for a drained stream.
const maxTransfer = 1 << 30

// leftAfter tells what moving n of the wanted bytes says about a socket.
func leftAfter(k kind, n, wanted int) rt.Readiness {
	if n < wanted && shortMeansDrained && k.stream() {
		return rt.Drained
	}
	return rt.More
}
