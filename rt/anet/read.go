package anet

import (
	"io"
	"os"

	"github.com/asyncgen/asyncgen/rt"
)

// Read returns a future of reading into b: at least one byte, and no more than are there.
// The future fails with [io.EOF] at the end of the stream. The buffer belongs to it until
// it is ready or canceled. Canceling loses no data.
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
	if len(f.buf) == 0 {
		return f.finish(0, nil)
	}
	fd, buf := &f.conn.fd, f.buf[:min(len(f.buf), maxTransfer)]
	for {
		sysfd, ready, err := fd.Begin(cx, rt.In, &f.turn)
		if err != nil {
			return f.finish(0, f.conn.opError("read", err))
		}
		if !ready {
			return rt.Pending[int]()
		}
		n, errno := receive(sysfd, buf)
		switch {
		case errno == wouldBlock:
			fd.End(rt.In, &f.turn, rt.Blocked, false)
		case errno == interrupted:
			fd.End(rt.In, &f.turn, rt.More, false)
		case errno != 0:
			fd.End(rt.In, &f.turn, rt.More, true)
			return f.finish(0, f.conn.opError("read", os.NewSyscallError("recvfrom", errno)))
		case n == 0:
			fd.End(rt.In, &f.turn, rt.More, true)
			return f.finish(0, io.EOF)
		default:
			fd.End(rt.In, &f.turn, leftAfter(n, len(buf)), true)
			return f.finish(n, nil)
		}
	}
}

// finish ends the future and lets go of what it holds.
func (f *ReadFuture) finish(n int, err error) rt.Poll[int] {
	f.conn, f.buf = nil, nil
	return rt.Finish(n, err)
}

// Cancel gives up reading.
func (f *ReadFuture) Cancel() {
	if f.conn != nil {
		f.conn.fd.Release(rt.In, &f.turn)
		f.conn, f.buf = nil, nil
	}
}

// Await waits for the future and returns the number of bytes read.
func (f *ReadFuture) Await() (int, error) {
	p := rt.Block(f, (*ReadFuture).Poll)
	return p.Value, p.Err
}
