package aio

import (
	"io"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// Split makes two halves of a connection, for two tasks of which each closes its own. Closing a
// half closes that direction, where the connection has a CloseRead or a CloseWrite, and the
// second to be closed closes the connection, if it is an [io.Closer].
func Split(rw ReadWriter) (*ReadHalf, *WriteHalf) {
	s := &shared{rw: rw, open: 2}
	return &ReadHalf{s}, &WriteHalf{s}
}

// shared is what two halves have in common.
type shared struct {
	rw   ReadWriter
	mu   sync.Mutex
	open int
}

// A ReadHalf is the reading side of a connection, see [Split].
type ReadHalf struct{ shared *shared }

// A WriteHalf is the writing side of a connection, see [Split].
type WriteHalf struct{ shared *shared }

// PollRead is that of the connection.
func (h *ReadHalf) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	return h.shared.rw.PollRead(cx, turn, b)
}

// CancelRead is that of the connection.
func (h *ReadHalf) CancelRead(turn *rt.Turn) { h.shared.rw.CancelRead(turn) }

// PollWrite is that of the connection.
func (h *WriteHalf) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	return h.shared.rw.PollWrite(cx, turn, b)
}

// CancelWrite is that of the connection.
func (h *WriteHalf) CancelWrite(turn *rt.Turn) { h.shared.rw.CancelWrite(turn) }

// Close ends reading. It must be called once.
func (h *ReadHalf) Close() error {
	return h.shared.close(func(rw ReadWriter) error {
		if c, ok := rw.(interface{ CloseRead() error }); ok {
			return c.CloseRead()
		}
		return nil
	})
}

// Close ends writing. It must be called once.
func (h *WriteHalf) Close() error {
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
