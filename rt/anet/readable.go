package anet

import "github.com/asyncgen/asyncgen/rt"

// Readable returns a future of waiting until a Read would not wait: until data has come,
// or the end of the stream. Whoever has many connections that are idle most of the time
// awaits it first and takes a buffer only then.
//
// It counts as a Read: one of the two may be under way at a time. It takes nothing out of
// the stream, so canceling loses nothing. An error of the connection that the system
// reports once is reported here, otherwise by the Read that follows.
//
//async:new
func (c *Conn) Readable() *ReadableFuture { return &ReadableFuture{conn: c} }

// A ReadableFuture is the future of [Conn.Readable].
type ReadableFuture struct {
	rt.Pin
	conn *Conn // nil when it is done
	turn rt.Turn
}

// Poll looks whether there is anything to read. That a descriptor counts as ready is no
// proof of it: a new one does, and an event may be for data that was read since. So the
// system is asked.
func (f *ReadableFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if f.conn == nil {
		panic(rt.Completed("anet.Conn.Readable"))
	}
	fd := &f.conn.fd
	for {
		sysfd, ready, err := fd.Begin(cx, rt.In, &f.turn)
		if err != nil {
			return f.finish(f.conn.opError("read", err))
		}
		if !ready {
			return rt.Pending[struct{}]()
		}
		switch v, err := f.conn.peek(sysfd); v {
		case blocked:
			fd.End(rt.In, &f.turn, rt.Blocked, false)
		case again:
			fd.End(rt.In, &f.turn, rt.More, false)
		case failed:
			fd.End(rt.In, &f.turn, rt.More, true)
			return f.finish(f.conn.opError("read", err))
		default:
			fd.End(rt.In, &f.turn, rt.More, true)
			return f.finish(nil)
		}
	}
}

// finish ends the future and lets go of what it holds.
func (f *ReadableFuture) finish(err error) rt.Poll[struct{}] {
	f.conn = nil
	return rt.Finish(struct{}{}, err)
}

// Cancel gives up waiting.
func (f *ReadableFuture) Cancel() {
	if f.conn != nil {
		f.conn.CancelRead(&f.turn)
		f.conn = nil
	}
}

// Where names the operation.
func (f *ReadableFuture) Where(w *rt.Where) { w.Operation("anet.Conn.Readable") }

// Await waits for the future.
func (f *ReadableFuture) Await() error { return rt.Block(f, (*ReadableFuture).Poll).Err }
