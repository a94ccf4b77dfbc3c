package aio_test

import (
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// reading makes subjects that read what the other end of a pipe writes to complete them.
func reading[T any](text string, read func(in *aio.PipeEnd) rt.Future[T]) func() rttest.Subject[T] {
	return func() rttest.Subject[T] {
		near, far := aio.Pipe(64)
		return rttest.Subject[T]{
			Future: read(near),
			Complete: func() {
				rt.Await(aio.WriteAll(far, []byte(text)))
				far.Close()
			},
			Close: func() { near.Close() },
		}
	}
}

// writing makes subjects that write to a pipe that is full, until the other end reads.
func writing[T any](write func(out *aio.PipeEnd) rt.Future[T]) func() rttest.Subject[T] {
	return func() rttest.Subject[T] {
		near, far := aio.Pipe(8)
		sink, _ := aio.Pipe(1024)
		rt.Await(aio.WriteAll(near, []byte("12345678")))
		return rttest.Subject[T]{
			Future:   write(near),
			Complete: func() { go rt.Await(aio.Copy(sink, far)) },
			Close:    func() { near.Close(); far.Close() },
		}
	}
}

// TestContract checks the futures of this package, which read from and write to a pipe.
func TestContract(t *testing.T) {
	frame := "\x00\x00\x00\x05hello"
	byLength := aio.FrameFormat{}
	t.Run("Read", func(t *testing.T) {
		rttest.CheckSubject(t, reading("hello", func(in *aio.PipeEnd) rt.Future[int] { return aio.Read(in, make([]byte, 9)) }))
	})
	t.Run("ReadFull", func(t *testing.T) {
		rttest.CheckSubject(t, reading("hello", func(in *aio.PipeEnd) rt.Future[int] { return aio.ReadFull(in, make([]byte, 5)) }))
	})
	t.Run("ReadAtLeast", func(t *testing.T) {
		rttest.CheckSubject(t, reading("hello", func(in *aio.PipeEnd) rt.Future[int] {
			return aio.ReadAtLeast(in, make([]byte, 9), 3)
		}))
	})
	t.Run("Copy", func(t *testing.T) {
		rttest.CheckSubject(t, reading("hello", func(in *aio.PipeEnd) rt.Future[int64] {
			sink, _ := aio.Pipe(64)
			return aio.Copy(sink, in)
		}))
	})
	for name, read := range map[string]func(in *aio.BufReader) rt.Future[[]byte]{
		"Peek":      func(in *aio.BufReader) rt.Future[[]byte] { return in.Peek(3) },
		"ReadN":     func(in *aio.BufReader) rt.Future[[]byte] { return in.ReadN(3) },
		"ReadSome":  func(in *aio.BufReader) rt.Future[[]byte] { return in.ReadSome() },
		"ReadSlice": func(in *aio.BufReader) rt.Future[[]byte] { return in.ReadSlice('\n') },
		"ReadLine":  func(in *aio.BufReader) rt.Future[[]byte] { return in.ReadLine() },
		"Frame":     func(in *aio.BufReader) rt.Future[[]byte] { return aio.NewFrameReader(in, byLength).Next() },
	} {
		t.Run(name, func(t *testing.T) {
			rttest.CheckSubject(t, reading(frame+"\n", func(in *aio.PipeEnd) rt.Future[[]byte] { return read(aio.NewBufReader(in)) }))
		})
	}
	t.Run("Discard", func(t *testing.T) {
		rttest.CheckSubject(t, reading(frame, func(in *aio.PipeEnd) rt.Future[int] { return aio.NewBufReader(in).Discard(3) }))
	})
	t.Run("Byte", func(t *testing.T) {
		rttest.CheckSubject(t, reading(frame, func(in *aio.PipeEnd) rt.Future[byte] { return aio.NewBufReader(in).Byte() }))
	})
	t.Run("Write", func(t *testing.T) {
		rttest.CheckSubject(t, writing(func(out *aio.PipeEnd) rt.Future[int] { return aio.Write(out, []byte("abcdefgh")) }))
	})
	t.Run("WriteAll", func(t *testing.T) {
		rttest.CheckSubject(t, writing(func(out *aio.PipeEnd) rt.Future[int] { return aio.WriteAll(out, []byte("abcdefgh")) }))
	})
	t.Run("BufWriter.Write", func(t *testing.T) {
		rttest.CheckSubject(t, writing(func(out *aio.PipeEnd) rt.Future[int] {
			return aio.NewBufWriterSize(out, 16).Write([]byte(strings.Repeat("x", 20)))
		}))
	})
	t.Run("Flush", func(t *testing.T) {
		rttest.CheckSubject(t, writing(func(out *aio.PipeEnd) rt.Future[struct{}] {
			b := aio.NewBufWriter(out)
			b.TryWrite([]byte("abcdefgh"))
			return b.Flush()
		}))
	})
	t.Run("FrameWriter", func(t *testing.T) {
		rttest.CheckSubject(t, writing(func(out *aio.PipeEnd) rt.Future[struct{}] {
			return aio.NewFrameWriter(aio.NewBufWriterSize(out, 16), byLength).Write([]byte("abcdefghijklmnop"))
		}))
	})
}
