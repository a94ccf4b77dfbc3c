package http1

import (
	"bytes"
	"io"
)

// A Body takes the body of a message out of the [Buffer] behind its head. It is the reading side of
// Content-Length, of chunks, and of bodies that end with the connection.
type Body struct {
	// Trailer are the fields behind a chunked body, known at its end. They are copies.
	Trailer Fields

	state   bodyState
	left    int64 // of the body, or of the chunk
	budget  int64 // how many bytes of chunks may come yet; -1: any number
	trailer int   // how many bytes of a trailer may come yet
}

// A bodyState is what comes next.
type bodyState uint8

const (
	bodyDone  bodyState = iota // nothing
	bodyPlain                  // left bytes
	bodyToEnd                  // all until the connection ends
	chunkSize                  // the line with the size of a chunk
	chunkData                  // left bytes of a chunk
	chunkEnd                   // the end of the line behind the bytes
	trailer                    // a line of the trailer, or the empty one behind it
)

// maxSizeLine bounds a line with a chunk's size and extensions, which are dropped.
const maxSizeLine = 256

// newBody returns a body of that length; -1: it is chunked.
func newBody(length int64, limits Limits) Body {
	switch {
	case length < 0:
		return Body{state: chunkSize, budget: limits.Body, trailer: limits.Head}
	case length == 0:
		return Body{}
	}
	return Body{state: bodyPlain, left: length}
}

// Done reports whether all of the body was taken.
func (b *Body) Done() bool { return b.state == bodyDone }

// Left returns how many bytes follow at least, as far as is known; -1: that is not known.
func (b *Body) Left() int64 {
	switch b.state {
	case bodyDone:
		return 0
	case bodyPlain:
		return b.left
	}
	return -1
}

// Next takes a piece of the body out of the buffer, at most max bytes of what is there. At the end of
// the body the error is [io.EOF]; if there is nothing yet it is [ErrMore].
func (b *Body) Next(in *Buffer, max int) ([]byte, error) {
	for {
		switch b.state {
		case bodyDone:
			return nil, io.EOF
		case bodyPlain, chunkData:
			n := min(int64(in.Len()), b.left, int64(max))
			if n == 0 {
				return nil, ErrMore
			}
			if b.left -= n; b.left == 0 {
				b.state = afterData[b.state]
			}
			return in.Take(int(n)), nil
		case bodyToEnd:
			if in.Len() == 0 {
				return nil, ErrMore
			}
			return in.Take(min(in.Len(), max)), nil
		case chunkSize, chunkEnd, trailer:
			line, err := b.line(in)
			if err != nil {
				return nil, err
			}
			if err := b.frame(line); err != nil {
				return nil, err
			}
		}
	}
}

// afterData is what follows the last byte of data.
var afterData = [...]bodyState{bodyPlain: bodyDone, chunkData: chunkEnd}

// End says that the connection has ended. The error is nil if that is how the body ends.
func (b *Body) End() error {
	if b.state != bodyToEnd && b.state != bodyDone {
		return io.ErrUnexpectedEOF
	}
	b.state = bodyDone
	return nil
}

// line takes a line of the framing out of the buffer.
func (b *Body) line(in *Buffer) ([]byte, error) {
	data := in.Data()
	if b.state == chunkEnd {
		// Nothing but the end of the line may stand here.
		switch {
		case !bytes.HasPrefix(crlf, data[:min(2, len(data))]):
			return nil, errChunkEnd
		case len(data) < 2:
			return nil, ErrMore
		}
		in.Take(2)
		return nil, nil
	}
	limit := maxSizeLine
	if b.state == trailer {
		limit = b.trailer
	}
	n := bytes.IndexByte(data, '\n')
	switch {
	case n > limit, n < 0 && len(data) > limit:
		if b.state == trailer {
			return nil, errHeadTooLarge
		}
		return nil, errChunkSize
	case n < 0:
		return nil, ErrMore
	case n == 0 || data[n-1] != '\r':
		return nil, errBareLF
	}
	return in.Take(n + 1)[:n-1], nil
}

// frame interprets a line of the framing.
func (b *Body) frame(line []byte) error {
	switch b.state {
	case chunkEnd:
		b.state = chunkSize
	case chunkSize:
		n, err := parseChunkSize(line)
		switch {
		case err != nil:
			return err
		case n == 0:
			b.state = trailer
		case b.budget >= 0 && n > b.budget:
			return errBodyTooLarge
		default:
			if b.budget >= 0 {
				b.budget -= n
			}
			b.left, b.state = n, chunkData
		}
	case trailer:
		if len(line) == 0 {
			b.state = bodyDone
			return nil
		}
		b.trailer -= len(line) + 2
		return b.addTrailer(line)
	}
	return nil
}

// addTrailer notes a field of the trailer. What decides about framing or routing came with the head,
// and to let it be changed now would be to let it be smuggled in.
func (b *Body) addTrailer(line []byte) error {
	f, err := parseField(bytes.Clone(line))
	if err != nil || len(b.Trailer) == maxFields {
		return errTrailer
	}
	for _, name := range [...]string{"Content-Length", "Transfer-Encoding", "Host", "Trailer", "Connection"} {
		if equalFold(f.Name, name) {
			return errTrailer
		}
	}
	b.Trailer = append(b.Trailer, f)
	return nil
}

// parseChunkSize parses hexadecimal digits, which may be followed by extensions.
func parseChunkSize(line []byte) (n int64, err error) {
	digits := line
	if i := bytes.IndexByte(line, ';'); i >= 0 {
		digits = line[:i]
		if !all(line[i:], inValue) {
			return 0, errChunkSize
		}
	}
	if len(digits) == 0 || len(digits) > 15 {
		return 0, errChunkSize
	}
	for _, c := range digits {
		d := hexDigit(c)
		if d < 0 {
			return 0, errChunkSize
		}
		n = n<<4 | int64(d)
	}
	return n, nil
}

// hexDigit returns the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
