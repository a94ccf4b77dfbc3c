package anet

import (
	"os"

	"github.com/asyncgen/asyncgen/rt"
)

// Write returns a future of writing all of b. If it fails, its value is the number of
// bytes that were taken before. The buffer belongs to it, and must not change, until it
// is ready or canceled. If it is canceled a part may have been written.
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
	if len(f.buf) == 0 {
		return f.finish(nil)
	}
	fd := &f.conn.fd
	for {
		sysfd, ready, err := fd.Begin(cx, rt.Out, &f.turn)
		if err != nil {
			return f.finish(f.conn.opError("write", err))
		}
		if !ready {
			return rt.Pending[int]()
		}
		rest := f.buf[f.written:]
		rest = rest[:min(len(rest), maxTransfer)]
		n, errno := send(sysfd, rest)
		switch {
		case errno == wouldBlock:
			fd.End(rt.Out, &f.turn, rt.Blocked, false)
		case errno == interrupted:
			fd.End(rt.Out, &f.turn, rt.More, false)
		case errno != 0:
			fd.End(rt.Out, &f.turn, rt.More, true)
			return f.finish(f.conn.opError("write", os.NewSyscallError("sendto", errno)))
		default:
			f.written += n
			done := f.written == len(f.buf)
			fd.End(rt.Out, &f.turn, leftAfter(n, len(rest)), done)
			if done {
				return f.finish(nil)
			}
		}
	}
}

// finish ends the future and lets go of what it holds.
func (f *WriteFuture) finish(err error) rt.Poll[int] {
	f.conn, f.buf = nil, nil
	return rt.Finish(f.written, err)
}

// Cancel gives up writing.
func (f *WriteFuture) Cancel() {
	if f.conn != nil {
		f.conn.fd.Release(rt.Out, &f.turn)
		f.conn, f.buf = nil, nil
	}
}

// Await waits for the future and returns the number of bytes written: all of them, unless
// there is an error.
func (f *WriteFuture) Await() (int, error) {
	p := rt.Block(f, (*WriteFuture).Poll)
	return p.Value, p.Err
}
