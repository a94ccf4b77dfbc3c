package anet

import (
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// Accept returns a future of the next connection. When the process has no descriptors or no
// memory left it tells so, see [ListenConfig], and goes on waiting: it tries again at intervals of
// a few milliseconds, later up to a second, while the connections stay in the listener's queue.
// Canceling loses none.
//
//async:new
func (l *Listener) Accept() *AcceptFuture { return &AcceptFuture{listener: l} }

// An AcceptFuture is the future of [Listener.Accept].
type AcceptFuture struct {
	rt.Pin
	listener *Listener // nil when it is done
	// pause is not nil after an attempt for which resources lacked. While it goes on the
	// future also waits for the listener, to notice when that is closed.
	pause *rt.SleepFuture
	// lastPause is how long the last pause was, so that the next one can be longer.
	lastPause time.Duration
	turn      rt.Turn
}

// Bounds of the pauses between attempts to accept.
const (
	shortestPause = 5 * time.Millisecond
	longestPause  = time.Second
)

// Poll accepts a connection if there is one.
func (f *AcceptFuture) Poll(cx *rt.Context) rt.Poll[*Conn] {
	if f.listener == nil {
		panic(rt.Completed("anet.Listener.Accept"))
	}
	for {
		if f.pause != nil {
			if p, waiting := f.pollPause(cx); waiting {
				return p
			}
		}
		p, goOn := f.attempt(cx)
		if !goOn {
			return p
		}
	}
}

// pollPause reports whether the future still pauses, or has ended because the listener was
// closed.
func (f *AcceptFuture) pollPause(cx *rt.Context) (p rt.Poll[*Conn], waiting bool) {
	if err := f.listener.fd.Watch(cx, rt.In, &f.turn); err != nil {
		f.endPause()
		return f.finish(nil, f.listener.opError("accept", err)), true
	}
	pause := f.pause.Poll(cx)
	if !pause.Ready {
		return p, true
	}
	f.pause = nil
	if pause.Err != nil {
		f.listener.fd.Release(rt.In, &f.turn)
		return f.finish(nil, f.listener.opError("accept", pause.Err)), true
	}
	return p, false
}

// attempt tries to accept. If goOn it is to be called again, perhaps after a pause.
func (f *AcceptFuture) attempt(cx *rt.Context) (p rt.Poll[*Conn], goOn bool) {
	fd := &f.listener.fd
	sysfd, ready, err := fd.Begin(cx, rt.In, &f.turn)
	if err != nil {
		return f.finish(nil, f.listener.opError("accept", err)), false
	}
	if !ready {
		return p, false
	}
	conn, v, err := f.listener.accept(sysfd, f.listener.kind)
	switch v {
	case blocked:
		fd.End(rt.In, &f.turn, rt.Blocked, false)
		return p, true
	case again:
		fd.End(rt.In, &f.turn, rt.More, false)
		return p, true
	case starved:
		fd.End(rt.In, &f.turn, rt.More, false)
		f.lastPause = min(max(2*f.lastPause, shortestPause), longestPause)
		f.listener.starved(f.listener.opError("accept", err), f.lastPause)
		f.pause = rt.Sleep(f.lastPause)
		return p, true
	case failed:
		fd.End(rt.In, &f.turn, rt.More, true)
		return f.finish(nil, f.listener.opError("accept", err)), false
	}
	fd.End(rt.In, &f.turn, rt.More, true)
	return f.finish(conn, nil), false
}

// finish ends the future.
func (f *AcceptFuture) finish(c *Conn, err error) rt.Poll[*Conn] {
	f.listener = nil
	return rt.Finish(c, err)
}

// endPause stops a pause that goes on.
func (f *AcceptFuture) endPause() {
	if f.pause != nil {
		f.pause.Cancel()
		f.pause = nil
	}
}

// Cancel gives up accepting.
func (f *AcceptFuture) Cancel() {
	if f.listener != nil {
		f.endPause()
		f.listener.fd.Release(rt.In, &f.turn)
		f.listener = nil
	}
}

// Where names the operation.
func (f *AcceptFuture) Where(w *rt.Where) { w.Operation("anet.Listener.Accept") }

// Await waits for the future and returns the connection.
func (f *AcceptFuture) Await() (*Conn, error) {
	p := rt.Block(f, (*AcceptFuture).Poll)
	return p.Value, p.Err
}
