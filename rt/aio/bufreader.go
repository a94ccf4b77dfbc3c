package aio

import (
	"bytes"
	"io"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// A BufReader reads ahead, so that small pieces cost little, and can look at what comes
// without taking it. One operation may be under way at a time, and another one meanwhile fails with
// [rt.ErrBusy]; they all may be canceled without losing anything. It belongs to one task at a time.
//
// It borrows its buffer while there is something in it: one that waits with nothing read costs
// a few words. (That goes for buffers of the usual size.)
type BufReader struct {
	src     Reader
	buf     []byte // nil while it has none; what was read so far, of size bytes
	from    int    // how much of that was taken
	size    int
	waiting *rt.Turn // of the operation that is under way; nil: none
}

// bufferSize is the usual size of a buffer.
const bufferSize = 4 << 10

// A buffer is one of the usual size.
type buffer [bufferSize]byte

// buffers are those that nobody uses.
var buffers = sync.Pool{New: func() any { return new(buffer) }}

// NewBufReader returns a BufReader with a buffer of 4 KiB.
func NewBufReader(src Reader) *BufReader { return &BufReader{src: src, size: bufferSize} }

// NewBufReaderSize returns a BufReader with a buffer of that many bytes, at least 16. Lines, and
// what Peek can show, are no longer.
func NewBufReaderSize(src Reader, size int) *BufReader {
	return &BufReader{src: src, size: max(size, 16)}
}

// Buffered returns how many bytes can be read without waiting.
func (b *BufReader) Buffered() int { return len(b.buf) - b.from }

// Size returns the size of the buffer.
func (b *BufReader) Size() int { return b.size }

// data returns what is in the buffer.
func (b *BufReader) data() []byte { return b.buf[b.from:] }

// take removes the first n bytes from the buffer and returns them. They stay where they are
// until the buffer is filled again.
func (b *BufReader) take(n int) []byte {
	data := b.buf[b.from : b.from+n]
	b.from += n
	return data
}

// busy reports whether another operation than that of turn is under way.
func (b *BufReader) busy(turn *rt.Turn) bool { return b.waiting != nil && b.waiting != turn }

// pollSource reads from the source.
func (b *BufReader) pollSource(cx *rt.Context, turn *rt.Turn, into []byte) rt.Poll[int] {
	p := b.src.PollRead(cx, turn, into)
	if b.waiting = nil; !p.Ready {
		b.waiting = turn
	}
	return p
}

// pollFill reads more into the buffer, which is not full. The value is how much.
func (b *BufReader) pollFill(cx *rt.Context, turn *rt.Turn) rt.Poll[int] {
	if b.buf == nil {
		b.borrow()
	} else if b.from > 0 {
		b.buf = b.buf[:copy(b.buf, b.data())]
		b.from = 0
	}
	n := len(b.buf)
	p := b.pollSource(cx, turn, b.buf[n:b.size])
	if b.buf = b.buf[:n+p.Value]; len(b.buf) == 0 {
		b.giveBack()
	}
	return p
}

// borrow gets an empty buffer.
func (b *BufReader) borrow() {
	if b.size == bufferSize {
		b.buf = buffers.Get().(*buffer)[:0]
	} else {
		b.buf = make([]byte, 0, b.size)
	}
}

// giveBack does without a buffer, if it is one that others can use.
func (b *BufReader) giveBack() {
	if b.from = 0; b.size == bufferSize {
		buffers.Put((*buffer)(b.buf[:bufferSize]))
		b.buf = nil
	}
}

// PollRead makes a BufReader a [Reader]. What is in the buffer comes first.
func (b *BufReader) PollRead(cx *rt.Context, turn *rt.Turn, into []byte) rt.Poll[int] {
	if b.busy(turn) {
		return refuse[int](cx, rt.ErrBusy)
	}
	if b.Buffered() == 0 && len(into) > 0 {
		if len(into) >= b.size {
			return b.pollSource(cx, turn, into) // without a detour
		}
		if p := b.pollFill(cx, turn); !p.Ready || p.Err != nil && b.Buffered() == 0 {
			return p
		}
	}
	b.CancelRead(turn) // of an earlier poll with another buffer
	return rt.Ready(copy(into, b.take(min(len(into), b.Buffered()))))
}

// CancelRead ends an operation of PollRead that is under way.
func (b *BufReader) CancelRead(turn *rt.Turn) {
	if b.waiting == turn {
		b.waiting = nil
	}
	b.src.CancelRead(turn)
}

// refuse is the poll of an operation that cannot be begun.
func refuse[T any](cx *rt.Context, err error) rt.Poll[T] {
	if !cx.Spend() {
		return rt.Pending[T]()
	}
	return rt.Fail[T](err)
}

// A BufFuture is the future of an operation of a [BufReader]. It takes nothing out of the
// buffer before it is ready.
type BufFuture[T any] struct {
	rt.Pin
	b     *BufReader // nil when it is done
	arg   int        // what step wants to know
	found int        // how much of the buffer step has looked at in vain
	step  bufStep[T]
	turn  rt.Turn
}

// A bufStep looks whether what it wants is in the buffer, and takes it if so. Otherwise it
// reports false, unless err says that no more will come, for now: then it must decide.
type bufStep[T any] func(b *BufReader, arg int, found *int, err error) (v T, ok bool, result error)

// Poll reads until there is enough in the buffer.
func (f *BufFuture[T]) Poll(cx *rt.Context) rt.Poll[T] {
	if f.b == nil {
		panic(rt.Completed("aio.BufReader"))
	}
	if f.b.busy(&f.turn) {
		p := refuse[T](cx, rt.ErrBusy)
		if p.Ready {
			f.b = nil
		}
		return p
	}
	var err error
	for {
		v, ok, result := f.step(f.b, f.arg, &f.found, err)
		if ok || err != nil {
			f.Cancel()
			return rt.Finish(v, result)
		}
		p := f.b.pollFill(cx, &f.turn)
		if !p.Ready {
			return rt.Pending[T]()
		}
		err = p.Err
	}
}

// Cancel gives up.
func (f *BufFuture[T]) Cancel() {
	if f.b != nil {
		f.b.CancelRead(&f.turn)
		f.b = nil
	}
}

// Await waits for the future.
func (f *BufFuture[T]) Await() (T, error) {
	p := rt.Block(f, (*BufFuture[T]).Poll)
	return p.Value, p.Err
}

// Peek returns a future of the next n bytes, which stay in the stream. They may be looked at
// until the next operation. If the stream ends, or fails, before, it fails and the value is
// what there is. More than the buffer's size fails with [ErrTooLong].
//
//async:new
func (b *BufReader) Peek(n int) *BufFuture[[]byte] {
	return &BufFuture[[]byte]{b: b, arg: n, step: peekStep}
}

func peekStep(b *BufReader, n int, _ *int, err error) ([]byte, bool, error) {
	switch {
	case n > b.size:
		return nil, true, ErrTooLong
	case n <= b.Buffered():
		return b.data()[:max(n, 0)], true, nil
	}
	return b.data(), err != nil, err
}

// Discard returns a future of dropping the next n bytes; n is at most the buffer's size, more
// fails with [ErrTooLong]. If the stream ends before, nothing is dropped.
//
//async:new
func (b *BufReader) Discard(n int) *BufFuture[int] {
	return &BufFuture[int]{b: b, arg: n, step: discardStep}
}

func discardStep(b *BufReader, n int, found *int, err error) (int, bool, error) {
	data, ok, err := peekStep(b, n, found, err)
	if !ok || err != nil {
		return 0, ok, err
	}
	return len(b.take(len(data))), true, nil
}

// Byte returns a future of the next byte.
//
//async:new
func (b *BufReader) Byte() *BufFuture[byte] { return &BufFuture[byte]{b: b, step: byteStep} }

func byteStep(b *BufReader, _ int, _ *int, err error) (byte, bool, error) {
	if b.Buffered() == 0 {
		return 0, false, err
	}
	return b.take(1)[0], true, nil
}

// ReadN returns a future of the next n bytes, which are valid until the next operation. It is
// like Peek but takes them, and takes nothing if there are not enough: it fails then with
// [io.EOF] if there are none and with [io.ErrUnexpectedEOF] if there are some.
//
//async:new
func (b *BufReader) ReadN(n int) *BufFuture[[]byte] {
	return &BufFuture[[]byte]{b: b, arg: n, step: readStep}
}

func readStep(b *BufReader, n int, found *int, err error) ([]byte, bool, error) {
	data, ok, err := peekStep(b, n, found, err)
	switch {
	case !ok:
		return nil, false, nil
	case err == io.EOF && len(data) > 0:
		return nil, true, io.ErrUnexpectedEOF
	case err != nil:
		return nil, true, err
	}
	return b.take(len(data)), true, nil
}

// ReadSome returns a future of whatever is there, at least a byte, valid until the next
// operation. It is Read without a buffer of the caller's: while it waits there is none at all.
//
//async:new
func (b *BufReader) ReadSome() *BufFuture[[]byte] { return &BufFuture[[]byte]{b: b, step: someStep} }

func someStep(b *BufReader, _ int, _ *int, err error) ([]byte, bool, error) {
	if n := b.Buffered(); n > 0 {
		return b.take(n), true, nil
	}
	return nil, err != nil, err
}

// ReadSlice returns a future of what comes up to the next delim and with it, valid until the
// next operation. If the buffer is full without one it fails with [ErrTooLong] and takes
// nothing. At the end of the stream its value is the rest, with [io.EOF].
//
//async:new
func (b *BufReader) ReadSlice(delim byte) *BufFuture[[]byte] {
	return &BufFuture[[]byte]{b: b, arg: int(delim), step: sliceStep}
}

func sliceStep(b *BufReader, delim int, found *int, err error) ([]byte, bool, error) {
	data := b.data()
	if i := bytes.IndexByte(data[*found:], byte(delim)); i >= 0 {
		return b.take(*found + i + 1), true, nil
	}
	*found = len(data)
	switch {
	case len(data) == b.size:
		return nil, true, ErrTooLong
	case err == io.EOF:
		return b.take(len(data)), true, err
	}
	return nil, err != nil, err
}

// ReadLine returns a future of the next line without its end, "\n" or "\r\n", valid until the
// next operation. The last line need not have an end. A line that does not fit into the buffer
// fails with [ErrTooLong], and stays.
//
//async:new
func (b *BufReader) ReadLine() *BufFuture[[]byte] {
	return &BufFuture[[]byte]{b: b, arg: '\n', step: lineStep}
}

func lineStep(b *BufReader, delim int, found *int, err error) ([]byte, bool, error) {
	line, ok, err := sliceStep(b, delim, found, err)
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
		if n > 1 && line[n-2] == '\r' {
			line = line[:n-2]
		}
	}
	return line, ok, err
}
