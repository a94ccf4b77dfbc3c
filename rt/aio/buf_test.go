package aio_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

func TestBufReader(t *testing.T) {
	a, b := aio.Pipe(64)
	in := aio.NewBufReaderSize(b, 16)
	h := newHand()
	peek := in.Peek(3)
	pending(t, h, peek)
	put(t, a, "ab")
	pending(t, h, peek)
	put(t, a, "cde\r\nxyz")
	wantBytes(t, h, peek, "abc", nil)
	want(t, h, rt.Future[byte](in.Byte()), 'a', nil)
	want(t, h, rt.Future[int](in.Discard(1)), 1, nil)
	wantBytes(t, h, in.ReadLine(), "cde", nil)
	wantBytes(t, h, in.ReadN(2), "xy", nil)
	slice := in.ReadSlice(';')
	pending(t, h, slice)
	put(t, a, "1;2")
	wantBytes(t, h, slice, "z1;", nil)
	wantBytes(t, h, in.Peek(17), "", aio.ErrTooLong)
	buf := make([]byte, 8)
	want(t, h, rt.Future[int](aio.Read(in, buf)), 1, nil)
	some := in.ReadSome()
	pending(t, h, some)
	put(t, a, "some")
	wantBytes(t, h, some, "some", nil)
	put(t, a, repeat(20))
	wantBytes(t, h, in.ReadLine(), "", aio.ErrTooLong)
	wantBytes(t, h, in.ReadN(16), repeat(16), nil)
	a.CloseWrite()
	wantBytes(t, h, in.Peek(5), "6789", io.EOF)
	wantBytes(t, h, in.ReadN(5), "", io.ErrUnexpectedEOF)
	want(t, h, rt.Future[int](in.Discard(5)), 0, io.EOF)
	wantBytes(t, h, in.ReadSlice('\n'), "6789", io.EOF)
	wantBytes(t, h, in.ReadLine(), "", io.EOF)
	wantBytes(t, h, in.ReadSome(), "", io.EOF)
	wantBytes(t, h, in.ReadN(1), "", io.EOF)
	want(t, h, rt.Future[byte](in.Byte()), 0, io.EOF)
	wantBytes(t, h, in.ReadN(0), "", nil)
}

// Lines with and without an end, empty ones among them.
func TestReadLine(t *testing.T) {
	a, b := aio.Pipe(64)
	put(t, a, "one\n\r\n\ntwo\r\n\rthree\r")
	a.CloseWrite()
	in, h := aio.NewBufReader(b), newHand()
	for _, line := range []string{"one", "", "", "two", "\rthree\r"} {
		wantBytes(t, h, in.ReadLine(), line, nil)
	}
	wantBytes(t, h, in.ReadLine(), "", io.EOF)
}

// Whatever the operation, canceled at any point and however often, it loses nothing.
func TestBufReaderCancel(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintln(&text, "line", i, repeat(random.IntN(20)))
	}
	for _, size := range []int{64, 4096} {
		a, b := aio.Pipe(1 << 20)
		in, h, left := aio.NewBufReaderSize(b, size), newHand(), text.String()
		var got strings.Builder
		for got.Len() < text.Len() {
			f := anyRead(in, random)
			for {
				p := f.Poll(h.Context)
				if p.Ready {
					if p.Err != nil && p.Err != io.EOF && p.Err != io.ErrUnexpectedEOF {
						t.Fatalf("%T: %v", f, p.Err)
					}
					got.Write(p.Value)
					break
				}
				if random.IntN(2) == 0 {
					f.Cancel()
					f = anyRead(in, random)
				}
				n := min(len(left), random.IntN(30))
				put(t, a, left[:n])
				if left = left[n:]; left == "" {
					a.CloseWrite()
				}
			}
		}
		if got.String() != text.String() {
			t.Errorf("size %d: other bytes came", size)
		}
	}
}

// anyRead returns an operation whose value is what it takes.
func anyRead(in *aio.BufReader, random *rand.Rand) rt.Future[[]byte] {
	switch random.IntN(4) {
	case 3:
		return in.ReadSome()
	case 0:
		return in.ReadSlice('\n')
	case 1:
		return in.ReadN(1 + random.IntN(9))
	}
	return &readSome{in: in, buf: make([]byte, 1+random.IntN(100))}
}

// readSome is a Read whose value is the bytes.
type readSome struct {
	rt.Pin
	in   *aio.BufReader
	buf  []byte
	turn rt.Turn
}

func (f *readSome) Poll(cx *rt.Context) rt.Poll[[]byte] {
	p := f.in.PollRead(cx, &f.turn, f.buf)
	return rt.Poll[[]byte]{Value: f.buf[:p.Value], Err: p.Err, Ready: p.Ready}
}

func (f *readSome) Cancel() { f.in.CancelRead(&f.turn) }

func TestBufWriter(t *testing.T) {
	a, b := aio.Pipe(8)
	out, h := aio.NewBufWriterSize(a, 16), newHand()
	want(t, h, rt.Future[int](out.Write([]byte("0123456789"))), 10, nil)
	if out.Buffered() != 10 || out.TryWrite([]byte("too much")) || !out.TryWrite([]byte("ab")) {
		t.Errorf("%d bytes are in the buffer", out.Buffered())
	}
	flush := out.Flush()
	pending(t, h, flush)
	flush.Cancel()
	flush.Cancel()
	if out.Buffered() != 4 {
		t.Errorf("%d bytes are in the buffer", out.Buffered())
	}
	buf := make([]byte, 100)
	want(t, h, rt.Future[int](aio.Read(b, buf)), 8, nil)
	want(t, h, rt.Future[struct{}](out.Flush()), struct{}{}, nil)
	want(t, h, rt.Future[int](aio.Read(b, buf[8:])), 4, nil)
	if string(buf[:12]) != "0123456789ab" {
		t.Errorf("got %q", buf[:12])
	}
	long := rt.Spawn(rt.Future[int](out.Write([]byte(repeat(50))))) // not all through the buffer
	rest := rt.Spawn(rt.Future[int](aio.ReadFull(b, buf[:50])))
	if n, err := long.Await(); n != 50 || err != nil {
		t.Errorf("Write = %d, %v", n, err)
	}
	if err := out.Flush().Await(); err != nil {
		t.Error(err)
	}
	if _, err := rest.Await(); err != nil || string(buf[:50]) != repeat(50) {
		t.Errorf("got %q, %v", buf[:50], err)
	}
	b.Close()
	out.TryWrite([]byte("x"))
	want(t, h, rt.Future[struct{}](out.Flush()), struct{}{}, io.ErrClosedPipe)
	if out.Buffered() != 1 {
		t.Error("a Flush that failed has dropped something")
	}
}

// Frames of all lengths come as they went, whatever their format, canceled now and then.
func TestFrames(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, format := range []aio.FrameFormat{
		{}, {LengthBytes: 1}, {LengthBytes: 2}, {LengthBytes: 8}, {LengthBytes: 2, LittleEndian: true},
		{LittleEndian: true}, {LengthBytes: 8, LittleEndian: true},
	} {
		a, b := aio.Pipe(1000)
		out := aio.NewBufWriter(a)
		w, r := aio.NewFrameWriter(out, format), aio.NewFrameReader(aio.NewBufReaderSize(b, 64), format)
		h, hw := newHand(), newHand()
		for _, n := range []int{0, 1, 55, 56, 57, 60, 63, 64, 65, 255, 256, 5000, 60_000} {
			if format.LengthBytes == 1 && n > 255 {
				continue
			}
			write := w.Write([]byte(repeat(n)))
			written := write.Poll(hw.Context).Ready
			next := r.Next()
			flushed := false
			for {
				if p := next.Poll(h.Context); p.Ready {
					if p.Err != nil || string(p.Value) != repeat(n) {
						t.Fatalf("%+v, frame of %d bytes: got %d, %v", format, n, len(p.Value), p.Err)
					}
					break
				}
				if random.IntN(3) == 0 {
					next.Cancel()
					next = r.Next()
				}
				if !written {
					written = write.Poll(hw.Context).Ready
				} else if !flushed {
					flush := out.Flush()
					if flushed = flush.Poll(hw.Context).Ready; !flushed {
						flush.Cancel()
					}
				}
			}
		}
		if format.LengthBytes != 1 {
			want(t, h, rt.Future[struct{}](w.Write(make([]byte, 1<<20+1))), struct{}{}, aio.ErrTooLong)
		}
	}
}

func TestFrameErrors(t *testing.T) {
	h := newHand()
	for _, c := range []struct {
		stream string
		err    error
	}{
		{"", io.EOF},
		{"\x00", io.ErrUnexpectedEOF},
		{"\x00\x05abc", io.ErrUnexpectedEOF},
		{"\x00\x64" + repeat(99), io.ErrUnexpectedEOF},
		{"\x00\x65" + repeat(101), aio.ErrTooLong},
	} {
		a, b := aio.Pipe(1000)
		put(t, a, c.stream)
		a.CloseWrite()
		r := aio.NewFrameReader(aio.NewBufReaderSize(b, 16), aio.FrameFormat{LengthBytes: 2, Max: 100})
		wantBytes(t, h, r.Next(), "", c.err)
		wantBytes(t, h, r.Next(), "", c.err)
	}
	a, _ := aio.Pipe(1000)
	w := aio.NewFrameWriter(aio.NewBufWriter(a), aio.FrameFormat{LengthBytes: 1})
	want(t, h, rt.Future[struct{}](w.Write(make([]byte, 256))), struct{}{}, aio.ErrTooLong)
	defer func() {
		if recover() == nil {
			t.Error("there are lengths of three bytes")
		}
	}()
	aio.NewFrameWriter(nil, aio.FrameFormat{LengthBytes: 3})
}
