package anet

import "github.com/asyncgen/asyncgen/rt"

// Write returns a future of writing all of b, or b as one datagram. If it fails, its value is
// the number of bytes that were taken before. The buffer belongs to it, and must not change,
// until it is ready or canceled. If it is canceled a part may have been written; Progress tells how much.
//
//async:new
func (c *Conn) Write(b []byte) *WriteFuture { return &WriteFuture{conn: c, buf: b} }

// A WriteFuture is the future of [Conn.Write].
type WriteFuture struct {
	rt.Pin
	conn    *Conn // nil when it is done
	buf     []byte
	written int // how much of buf the system has taken
	turn    rt.Turn
}

// Poll writes as much as the system takes now.
func (f *WriteFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.conn == nil {
		panic(rt.Completed("anet.Conn.Write"))
	}
	for {
		p := f.conn.pollWrite(cx, &f.turn, f.buf[f.written:], true)
		if !p.Ready {
			return p
		}
		f.written += p.Value
		if p.Err != nil || f.written == len(f.buf) {
			f.conn, f.buf = nil, nil
			return rt.Finish(f.written, p.Err)
		}
	}
}

// Progress returns how many bytes the system has taken so far. Where package net does the work, what a
// goroutine is writing when the future is canceled is not among them.
func (f *WriteFuture) Progress() int { return f.written }

// Cancel gives up writing.
func (f *WriteFuture) Cancel() {
	if f.conn != nil {
		f.conn.CancelWrite(&f.turn)
		f.conn, f.buf = nil, nil
	}
}

// Where names the operation.
func (f *WriteFuture) Where(w *rt.Where) { w.Operation("anet.Conn.Write") }

// Await waits for the future and returns the number of bytes written: all of them, unless
// there is an error.
func (f *WriteFuture) Await() (int, error) {
	p := rt.Block(f, (*WriteFuture).Poll)
	return p.Value, p.Err
}

// PollWrite is one poll of writing a part of b, at least a byte, for futures that are made of
// several: turn is theirs, and says which operation it is. If the result is not ready the
// operation is under way, and either polled again, with the same bytes, or ended with
// CancelWrite.
func (c *Conn) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	return c.pollWrite(cx, turn, b, false)
}

// CancelWrite ends an operation of PollWrite that is under way.
func (c *Conn) CancelWrite(turn *rt.Turn) {
	if *turn {
		c.abandonWrite()
		c.fd.Release(rt.Out, turn)
	}
}

// pollWrite is PollWrite, which with all keeps the turn until the last byte is written, so
// that no other operation comes in between.
func (c *Conn) pollWrite(cx *rt.Context, turn *rt.Turn, b []byte, all bool) rt.Poll[int] {
	if len(b) == 0 && c.kind.stream() {
		c.fd.Release(rt.Out, turn)
		return rt.Ready(0)
	}
	part := b[:min(len(b), maxTransfer)]
	for {
		sysfd, ready, err := c.fd.Begin(cx, rt.Out, turn)
		if err != nil {
			if err != rt.ErrBusy {
				c.abandonWrite()
			}
			return rt.Fail[int](c.opError("write", err))
		}
		if !ready {
			return rt.Pending[int]()
		}
		n, v, err := c.send(sysfd, part)
		switch v {
		case blocked:
			c.fd.End(rt.Out, turn, rt.Blocked, false)
		case again:
			c.fd.End(rt.Out, turn, rt.More, false)
		case failed:
			c.fd.End(rt.Out, turn, rt.More, true)
			return rt.Finish(n, c.opError("write", err))
		default:
			c.fd.End(rt.Out, turn, leftAfter(c.kind, n, len(part)), n == len(b) || !all)
			return rt.Ready(n)
		}
	}
}
