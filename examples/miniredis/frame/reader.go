package frame

import (
	"bytes"
	"io"

	"github.com/asyncgen/asyncgen/rt/aio"
)

//go:generate go tool asyncgen

// A Reader reads commands, or frames, from a stream. It belongs to one task at a time, and
// operations that are canceled lose nothing.
//
// While nothing is there to be read it has no buffer.
type Reader struct {
	in *aio.BufReader
	// data is what was read and not yet taken. It lies in the buffer of in, until more has
	// to be read; what is incomplete then is copied into memory of its own.
	data []byte
	own  bool // data lies in memory of its own

	command commandParser
	frame   frameScanner
	args    [][]byte // of the last command: its memory is used again
}

// directSize is how much must be missing to read it without a detour.
const directSize = 16 << 10

// NewReader returns a Reader.
func NewReader(src aio.Reader) *Reader { return &Reader{in: aio.NewBufReader(src)} }

// NextCommand returns the arguments of the next command if all of it was read, otherwise false.
// They are valid until the next operation. The error is a [ProtocolError].
func (r *Reader) NextCommand() (args [][]byte, ok bool, err error) {
	for len(r.data) > 0 {
		args, size, err := r.command.parse(r.data, r.args[:0])
		if size == 0 {
			return nil, false, err
		}
		r.command.reset()
		r.args = args[:0]
		if cap(args) > 64 {
			r.args = nil
		}
		r.data = r.data[size:]
		if len(args) > 0 { // there are commands without any words, which mean nothing
			return args, true, nil
		}
	}
	return nil, false, nil
}

// ReadCommand waits for the next command. At the end of the stream it fails with [io.EOF], also
// if that is in the middle of a command, which cannot mean anything then.
//
//async:func
func (r *Reader) ReadCommand() ([][]byte, error) {
	for {
		args, ok, err := r.NextCommand()
		if ok || err != nil {
			return args, err
		}
		if err := r.FillAsync().Await(); err != nil {
			return nil, err
		}
	}
}

// NextFrame returns the next frame if all of it was read, otherwise false. The frame has memory of
// its own.
func (r *Reader) NextFrame() (f Frame, ok bool, err error) {
	size, err := r.frame.scan(r.data)
	if size == 0 {
		return f, false, err
	}
	r.frame = frameScanner{}
	f, _, err = parse(bytes.Clone(r.data[:size]), 0)
	r.data = r.data[size:]
	return f, err == nil, err
}

// ReadFrame waits for the next frame. At the end of the stream it fails with [io.EOF], in the
// middle of a frame with [io.ErrUnexpectedEOF].
//
//async:func
func (r *Reader) ReadFrame() (Frame, error) {
	for {
		f, ok, err := r.NextFrame()
		if ok || err != nil {
			return f, err
		}
		err = r.FillAsync().Await()
		if err == io.EOF && len(r.data) > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return f, err
		}
	}
}

// Fill waits for more bytes of the stream.
//
//async:func
func (r *Reader) Fill() error {
	r.keep()
	if missing := r.command.missing(len(r.data)); missing >= directSize {
		n, err := aio.Read(r.in, r.room(missing)).Await()
		r.data = r.data[:len(r.data)+n]
		return err
	}
	chunk, err := r.in.ReadSome().Await()
	r.add(chunk)
	return err
}

// keep copies what was read and not taken, since the buffer is about to be used again.
func (r *Reader) keep() {
	switch {
	case len(r.data) == 0:
		r.data, r.own = nil, false
	case !r.own:
		r.data, r.own = bytes.Clone(r.data), true
	}
}

// add adds a chunk to what was read.
func (r *Reader) add(chunk []byte) {
	if r.own {
		r.data = append(r.data, chunk...)
	} else {
		r.data = chunk
	}
}

// room returns memory behind what was read, for that many bytes or as many as there are so far:
// a length alone gets nobody much memory.
func (r *Reader) room(missing int) []byte {
	if free := cap(r.data) - len(r.data); free < min(missing, directSize) {
		more := make([]byte, len(r.data), len(r.data)+min(missing, max(directSize, len(r.data))))
		copy(more, r.data)
		r.data = more
	}
	return r.data[len(r.data):min(cap(r.data), len(r.data)+missing)]
}
