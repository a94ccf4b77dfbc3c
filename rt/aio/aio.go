package aio

import (
	"errors"
	"io"

	"github.com/asyncgen/asyncgen/rt"
)

// A Reader is a stream that can be read from.
//
// PollRead reads at least one byte into b, or as many as are there, up to its length. It is
// ready with [io.EOF] and 0 at the end of the stream, and with 0 if b is empty. If it fails it
// has read nothing. If it is not
// ready it has kept the context's waker, and the operation, of which turn is the name, is under
// way until PollRead is ready or CancelRead is called with the same turn; otherwise turn is
// false. The buffer is used during the call only. A PollRead of another operation meanwhile
// fails with [rt.ErrBusy].
type Reader interface {
	PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int]
	// CancelRead ends an operation that is under way; otherwise it does nothing.
	CancelRead(turn *rt.Turn)
}

// A Writer is a stream that can be written to.
//
// PollWrite writes at least one byte of b, or as many as there is room for. It may write bytes
// and fail. Everything else is as in a [Reader], except that an operation that is under way
// must be polled with the same bytes again.
type Writer interface {
	PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int]
	// CancelWrite ends an operation that is under way; otherwise it does nothing.
	CancelWrite(turn *rt.Turn)
}

// A ReadWriter is both, and the two directions do not depend on each other.
type ReadWriter interface {
	Reader
	Writer
}

// Read returns a future of reading into b, which belongs to it until it is ready or canceled:
// at least one byte, and no more than are there. At the end of the stream it fails with
// [io.EOF].
//
//async:new
func Read(r Reader, b []byte) *ReadFuture { return &ReadFuture{r: r, buf: b, least: min(1, len(b))} }

// ReadFull returns a future of filling b. At the end of the stream it fails with [io.EOF] if
// nothing was read, and with [io.ErrUnexpectedEOF] if b is filled in part. The value is how
// many bytes are in b. If it is canceled they are lost to the stream; Progress tells how many
// there are.
//
//async:new
func ReadFull(r Reader, b []byte) *ReadFuture { return &ReadFuture{r: r, buf: b, least: len(b)} }

// ReadAtLeast is ReadFull that is content with the first bytes of b, at least min of them. It
// fails with [io.ErrShortBuffer] if there is no room for these.
//
//async:new
func ReadAtLeast(r Reader, b []byte, min int) *ReadFuture {
	return &ReadFuture{r: r, buf: b, least: min}
}

// A ReadFuture is the future of [Read], [ReadFull] and [ReadAtLeast].
type ReadFuture struct {
	rt.Pin
	r     Reader // nil when it is done
	buf   []byte
	least int // how much to read
	n     int // how much was read
	turn  rt.Turn
}

// Poll reads what is there.
func (f *ReadFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.r == nil {
		panic(rt.Completed("aio.Read"))
	}
	if f.least > len(f.buf) {
		return f.finish(io.ErrShortBuffer)
	}
	for f.n < f.least {
		p := f.r.PollRead(cx, &f.turn, f.buf[f.n:])
		if !p.Ready {
			return p
		}
		f.n += p.Value
		if p.Err != nil && f.n < f.least {
			if p.Err == io.EOF && f.n > 0 {
				p.Err = io.ErrUnexpectedEOF
			}
			return f.finish(p.Err)
		}
	}
	return f.finish(nil)
}

// Progress returns how many bytes were read so far.
func (f *ReadFuture) Progress() int { return f.n }

// finish ends the future and lets go of what it holds.
func (f *ReadFuture) finish(err error) rt.Poll[int] {
	f.r, f.buf = nil, nil
	return rt.Finish(f.n, err)
}

// Cancel gives up reading.
func (f *ReadFuture) Cancel() {
	if f.r != nil {
		f.r.CancelRead(&f.turn)
		f.r, f.buf = nil, nil
	}
}

// Await waits for the future and returns the number of bytes read.
func (f *ReadFuture) Await() (int, error) {
	p := rt.Block(f, (*ReadFuture).Poll)
	return p.Value, p.Err
}

// WriteAll returns a future of writing all of b, which belongs to it, and must not change,
// until it is ready or canceled. The value is how many bytes were written, all unless it
// fails. If it is canceled, Progress tells how many were.
//
//async:new
func WriteAll(w Writer, b []byte) *WriteFuture { return &WriteFuture{w: w, buf: b, all: true} }

// Write is WriteAll that is content with a part, at least a byte.
//
//async:new
func Write(w Writer, b []byte) *WriteFuture { return &WriteFuture{w: w, buf: b} }

// A WriteFuture is the future of [WriteAll] and [Write].
type WriteFuture struct {
	rt.Pin
	w    Writer // nil when it is done
	buf  []byte
	n    int // how much was written
	turn rt.Turn
	all  bool // a part is not enough
}

// Poll writes as much as there is room for.
func (f *WriteFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.w == nil {
		panic(rt.Completed("aio.Write"))
	}
	for {
		p := f.w.PollWrite(cx, &f.turn, f.buf[f.n:])
		if !p.Ready {
			return p
		}
		f.n += p.Value
		if p.Err == nil && p.Value == 0 && f.n < len(f.buf) {
			p.Err = io.ErrNoProgress
		}
		if p.Err != nil || f.n == len(f.buf) || !f.all {
			f.w, f.buf = nil, nil
			return rt.Finish(f.n, p.Err)
		}
	}
}

// Progress returns how many bytes were written so far.
func (f *WriteFuture) Progress() int { return f.n }

// Cancel gives up writing.
func (f *WriteFuture) Cancel() {
	if f.w != nil {
		f.w.CancelWrite(&f.turn)
		f.w, f.buf = nil, nil
	}
}

// Await waits for the future and returns the number of bytes written.
func (f *WriteFuture) Await() (int, error) {
	p := rt.Block(f, (*WriteFuture).Poll)
	return p.Value, p.Err
}

// ErrTooLong is the error of a line or a frame that is longer than the reader allows.
var ErrTooLong = errors.New("aio: line or frame too long")
