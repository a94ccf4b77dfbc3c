package aio

import (
	"io"

	"github.com/asyncgen/asyncgen/rt"
)

// A BufWriter collects small pieces and writes them together. Nothing is sure to be written
// before a Flush. One operation may be under way at a time, and another one meanwhile fails with
// [rt.ErrBusy]. It belongs to one task at a time.
//
// Its buffer is one that it borrows while there is something in it. (That goes for buffers of
// the usual size.)
type BufWriter struct {
	dst  Writer
	buf  []byte // nil while it has none
	from int    // what is to be written: from here
	to   int    // to here
	size int

	waiting *rt.Turn // of the operation that is under way; nil: none
}

// NewBufWriter returns a BufWriter with a buffer of 4 KiB.
func NewBufWriter(dst Writer) *BufWriter { return &BufWriter{dst: dst, size: bufferSize} }

// NewBufWriterSize returns a BufWriter with a buffer of that many bytes, at least 16.
func NewBufWriterSize(dst Writer, size int) *BufWriter {
	return &BufWriter{dst: dst, size: max(size, 16)}
}

// Buffered returns how many bytes are in the buffer.
func (b *BufWriter) Buffered() int { return b.to - b.from }

// Available returns how many bytes can be written without waiting.
func (b *BufWriter) Available() int { return b.size - b.Buffered() }

// TryWrite writes p if that is possible without waiting, also for an operation that is under way. It
// reports whether it did.
func (b *BufWriter) TryWrite(p []byte) bool {
	if b.waiting != nil || len(p) > b.Available() {
		return false
	}
	b.add(p)
	return true
}

// add puts as much of p into the buffer as there is room for, and returns how much.
func (b *BufWriter) add(p []byte) int {
	if b.buf == nil && len(p) > 0 {
		if b.size == bufferSize {
			b.buf = buffers.Get().(*buffer)[:]
		} else {
			b.buf = make([]byte, b.size)
		}
	}
	if b.from > 0 && len(b.buf)-b.to < len(p) {
		b.to = copy(b.buf, b.buf[b.from:b.to])
		b.from = 0
	}
	n := copy(b.buf[b.to:], p)
	b.to += n
	return n
}

// busy reports whether another operation than that of turn is under way.
func (b *BufWriter) busy(turn *rt.Turn) bool { return b.waiting != nil && b.waiting != turn }

// pollDest writes to the destination.
func (b *BufWriter) pollDest(cx *rt.Context, turn *rt.Turn, p []byte) rt.Poll[int] {
	done := b.dst.PollWrite(cx, turn, p)
	if b.waiting = nil; !done.Ready {
		b.waiting = turn
	}
	return done
}

// pollFlush writes all that is in the buffer.
func (b *BufWriter) pollFlush(cx *rt.Context, turn *rt.Turn) rt.Poll[struct{}] {
	for b.Buffered() > 0 {
		p := b.pollDest(cx, turn, b.buf[b.from:b.to])
		if !p.Ready {
			return rt.Pending[struct{}]()
		}
		b.from += p.Value
		if p.Err == nil && p.Value == 0 {
			p.Err = io.ErrNoProgress
		}
		if p.Err != nil {
			return rt.Fail[struct{}](p.Err)
		}
	}
	if b.buf != nil && b.from == b.to {
		b.from, b.to = 0, 0
		if b.size == bufferSize {
			buffers.Put((*buffer)(b.buf))
			b.buf = nil
		}
	}
	return rt.Ready(struct{}{})
}

// PollWrite makes a BufWriter a [Writer]. It waits only if the buffer is full.
func (b *BufWriter) PollWrite(cx *rt.Context, turn *rt.Turn, p []byte) rt.Poll[int] {
	switch {
	case b.busy(turn):
		return refuse[int](cx, rt.ErrBusy)
	case len(p) >= b.size && b.Buffered() == 0:
		return b.pollDest(cx, turn, p) // without a detour
	case b.Available() == 0:
		if done := b.pollFlush(cx, turn); !done.Ready || done.Err != nil {
			return rt.Poll[int]{Err: done.Err, Ready: done.Ready}
		}
	}
	b.CancelWrite(turn) // of an earlier poll with another piece
	return rt.Ready(b.add(p))
}

// CancelWrite ends an operation of PollWrite that is under way.
func (b *BufWriter) CancelWrite(turn *rt.Turn) {
	if b.waiting == turn {
		b.waiting = nil
	}
	b.dst.CancelWrite(turn)
}

// Write returns a future of putting p into the buffer, which is written when it is full. The
// value is how much was taken. If there is room for p in the buffer it is taken as a whole and
// without waiting, otherwise a canceled Write may have taken a part.
//
//async:new
func (b *BufWriter) Write(p []byte) *WriteFuture { return &WriteFuture{w: b, buf: p, all: true} }

// Flush returns a future of writing what is in the buffer. If it fails or is canceled, what was
// not written is still there, and Flush can be called again. Where a canceled write may have written, as
// to a pipe of package afs, that is written again.
//
//async:new
func (b *BufWriter) Flush() *FlushFuture { return &FlushFuture{b: b} }

// A FlushFuture is the future of [BufWriter.Flush].
type FlushFuture struct {
	rt.Pin
	b    *BufWriter // nil when it is done
	turn rt.Turn
}

// Poll writes as much as there is room for.
func (f *FlushFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if f.b == nil {
		panic(rt.Completed("aio.BufWriter.Flush"))
	}
	p := rt.Poll[struct{}]{}
	if f.b.busy(&f.turn) {
		p = refuse[struct{}](cx, rt.ErrBusy)
	} else {
		p = f.b.pollFlush(cx, &f.turn)
	}
	if p.Ready {
		f.b = nil
	}
	return p
}

// Cancel gives up.
func (f *FlushFuture) Cancel() {
	if f.b != nil {
		f.b.CancelWrite(&f.turn)
		f.b = nil
	}
}

// Await waits for the future.
func (f *FlushFuture) Await() error { return rt.Block(f, (*FlushFuture).Poll).Err }
