package aio

import (
	"io"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// Copy returns a future of reading src to its end and writing all of it to dst. Its value is
// the number of bytes written; the end of src is no error. While it waits for src it holds no
// buffer. If it is canceled, what was read and not yet written is lost.
//
//async:new
func Copy(dst Writer, src Reader) *CopyFuture { return &CopyFuture{dst: dst, src: src} }

// A CopyFuture is the future of [Copy].
type CopyFuture struct {
	rt.Pin
	dst      Writer
	src      Reader // nil when it is done
	buf      *copyBuffer
	from, to int // the part of buf that is to be written
	written  int64
	reading  rt.Turn
	writing  rt.Turn
}

// copyBuffer is what is moved at a time.
type copyBuffer [32 << 10]byte

// copyBuffers are those that nobody uses.
var copyBuffers = sync.Pool{New: func() any { return new(copyBuffer) }}

// Poll copies as much as it can without waiting.
func (f *CopyFuture) Poll(cx *rt.Context) rt.Poll[int64] {
	if f.src == nil {
		panic(rt.Completed("aio.Copy"))
	}
	for {
		for f.from < f.to {
			p := f.dst.PollWrite(cx, &f.writing, f.buf[f.from:f.to])
			if !p.Ready {
				return rt.Pending[int64]()
			}
			f.from += p.Value
			f.written += int64(p.Value)
			if p.Err == nil && p.Value == 0 {
				p.Err = io.ErrNoProgress
			}
			if p.Err != nil {
				return f.finish(p.Err)
			}
		}
		if f.buf == nil {
			f.buf = copyBuffers.Get().(*copyBuffer)
		}
		p := f.src.PollRead(cx, &f.reading, f.buf[:])
		if !p.Ready {
			f.free()
			return rt.Pending[int64]()
		}
		f.from, f.to = 0, p.Value
		switch {
		case p.Err == io.EOF:
			return f.finish(nil)
		case p.Err != nil:
			return f.finish(p.Err)
		}
	}
}

// free gives the buffer back.
func (f *CopyFuture) free() {
	if f.buf != nil {
		copyBuffers.Put(f.buf)
		f.buf = nil
	}
}

// Progress returns how many bytes were written so far.
func (f *CopyFuture) Progress() int64 { return f.written }

// finish ends the future and lets go of what it holds.
func (f *CopyFuture) finish(err error) rt.Poll[int64] {
	f.free()
	f.dst, f.src = nil, nil
	return rt.Finish(f.written, err)
}

// Cancel gives up copying.
func (f *CopyFuture) Cancel() {
	if f.src != nil {
		f.src.CancelRead(&f.reading)
		f.dst.CancelWrite(&f.writing)
		f.free()
		f.dst, f.src = nil, nil
	}
}

// Await waits for the future and returns the number of bytes written.
func (f *CopyFuture) Await() (int64, error) {
	p := rt.Block(f, (*CopyFuture).Poll)
	return p.Value, p.Err
}
