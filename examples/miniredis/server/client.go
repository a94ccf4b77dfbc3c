package server

import (
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/alock"
)

// A client is a connection and what Redis remembers of it.
type client struct {
	srv   *Server
	id    int64
	conn  Conn
	in    *frame.Reader
	begun time.Time

	// The rest is guarded by the lock of the server.

	out  frame.Buffer // what is to be written; its memory is borrowed
	name string
	db   int
	// closing: no more commands are read, and when out is written the connection is closed.
	closing bool
	tx      *transaction // nil without MULTI
	last    string       // the last command

	channels, patterns []string // that it is subscribed to, in this order
	// pushed is notified when others have put a message into out.
	pushed alock.Notify
	// softSince is since when, in milliseconds, there are more messages than the soft limit
	// allows; 0: there are not.
	softSince int64
}

func newClient(s *Server, id int64, conn Conn) *client {
	return &client{srv: s, id: id, conn: conn, in: frame.NewReader(conn), begun: time.Now()}
}

// serve is the life of a connection: execute what has come, write the replies, wait.
//
// All commands that were read at once are executed before anything is written, so that the
// replies to a pipeline are one write. And nothing is read before the replies are written: who
// sends and never reads has to wait, and costs no more than a buffer.
//
//async:func
func (c *client) serve() {
	for {
		out, next := c.run(rt.Now())
		if len(out) > 0 {
			_, err := aio.WriteAll(c.conn, out).Await()
			giveBack(out)
			if err != nil {
				return // the client is gone, which is its business
			}
		}
		switch next {
		case goOn:
			continue
		case end:
			return
		case waitForInput:
			if err := c.in.FillAsync().Await(); err != nil {
				return
			}
		case waitForMessages:
			// Fill loses nothing if it is canceled, since what was read is in the Reader.
			r := rt.Select2(c.in.FillAsync(), c.pushed.Wait()).Await()
			if r.A.Err != nil || r.B.Err != nil {
				return
			}
		}
	}
}

// drain has the client end when what has come is served. The stream of its commands ends now,
// behind those that are on this side already.
func (c *client) drain() {
	if half, ok := c.conn.(interface{ CloseRead() error }); ok {
		half.CloseRead()
	}
}

// usualSize is how large the buffer of replies is, unless they need more.
const usualSize = 4 << 10

// buffers are those that nobody uses. A client has one while there is something in it.
var buffers = sync.Pool{New: func() any { return new([usualSize]byte) }}

// borrow returns an empty buffer.
func borrow() []byte { return buffers.Get().(*[usualSize]byte)[:0] }

// giveBack gives back a buffer, if it is one of the usual size.
func giveBack(b []byte) {
	if cap(b) == usualSize {
		buffers.Put((*[usualSize]byte)(b[:usualSize]))
	}
}
