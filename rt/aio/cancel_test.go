package aio_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
)

// untouched returns a buffer, and what checks that nobody has written to it since a cancel.
func untouched(n int) (buf []byte, canceled func(t *testing.T)) {
	buf = make([]byte, n)
	return buf, func(t *testing.T) {
		t.Helper()
		if !bytes.Equal(buf, bytes.Repeat([]byte{0xee}, n)) {
			t.Errorf("the buffer of a canceled operation was written to: %q", buf)
		}
	}
}

// spoil fills a buffer, for untouched to compare.
func spoil(buf []byte) {
	for i := range buf {
		buf[i] = 0xee
	}
}

// TestCancelReads cancels each operation that reads, after a part of what it waits for has come. What it
// has taken is what its Progress says, or nothing, and the rest is there for the next one.
func TestCancelReads(t *testing.T) {
	const first, rest = "abc", "defgh\n"
	type operation struct {
		name  string
		start func(in aio.Reader, buffered *aio.BufReader, buf []byte) (poll func(cx *rt.Context) bool, cancel func(), taken func() int)
	}
	nothing := func() int { return 0 }
	of := func(f *aio.BufFuture[[]byte]) (func(*rt.Context) bool, func(), func() int) {
		return func(cx *rt.Context) bool { return f.Poll(cx).Ready }, f.Cancel, nothing
	}
	direct := func(f *aio.ReadFuture) (func(*rt.Context) bool, func(), func() int) {
		return func(cx *rt.Context) bool { return f.Poll(cx).Ready }, f.Cancel, f.Progress
	}
	for _, op := range []operation{
		{"ReadFull", func(in aio.Reader, _ *aio.BufReader, buf []byte) (func(*rt.Context) bool, func(), func() int) {
			return direct(aio.ReadFull(in, buf))
		}},
		{"ReadAtLeast", func(in aio.Reader, _ *aio.BufReader, buf []byte) (func(*rt.Context) bool, func(), func() int) {
			return direct(aio.ReadAtLeast(in, buf, 4))
		}},
		{"ReadFull of a BufReader", func(_ aio.Reader, in *aio.BufReader, buf []byte) (func(*rt.Context) bool, func(), func() int) {
			return direct(aio.ReadFull(in, buf))
		}},
		{"Peek", func(_ aio.Reader, in *aio.BufReader, _ []byte) (func(*rt.Context) bool, func(), func() int) {
			return of(in.Peek(4))
		}},
		{"ReadN", func(_ aio.Reader, in *aio.BufReader, _ []byte) (func(*rt.Context) bool, func(), func() int) {
			return of(in.ReadN(4))
		}},
		{"ReadSlice", func(_ aio.Reader, in *aio.BufReader, _ []byte) (func(*rt.Context) bool, func(), func() int) {
			return of(in.ReadSlice('\n'))
		}},
		{"ReadLine", func(_ aio.Reader, in *aio.BufReader, _ []byte) (func(*rt.Context) bool, func(), func() int) {
			return of(in.ReadLine())
		}},
		{"Discard", func(_ aio.Reader, in *aio.BufReader, _ []byte) (func(*rt.Context) bool, func(), func() int) {
			f := in.Discard(4)
			return func(cx *rt.Context) bool { return f.Poll(cx).Ready }, f.Cancel, nothing
		}},
	} {
		t.Run(op.name, func(t *testing.T) {
			near, far := aio.Pipe(64)
			in := aio.NewBufReader(near)
			h := newHand()
			buf, canceled := untouched(8)
			poll, cancel, taken := op.start(near, in, buf)
			put(t, far, first)
			if poll(h.Context) {
				t.Fatal("ready with a part")
			}
			cancel()
			got := string(buf[:taken()])
			spoil(buf)
			h.wakes = 0
			put(t, far, rest)
			if h.wakes > 0 {
				t.Error("a canceled operation is woken")
			}
			for len(got) < len(first+rest) {
				p := in.ReadSome().Poll(h.Context)
				if !p.Ready || p.Err != nil {
					t.Fatalf("%q, and then ready %v with %v", got, p.Ready, p.Err)
				}
				got += string(p.Value)
			}
			if got != first+rest {
				t.Errorf("%q came", got)
			}
			canceled(t)
		})
	}
}

// TestCancelWaits cancels those that wait for the first byte, which can lose nothing, however often.
func TestCancelWaits(t *testing.T) {
	near, far := aio.Pipe(8)
	in := aio.NewBufReader(near)
	h := newHand()
	buf, canceled := untouched(4)
	for range 3 {
		read, some, one := aio.Read(near, buf), in.ReadSome(), in.Byte()
		pending(t, h, rt.Future[int](read))
		read.Cancel()
		pending(t, h, rt.Future[[]byte](some))
		some.Cancel()
		pending(t, h, rt.Future[byte](one))
		one.Cancel()
	}
	spoil(buf)
	put(t, far, "xy")
	want(t, h, rt.Future[byte](in.Byte()), 'x', nil)
	want(t, h, rt.Future[byte](in.Byte()), 'y', nil)
	canceled(t)
	if h.wakes > 0 {
		t.Error("a canceled operation is woken")
	}
}

// TestCancelFrame cancels the reading of a frame in its length, in what fits into the buffer, and in what
// does not.
func TestCancelFrame(t *testing.T) {
	near, far := aio.Pipe(1 << 10)
	frames := aio.NewFrameReader(aio.NewBufReaderSize(near, 32), aio.FrameFormat{LengthBytes: 2})
	h := newHand()
	short, long := repeat(20), repeat(300)
	stream := "\x00\x14" + short + "\x01\x2c" + long
	got := 0
	for at := range stream {
		f := frames.Next()
		if p := f.Poll(h.Context); p.Ready {
			if wants := []string{short, long}[got]; string(p.Value) != wants || p.Err != nil {
				t.Fatalf("after %d bytes: %q, %v", at, p.Value, p.Err)
			}
			got++
			f = frames.Next()
			pending(t, h, rt.Future[[]byte](f))
		}
		f.Cancel()
		put(t, far, stream[at:at+1])
	}
	wantBytes(t, h, frames.Next(), long, nil)
}

// TestCancelCopy cancels a copy that waits for its source, which loses nothing, and one that waits for its
// destination, which loses what it has read and not written.
func TestCancelCopy(t *testing.T) {
	from, source := aio.Pipe(64)
	dest, to := aio.Pipe(4)
	h := newHand()
	first := aio.Copy(dest, source)
	put(t, from, "ab")
	pending(t, h, rt.Future[int64](first))
	first.Cancel()
	second := aio.Copy(dest, source)
	put(t, from, "cdefgh")
	pending(t, h, rt.Future[int64](second))
	second.Cancel()
	if a, b := first.Progress(), second.Progress(); a != 2 || b != 2 {
		t.Errorf("%d and %d bytes were copied", a, b)
	}
	buf := make([]byte, 8)
	want(t, h, rt.Future[int](aio.Read(to, buf)), 4, nil)
	if string(buf[:4]) != "abcd" {
		t.Errorf("%q came", buf[:4])
	}
	put(t, from, "ij") // what lies between is lost
	third := aio.Copy(dest, source)
	pending(t, h, rt.Future[int64](third))
	want(t, h, rt.Future[int](aio.Read(to, buf)), 2, nil)
	if string(buf[:2]) != "ij" {
		t.Errorf("%q came after the cancel", buf[:2])
	}
	third.Cancel()
}

// TestCancelBufWriter cancels writes and flushes while the destination has no room. What fitted into the
// buffer is there once, of what did not a part.
func TestCancelBufWriter(t *testing.T) {
	dest, to := aio.Pipe(4)
	out := aio.NewBufWriterSize(dest, 16)
	h := newHand()
	put(t, out, repeat(16))
	for range 3 {
		flush := out.Flush()
		pending(t, h, rt.Future[struct{}](flush))
		flush.Cancel()
	}
	write := out.Write([]byte("XYZ")) // there is room for them now
	want(t, h, rt.Future[int](write), 3, nil)
	long := out.Write([]byte("12345"))
	pending(t, h, rt.Future[int](long))
	long.Cancel()
	if long.Progress() != 1 {
		t.Errorf("%d bytes are in the buffer", long.Progress())
	}
	var got strings.Builder
	for buf := make([]byte, 8); ; {
		flush := out.Flush()
		done := flush.Poll(h.Context).Ready
		flush.Cancel()
		if p := aio.Read(to, buf).Poll(h.Context); p.Ready {
			got.Write(buf[:p.Value])
			continue
		}
		if done {
			break
		}
	}
	if got.String() != repeat(16)+"XYZ1" {
		t.Errorf("%q came", got.String())
	}
}

// TestCancelFrameWriter cancels the writing of a frame that fits into the buffer, of which nothing comes,
// and of one that does not, after which the writer refuses to go on.
func TestCancelFrameWriter(t *testing.T) {
	dest, to := aio.Pipe(4)
	out := aio.NewBufWriterSize(dest, 16)
	frames := aio.NewFrameWriter(out, aio.FrameFormat{LengthBytes: 1})
	h := newHand()
	want(t, h, rt.Future[struct{}](frames.Write([]byte(repeat(12)))), struct{}{}, nil)
	short := frames.Write([]byte("short"))
	pending(t, h, rt.Future[struct{}](short))
	short.Cancel()
	flushed := rt.Spawn(rt.Future[struct{}](out.Flush()))
	buf := make([]byte, 13)
	if n, err := aio.ReadFull(to, buf).Await(); n != 13 || err != nil || string(buf) != "\x0c"+repeat(12) {
		t.Errorf("%q, %v", buf[:n], err)
	}
	flushed.Await()
	if n := out.Buffered(); n != 0 {
		t.Errorf("%d bytes of a canceled frame are in the buffer", n)
	}
	long := frames.Write([]byte(repeat(30)))
	pending(t, h, rt.Future[struct{}](long))
	long.Cancel()
	for range 2 {
		want(t, h, rt.Future[struct{}](frames.Write([]byte("x"))), struct{}{}, aio.ErrTorn)
	}
}

// TestTwoOperations starts a second operation while one is under way, which fails and leaves the
// first alone.
func TestTwoOperations(t *testing.T) {
	near, far := aio.Pipe(4)
	in, out := aio.NewBufReader(near), aio.NewBufWriterSize(far, 16)
	h := newHand()
	put(t, far, "ab")
	line := in.ReadLine()
	pending(t, h, rt.Future[[]byte](line))
	wantBytes(t, h, in.ReadLine(), "", rt.ErrBusy)
	want(t, h, rt.Future[byte](in.Byte()), 0, rt.ErrBusy) // though there is one
	want(t, h, rt.Future[int](aio.Read(in, make([]byte, 1))), 0, rt.ErrBusy)
	wantBytes(t, h, aio.NewFrameReader(in, aio.FrameFormat{}).Next(), "", rt.ErrBusy)
	put(t, far, "c\n")
	wantBytes(t, h, line, "abc", nil)

	write := out.Write([]byte(repeat(30)))
	pending(t, h, rt.Future[int](write))
	frames := aio.NewFrameWriter(out, aio.FrameFormat{})
	want(t, h, rt.Future[int](out.Write([]byte("x"))), 0, rt.ErrBusy)
	want(t, h, rt.Future[struct{}](out.Flush()), struct{}{}, rt.ErrBusy)
	want(t, h, rt.Future[struct{}](frames.Write([]byte("x"))), struct{}{}, rt.ErrBusy)
	if out.TryWrite([]byte("x")) {
		t.Error("written into the midst of another write")
	}
	rest := rt.Spawn(rt.Async(func() (int, error) {
		n, err := write.Await()
		return n, errors.Join(err, out.Flush().Await())
	}))
	buf := make([]byte, 30)
	if n, err := aio.ReadFull(in, buf).Await(); string(buf) != repeat(30) {
		t.Errorf("%q, %v", buf[:n], err)
	}
	if n, err := rest.Await(); n != 30 || err != nil {
		t.Error(n, err)
	}
}

// TestSplitMisuse closes a half twice, which must not close the other, and uses it afterwards.
func TestSplitMisuse(t *testing.T) {
	near, far := aio.Pipe(8)
	in, out := aio.Split(near)
	h, buf := newHand(), make([]byte, 8)
	read := aio.Read(in, buf)
	pending(t, h, rt.Future[int](read))
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if h.wakes != 1 {
		t.Errorf("woken %d times", h.wakes)
	}
	want(t, h, rt.Future[int](read), 0, os.ErrClosed)
	if err := in.Close(); err != os.ErrClosed {
		t.Errorf("a second Close: %v", err)
	}
	want(t, h, rt.Future[int](aio.Read(in, buf)), 0, os.ErrClosed)
	put(t, out, "still")
	want(t, h, rt.Future[int](aio.Read(far, buf)), 5, nil)
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != os.ErrClosed {
		t.Errorf("a second Close: %v", err)
	}
	want(t, h, rt.Future[int](aio.Write(out, buf)), 0, os.ErrClosed)
	want(t, h, rt.Future[int](aio.Read(far, buf)), 0, io.EOF)
}

// idler is a destination that takes nothing.
type idler struct{}

func (idler) PollWrite(*rt.Context, *rt.Turn, []byte) rt.Poll[int] { return rt.Ready(0) }
func (idler) CancelWrite(*rt.Turn)                                 {}

// TestNoProgress writes to who takes nothing, which must not go on for ever.
func TestNoProgress(t *testing.T) {
	h := newHand()
	want(t, h, rt.Future[int](aio.WriteAll(idler{}, []byte("x"))), 0, io.ErrNoProgress)
	out := aio.NewBufWriterSize(idler{}, 16)
	want(t, h, rt.Future[int](out.Write([]byte(repeat(40)))), 0, io.ErrNoProgress)
	frames := aio.NewFrameWriter(out, aio.FrameFormat{})
	want(t, h, rt.Future[struct{}](frames.Write([]byte(repeat(40)))), struct{}{}, io.ErrNoProgress)
	from, source := aio.Pipe(8)
	put(t, from, "x")
	want(t, h, rt.Future[int64](aio.Copy(idler{}, source)), 0, io.ErrNoProgress)
}
