package anet

import (
	"errors"

	"github.com/asyncgen/asyncgen/rt"
)

// WriteBuffers returns a future of writing several buffers one after another, with as few
// system calls as possible: a header and a body, or the replies to a pipeline of requests. It
// leaves the slices as they are. Otherwise it is like [Conn.Write]. It is for streams: where
// each write is a message it fails with [errors.ErrUnsupported].
//
//async:new
func (c *Conn) WriteBuffers(bufs [][]byte) *WriteBuffersFuture {
	return &WriteBuffersFuture{conn: c, bufs: bufs}
}

// A WriteBuffersFuture is the future of [Conn.WriteBuffers].
type WriteBuffersFuture struct {
	rt.Pin
	conn    *Conn    // nil when it is done
	bufs    [][]byte // those that are not written whole
	skip    int      // how much of the first of them is
	written int
	turn    rt.Turn
}

// maxBuffers is how many buffers one system call is handed.
const maxBuffers = 32

// Poll writes as much as the system takes now.
func (f *WriteBuffersFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.conn == nil {
		panic(rt.Completed("anet.Conn.WriteBuffers"))
	}
	c := f.conn
	if !c.kind.stream() {
		return f.finish(c.opError("write", errors.ErrUnsupported))
	}
	f.advance(0)
	for len(f.bufs) > 0 {
		sysfd, ready, err := c.fd.Begin(cx, rt.Out, &f.turn)
		if err != nil {
			if err != rt.ErrBusy {
				c.abandonWrite()
			}
			return f.finish(c.opError("write", err))
		}
		if !ready {
			return rt.Pending[int]()
		}
		n, wanted, v, err := c.sendBuffers(sysfd, f.bufs, f.skip)
		switch v {
		case blocked:
			c.fd.End(rt.Out, &f.turn, rt.Blocked, false)
		case again:
			c.fd.End(rt.Out, &f.turn, rt.More, false)
		case failed:
			c.fd.End(rt.Out, &f.turn, rt.More, true)
			f.written += n
			return f.finish(c.opError("write", err))
		default:
			f.advance(n)
			c.fd.End(rt.Out, &f.turn, leftAfter(c.kind, n, wanted), len(f.bufs) == 0)
		}
	}
	return f.finish(nil)
}

// advance notes that n more bytes are written, and drops the buffers that are done with.
func (f *WriteBuffersFuture) advance(n int) {
	f.written += n
	f.skip += n
	for len(f.bufs) > 0 && f.skip >= len(f.bufs[0]) {
		f.skip -= len(f.bufs[0])
		f.bufs = f.bufs[1:]
	}
}

// finish ends the future and lets go of what it holds.
func (f *WriteBuffersFuture) finish(err error) rt.Poll[int] {
	f.conn, f.bufs = nil, nil
	return rt.Finish(f.written, err)
}

// Progress returns how many bytes were written so far, as that of a [WriteFuture] does.
func (f *WriteBuffersFuture) Progress() int { return f.written }

// Cancel gives up writing.
func (f *WriteBuffersFuture) Cancel() {
	if f.conn != nil {
		f.conn.CancelWrite(&f.turn)
		f.conn, f.bufs = nil, nil
	}
}

// Where names the operation.
func (f *WriteBuffersFuture) Where(w *rt.Where) { w.Operation("anet.Conn.WriteBuffers") }

// Await waits for the future and returns the number of bytes written: all of them, unless
// there is an error.
func (f *WriteBuffersFuture) Await() (int, error) {
	p := rt.Block(f, (*WriteBuffersFuture).Poll)
	return p.Value, p.Err
}
