package aio

import (
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/asyncgen/asyncgen/rt"
)

// Split makes two halves of a connection, for two tasks of which each closes its own. Closing a
// half closes that direction, where the connection has a CloseRead or a CloseWrite, and the
// second to be closed closes the connection, if it is an [io.Closer]. Operations on a half that was closed
// fail with [os.ErrClosed], and so does a second Close.
func Split(rw ReadWriter) (*ReadHalf, *WriteHalf) {
	s := &shared{rw: rw, open: 2}
	return &ReadHalf{shared: s}, &WriteHalf{shared: s}
}

// shared is what two halves have in common.
type shared struct {
	rw   ReadWriter
	mu   sync.Mutex
	open int
}

// A ReadHalf is the reading side of a connection, see [Split].
type ReadHalf struct {
	shared *shared
	closed atomic.Bool
}

// A WriteHalf is the writing side of a connection, see [Split].
type WriteHalf struct {
	shared *shared
	closed atomic.Bool
}

// PollRead is that of the connection.
func (h *ReadHalf) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	if h.closed.Load() {
		h.CancelRead(turn)
		return refuse[int](cx, os.ErrClosed)
	}
	return h.shared.rw.PollRead(cx, turn, b)
}

// CancelRead is that of the connection.
func (h *ReadHalf) CancelRead(turn *rt.Turn) { h.shared.rw.CancelRead(turn) }

// PollWrite is that of the connection.
func (h *WriteHalf) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	if h.closed.Load() {
		h.CancelWrite(turn)
		return refuse[int](cx, os.ErrClosed)
	}
	return h.shared.rw.PollWrite(cx, turn, b)
}

// CancelWrite is that of the connection.
func (h *WriteHalf) CancelWrite(turn *rt.Turn) { h.shared.rw.CancelWrite(turn) }

// Close ends reading. A read that waits fails, or finds the end of the stream, as it is with the
// connection.
func (h *ReadHalf) Close() error {
	if h.closed.Swap(true) {
		return os.ErrClosed
	}
	return h.shared.close(func(rw ReadWriter) error {
		if c, ok := rw.(interface{ CloseRead() error }); ok {
			return c.CloseRead()
		}
		return nil
	})
}

// Close ends writing. The peer reads the rest and then the end of the stream.
func (h *WriteHalf) Close() error {
	if h.closed.Swap(true) {
		return os.ErrClosed
	}
	return h.shared.close(func(rw ReadWriter) error {
		if c, ok := rw.(interface{ CloseWrite() error }); ok {
			return c.CloseWrite()
		}
		return nil
	})
}

// close closes a direction, or all if it is the last.
func (s *shared) close(direction func(ReadWriter) error) error {
	s.mu.Lock()
	s.open--
	last := s.open == 0
	s.mu.Unlock()
	if c, ok := s.rw.(io.Closer); ok && last {
		return c.Close()
	}
	return direction(s.rw)
}
