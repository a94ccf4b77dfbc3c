package frame

import (
	"strconv"
	"strings"

	"github.com/asyncgen/asyncgen/rt/aio"
)

// A Buffer collects frames in memory. The zero Buffer is empty, and speaks RESP2.
type Buffer struct {
	// Bytes is what was collected.
	Bytes []byte
	// Three says that the peer knows RESP3. Otherwise what is not in RESP2 is written as what
	// comes nearest there.
	Three bool
}

// Simple adds a string without line ends.
func (b *Buffer) Simple(s string) { b.line(Simple, s) }

// Error adds an error, a string that begins with a word in capitals. Line ends become spaces, and
// those at its end are dropped.
func (b *Buffer) Error(s string) {
	start := len(b.Bytes) + 1
	b.line(Error, strings.TrimRight(s, "\r\n"))
	text := b.Bytes[start : len(b.Bytes)-2]
	for i, c := range text {
		if c == '\r' || c == '\n' {
			text[i] = ' '
		}
	}
}

// Int adds a number.
func (b *Buffer) Int(n int64) { b.head(Int, n) }

// Bool adds 1 or 0: what is true or false has been a number always.
func (b *Buffer) Bool(v bool) {
	if v {
		b.Int(1)
	} else {
		b.Int(0)
	}
}

// Bulk adds a string.
func (b *Buffer) Bulk(s []byte) {
	b.head(Bulk, int64(len(s)))
	b.Bytes = append(b.Bytes, s...)
	b.Bytes = append(b.Bytes, '\r', '\n')
}

// BulkString is Bulk for a string.
func (b *Buffer) BulkString(s string) {
	b.head(Bulk, int64(len(s)))
	b.Bytes = append(b.Bytes, s...)
	b.Bytes = append(b.Bytes, '\r', '\n')
}

// Verbatim adds a text for people, in RESP2 a Bulk.
func (b *Buffer) Verbatim(s string) {
	if !b.Three {
		b.BulkString(s)
		return
	}
	b.head(Verbatim, int64(len(s)+4))
	b.Bytes = append(b.Bytes, "txt:"...)
	b.Bytes = append(b.Bytes, s...)
	b.Bytes = append(b.Bytes, '\r', '\n')
}

// Double adds a number, in RESP2 as a Bulk.
func (b *Buffer) Double(f float64) {
	text := AppendFloat(nil, f)
	if b.Three {
		b.line(Double, string(text))
	} else {
		b.Bulk(text)
	}
}

// Null adds what stands for a string that is not there.
func (b *Buffer) Null() {
	if b.Three {
		b.Bytes = append(b.Bytes, "_\r\n"...)
	} else {
		b.Bytes = append(b.Bytes, "$-1\r\n"...)
	}
}

// NullList adds what stands for a list that is not there.
func (b *Buffer) NullList() {
	if b.Three {
		b.Null()
	} else {
		b.Bytes = append(b.Bytes, "*-1\r\n"...)
	}
}

// List begins a list of n frames, which are to follow.
func (b *Buffer) List(n int) { b.head(List, int64(n)) }

// Map begins a map of n keys and values, in RESP2 a List.
func (b *Buffer) Map(n int) {
	if b.Three {
		b.head(Map, int64(n))
	} else {
		b.List(2 * n)
	}
}

// Set begins a set, in RESP2 a List.
func (b *Buffer) Set(n int) { b.listLike(Set, n) }

// Push begins a list that answers nothing, in RESP2 a List.
func (b *Buffer) Push(n int) { b.listLike(Push, n) }

func (b *Buffer) listLike(k Kind, n int) {
	if !b.Three {
		k = List
	}
	b.head(k, int64(n))
}

// Command adds a command.
func (b *Buffer) Command(args ...string) {
	b.List(len(args))
	for _, a := range args {
		b.BulkString(a)
	}
}

// Frame adds a frame as it is.
func (b *Buffer) Frame(f Frame) {
	switch f.Kind {
	case Int:
		b.Int(f.Int)
	case Bool:
		b.line(Bool, strconv.FormatBool(f.Int != 0)[:1])
	case Null:
		b.Null()
	case Bulk, BulkError, Verbatim:
		b.head(f.Kind, int64(len(f.Text)))
		b.Bytes = append(b.Bytes, f.Text...)
		b.Bytes = append(b.Bytes, '\r', '\n')
	case List, Set, Push:
		b.head(f.Kind, int64(len(f.List)))
		b.frames(f.List)
	case Map, Attribute:
		b.head(f.Kind, int64(len(f.List)/2))
		b.frames(f.List)
	default:
		b.line(f.Kind, string(f.Text))
	}
}

func (b *Buffer) frames(fs []Frame) {
	for _, f := range fs {
		b.Frame(f)
	}
}

// head adds a kind with a number.
func (b *Buffer) head(k Kind, n int64) {
	b.Bytes = append(b.Bytes, byte(k))
	if 0 <= n && n < 10 {
		b.Bytes = append(b.Bytes, byte('0'+n), '\r', '\n')
		return
	}
	b.Bytes = strconv.AppendInt(b.Bytes, n, 10)
	b.Bytes = append(b.Bytes, '\r', '\n')
}

// line adds a kind with a text.
func (b *Buffer) line(k Kind, s string) {
	b.Bytes = append(b.Bytes, byte(k))
	b.Bytes = append(b.Bytes, s...)
	b.Bytes = append(b.Bytes, '\r', '\n')
}

// AppendFloat appends a number as Redis writes it, which is %.17g in C.
func AppendFloat(b []byte, f float64) []byte {
	switch text := strconv.AppendFloat(nil, f, 'g', 17, 64); string(text) {
	case "+Inf":
		return append(b, "inf"...)
	case "-Inf":
		return append(b, "-inf"...)
	default:
		return append(b, text...)
	}
}

// A Writer writes frames to a stream: nothing is written before Flush, so that the frames of a
// pipeline are one write.
type Writer struct {
	Buffer
	dst aio.Writer
}

// NewWriter returns a Writer.
func NewWriter(dst aio.Writer) *Writer { return &Writer{dst: dst} }

// flushSize is how much WriteFrame collects.
const flushSize = 64 << 10

// WriteFrame adds a frame, and writes when there is much.
//
//async:func
func (w *Writer) WriteFrame(f Frame) error {
	w.Frame(f)
	if len(w.Bytes) < flushSize {
		return nil
	}
	return w.FlushAsync().Await()
}

// Flush writes what was collected. If it fails or is canceled, a part may have been written, so
// that the stream is of no use any more.
//
//async:func
func (w *Writer) Flush() error {
	_, err := aio.WriteAll(w.dst, w.Bytes).Await()
	w.Bytes = w.Bytes[:0]
	if cap(w.Bytes) > 2*flushSize {
		w.Bytes = nil
	}
	return err
}
