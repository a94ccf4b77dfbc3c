package aio

import (
	"io"
	"sync"

	"github.com/asyncgen/asyncgen/rt"
)

// Pipe returns the two ends of a connection in memory, for tests and for tasks that talk to
// each other in bytes. Each direction holds up to size bytes, at least one; a writer waits for
// room. Ends behave as connections do: one reader and one writer at a time, [io.EOF] after
// the last byte, [io.ErrClosedPipe] for writing to an end that is closed, or using one's own.
func Pipe(size int) (*PipeEnd, *PipeEnd) {
	a, b := &direction{size: max(size, 1)}, &direction{size: max(size, 1)}
	return &PipeEnd{in: a, out: b}, &PipeEnd{in: b, out: a}
}

// A PipeEnd is one end of a [Pipe]. Its methods may be called from any goroutine.
type PipeEnd struct{ in, out *direction }

// A direction is what one end writes and the other reads.
type direction struct {
	mu   sync.Mutex
	size int
	buf  []byte // a ring of size bytes, allocated by the first write
	from int    // the next byte to be read
	n    int    // how many there are

	reading, writing bool     // an operation is under way
	reader, writer   rt.Waker // of these
	ended            bool     // nothing more will be written
	closed           bool     // nothing more will be read
}

// PollRead reads what is there.
func (e *PipeEnd) PollRead(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	d := e.in
	if !bool(*turn) && len(b) > 0 && !cx.Spend() {
		return rt.Pending[int]()
	}
	d.mu.Lock()
	if err := take(cx, turn, &d.reading, &d.reader, d.closed); err != nil {
		d.mu.Unlock()
		return rt.Fail[int](err)
	}
	if len(b) > 0 && d.n == 0 && !d.ended {
		d.reader = cx.Waker()
		d.mu.Unlock()
		return rt.Pending[int]()
	}
	n := d.read(b)
	drop(turn, &d.reading, &d.reader)
	wake := rt.Waker{}
	if n > 0 {
		wake, d.writer = d.writer, rt.Waker{}
	}
	d.mu.Unlock()
	cx.Wake(wake)
	if n == 0 && len(b) > 0 {
		return rt.Fail[int](io.EOF)
	}
	return rt.Ready(n)
}

// PollWrite writes what there is room for.
func (e *PipeEnd) PollWrite(cx *rt.Context, turn *rt.Turn, b []byte) rt.Poll[int] {
	d := e.out
	if !bool(*turn) && len(b) > 0 && !cx.Spend() {
		return rt.Pending[int]()
	}
	d.mu.Lock()
	if err := take(cx, turn, &d.writing, &d.writer, d.ended || d.closed); err != nil {
		d.mu.Unlock()
		return rt.Fail[int](err)
	}
	if len(b) > 0 && d.n == d.size {
		d.writer = cx.Waker()
		d.mu.Unlock()
		return rt.Pending[int]()
	}
	n := d.write(b)
	drop(turn, &d.writing, &d.writer)
	wake := rt.Waker{}
	if n > 0 {
		wake, d.reader = d.reader, rt.Waker{}
	}
	d.mu.Unlock()
	cx.Wake(wake)
	return rt.Ready(n)
}

// take gives the turn to an operation that does not hold it. With an error the operation is
// over.
func take(cx *rt.Context, turn *rt.Turn, busy *bool, waker *rt.Waker, closed bool) error {
	err := cx.Stopped()
	switch {
	case !bool(*turn) && *busy:
		return rt.ErrBusy
	case closed:
		err = io.ErrClosedPipe
	}
	if err != nil {
		drop(turn, busy, waker)
		return err
	}
	*turn, *busy = true, true
	return nil
}

// drop ends an operation.
func drop(turn *rt.Turn, busy *bool, waker *rt.Waker) {
	if *turn {
		*turn, *busy, *waker = false, false, rt.Waker{}
	}
}

// read moves bytes out of the ring.
func (d *direction) read(b []byte) (n int) {
	for n < len(b) && d.n > 0 {
		k := copy(b[n:], d.buf[d.from:min(d.from+d.n, d.size)])
		n += k
		d.n -= k
		d.from = (d.from + k) % d.size
	}
	return n
}

// write moves bytes into the ring.
func (d *direction) write(b []byte) (n int) {
	if d.buf == nil && len(b) > 0 {
		d.buf = make([]byte, d.size)
	}
	for n < len(b) && d.n < d.size {
		at := (d.from + d.n) % d.size
		k := copy(d.buf[at:min(at+d.size-d.n, d.size)], b[n:])
		n += k
		d.n += k
	}
	return n
}

// CancelRead ends a PollRead that is under way. It loses nothing.
func (e *PipeEnd) CancelRead(turn *rt.Turn) {
	if *turn {
		e.in.mu.Lock()
		drop(turn, &e.in.reading, &e.in.reader)
		e.in.mu.Unlock()
	}
}

// CancelWrite ends a PollWrite that is under way, which has written nothing.
func (e *PipeEnd) CancelWrite(turn *rt.Turn) {
	if *turn {
		e.out.mu.Lock()
		drop(turn, &e.out.writing, &e.out.writer)
		e.out.mu.Unlock()
	}
}

// CloseWrite ends what goes out: the other end reads the rest and then [io.EOF].
func (e *PipeEnd) CloseWrite() error { return e.out.close(&e.out.ended) }

// CloseRead ends what comes in: the other end cannot write any more.
func (e *PipeEnd) CloseRead() error { return e.in.close(&e.in.closed) }

// Close ends both directions. If both were closed it fails with [io.ErrClosedPipe].
func (e *PipeEnd) Close() error {
	in, out := e.CloseRead(), e.CloseWrite()
	if in != nil && out != nil {
		return io.ErrClosedPipe
	}
	return nil
}

// close sets a flag, if it is not set, and wakes whoever may want to know.
func (d *direction) close(flag *bool) error {
	d.mu.Lock()
	if *flag {
		d.mu.Unlock()
		return io.ErrClosedPipe
	}
	*flag = true
	reader, writer := d.reader, d.writer
	d.reader, d.writer = rt.Waker{}, rt.Waker{}
	d.mu.Unlock()
	reader.Wake()
	writer.Wake()
	return nil
}
