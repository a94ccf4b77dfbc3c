package aio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/asyncgen/asyncgen/rt"
)

// A FrameFormat says how frames are told apart in a stream: each is preceded by its length.
// For frames that end with a delimiter there are [BufReader.ReadSlice] and [BufReader.ReadLine].
type FrameFormat struct {
	// LengthBytes is how many bytes the length takes: 1, 2, 4 or 8. Zero stands for 4.
	LengthBytes int
	// LittleEndian has the lowest byte of the length come first. Otherwise it comes last.
	LittleEndian bool
	// Max is the longest frame that is read or written; others fail with [ErrTooLong]. Zero
	// stands for 1 MiB.
	Max int
}

// complete fills in what stands for zero. It panics if there is no such format.
func (f FrameFormat) complete() FrameFormat {
	switch f.LengthBytes {
	case 0:
		f.LengthBytes = 4
	case 1, 2, 4, 8:
	default:
		panic(fmt.Sprintf("aio: a length of %d bytes", f.LengthBytes))
	}
	if f.Max == 0 {
		f.Max = 1 << 20
	}
	return f
}

// order is how the bytes of a length follow each other.
func (f *FrameFormat) order() binary.ByteOrder {
	if f.LittleEndian {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// length reads a length.
func (f *FrameFormat) length(b []byte) uint64 {
	switch f.LengthBytes {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(f.order().Uint16(b))
	case 4:
		return uint64(f.order().Uint32(b))
	}
	return f.order().Uint64(b)
}

// put writes a length.
func (f *FrameFormat) put(b []byte, n int) {
	switch f.LengthBytes {
	case 1:
		b[0] = byte(n)
	case 2:
		f.order().PutUint16(b, uint16(n))
	case 4:
		f.order().PutUint32(b, uint32(n))
	default:
		f.order().PutUint64(b, uint64(n))
	}
}

// fits reports whether a frame may have that length.
func (f *FrameFormat) fits(n uint64) bool {
	return n <= uint64(f.Max) && (f.LengthBytes == 8 || n < 1<<(8*f.LengthBytes))
}

// A FrameReader reads frames. Canceling its operations loses nothing: what was read of a frame
// is there for the next one.
type FrameReader struct {
	in     *BufReader
	format FrameFormat
	// long is a frame that does not fit into the buffer, as far as it was read, and want is
	// its length. Nil: there is none.
	long []byte
	want int
}

// NewFrameReader returns a FrameReader. The BufReader may be used for other things between
// frames.
func NewFrameReader(in *BufReader, format FrameFormat) *FrameReader {
	return &FrameReader{in: in, format: format.complete()}
}

// Next returns a future of the next frame, which is valid until the next operation. At the end
// of the stream it fails with [io.EOF], in the middle of a frame with [io.ErrUnexpectedEOF]. A
// frame that is too long fails with [ErrTooLong], and so does every Next from then on.
//
//async:new
func (r *FrameReader) Next() *FrameFuture { return &FrameFuture{r: r} }

// A FrameFuture is the future of [FrameReader.Next].
type FrameFuture struct {
	rt.Pin
	r    *FrameReader // nil when it is done
	turn rt.Turn
}

// Poll reads until there is a frame.
func (f *FrameFuture) Poll(cx *rt.Context) rt.Poll[[]byte] {
	if f.r == nil {
		panic(rt.Completed("aio.FrameReader.Next"))
	}
	if f.r.in.busy(&f.turn) {
		p := refuse[[]byte](cx, rt.ErrBusy)
		if p.Ready {
			f.r = nil
		}
		return p
	}
	for {
		frame, ok, err := f.r.next()
		if ok || err != nil {
			f.Cancel()
			return rt.Finish(frame, err)
		}
		p := f.r.poll(cx, &f.turn)
		if !p.Ready {
			return rt.Pending[[]byte]()
		}
		if p.Err != nil {
			if p.Err == io.EOF && (f.r.long != nil || f.r.in.Buffered() > 0) {
				p.Err = io.ErrUnexpectedEOF
			}
			f.r = nil
			return rt.Fail[[]byte](p.Err)
		}
	}
}

// Cancel gives up.
func (f *FrameFuture) Cancel() {
	if f.r != nil {
		f.r.in.CancelRead(&f.turn)
		f.r = nil
	}
}

// Await waits for the future.
func (f *FrameFuture) Await() ([]byte, error) {
	p := rt.Block(f, (*FrameFuture).Poll)
	return p.Value, p.Err
}

// next returns a frame that was read whole.
func (r *FrameReader) next() (frame []byte, ok bool, err error) {
	if r.long != nil {
		if len(r.long) < r.want {
			return nil, false, nil
		}
		frame, r.long = r.long, nil
		return frame, true, nil
	}
	head := r.format.LengthBytes
	if r.in.Buffered() < head {
		return nil, false, nil
	}
	n := r.format.length(r.in.data())
	switch {
	case !r.format.fits(n):
		return nil, false, ErrTooLong
	case head+int(n) <= r.in.Buffered():
		return r.in.take(head + int(n))[head:], true, nil
	case head+int(n) > r.in.size:
		r.in.take(head)
		r.want = int(n)
		r.long = append(make([]byte, 0, 2*r.in.size), r.in.take(r.in.Buffered())...)
	}
	return nil, false, nil
}

// poll reads more.
func (r *FrameReader) poll(cx *rt.Context, turn *rt.Turn) rt.Poll[int] {
	if r.long == nil {
		return r.in.pollFill(cx, turn)
	}
	// The frame's memory grows with what has come of it, so that a length alone gets nobody
	// much memory.
	if len(r.long) == cap(r.long) {
		longer := make([]byte, len(r.long), min(2*cap(r.long), r.want))
		copy(longer, r.long)
		r.long = longer
	}
	p := r.in.PollRead(cx, turn, r.long[len(r.long):min(cap(r.long), r.want)])
	r.long = r.long[:len(r.long)+p.Value]
	return p
}

// A FrameWriter writes frames into a [BufWriter], which has to be flushed.
type FrameWriter struct {
	out    *BufWriter
	format FrameFormat
	torn   bool // a frame was written in part, and nobody goes on with it
}

// ErrTorn is the error of a [FrameWriter] that has written a part of a frame and not the rest, since the
// Write was canceled or has failed. Whoever reads would take the next frame for the rest.
var ErrTorn = errors.New("aio: a part of a frame was written, and not the rest")

// NewFrameWriter returns a FrameWriter. The BufWriter may be used for other things between
// frames.
func NewFrameWriter(out *BufWriter, format FrameFormat) *FrameWriter {
	return &FrameWriter{out: out, format: format.complete()}
}

// Write returns a future of writing a frame. Canceling a Write of one that fits into the
// buffer writes it whole or not at all; of one that is longer, a part may have been written,
// so that the stream is of no use any more, and every Write from then on fails with [ErrTorn].
//
//async:new
func (w *FrameWriter) Write(frame []byte) *FrameWriteFuture {
	return &FrameWriteFuture{w: w, frame: frame}
}

// A FrameWriteFuture is the future of [FrameWriter.Write].
type FrameWriteFuture struct {
	rt.Pin
	w     *FrameWriter // nil when it is done
	frame []byte       // what is to be written of it
	begun bool         // the length was written
	turn  rt.Turn
}

// Poll writes as much as there is room for.
func (f *FrameWriteFuture) Poll(cx *rt.Context) rt.Poll[struct{}] {
	if f.w == nil {
		panic(rt.Completed("aio.FrameWriter.Write"))
	}
	format, out := &f.w.format, f.w.out
	switch {
	case out.busy(&f.turn):
		p := refuse[struct{}](cx, rt.ErrBusy)
		if p.Ready {
			f.finish(p.Err)
		}
		return p
	case f.w.torn && !f.begun:
		return f.finish(ErrTorn)
	case !format.fits(uint64(len(f.frame))):
		return f.finish(ErrTooLong)
	}
	if !f.begun {
		// The whole frame, if that is possible, or else an empty buffer.
		if room := format.LengthBytes + len(f.frame); room > out.Available() && out.Buffered() > 0 {
			if p := out.pollFlush(cx, &f.turn); !p.Ready {
				return p
			} else if p.Err != nil {
				return f.finish(p.Err)
			}
		}
		var head [8]byte
		format.put(head[:], len(f.frame))
		out.add(head[:format.LengthBytes])
		f.begun = true
	}
	for len(f.frame) > 0 {
		p := out.PollWrite(cx, &f.turn, f.frame)
		if !p.Ready {
			return rt.Pending[struct{}]()
		}
		f.frame = f.frame[p.Value:]
		if p.Err == nil && p.Value == 0 {
			p.Err = io.ErrNoProgress
		}
		if p.Err != nil {
			return f.finish(p.Err)
		}
	}
	return f.finish(nil)
}

// finish ends the future and lets go of what it holds.
func (f *FrameWriteFuture) finish(err error) rt.Poll[struct{}] {
	f.w.torn = f.w.torn || f.begun && len(f.frame) > 0
	f.w, f.frame = nil, nil
	return rt.Finish(struct{}{}, err)
}

// Cancel gives up.
func (f *FrameWriteFuture) Cancel() {
	if f.w != nil {
		f.w.out.CancelWrite(&f.turn)
		f.finish(nil)
	}
}

// Await waits for the future.
func (f *FrameWriteFuture) Await() error { return rt.Block(f, (*FrameWriteFuture).Poll).Err }
