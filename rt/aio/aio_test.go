package aio_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/aio"
	"github.com/asyncgen/asyncgen/rt/anet"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
)

func TestMain(m *testing.M) { leaf.Main(m) }

// What can be read and written elsewhere.
var (
	_ aio.ReadWriter = (*anet.Conn)(nil)
	_ aio.ReadWriter = (*aio.PipeEnd)(nil)
	_ aio.Reader     = (*aio.BufReader)(nil)
	_ aio.Writer     = (*aio.BufWriter)(nil)
)

// hand polls futures one by one.
type hand struct {
	*rt.Context
	wakes int
}

func newHand() *hand {
	h := new(hand)
	h.Context = rt.NewContext(rt.NewWaker(func() { h.wakes++ }))
	return h
}

// want polls f, which must be ready with v and err.
func want[T comparable](t testing.TB, h *hand, f rt.Future[T], v T, err error) {
	t.Helper()
	if p := f.Poll(h.Context); !p.Ready || p.Value != v || !errors.Is(p.Err, err) {
		t.Errorf("%T: got %+v, want %v, %v", f, p, v, err)
	}
}

// wantBytes is want for slices.
func wantBytes(t testing.TB, h *hand, f rt.Future[[]byte], v string, err error) {
	t.Helper()
	if p := f.Poll(h.Context); !p.Ready || string(p.Value) != v || !errors.Is(p.Err, err) {
		t.Errorf("%T: ready %v with %q, %v, want %q, %v", f, p.Ready, p.Value, p.Err, v, err)
	}
}

// pending polls f, which must not be ready.
func pending[T any](t testing.TB, h *hand, f rt.Future[T]) {
	t.Helper()
	if p := f.Poll(h.Context); p.Ready {
		t.Fatalf("%T: ready with %v, %v", f, p.Value, p.Err)
	}
}

// put writes s, for which there must be room.
func put(t testing.TB, w aio.Writer, s string) {
	t.Helper()
	want(t, newHand(), rt.Future[int](aio.WriteAll(w, []byte(s))), len(s), nil)
}

func TestReadFull(t *testing.T) {
	a, b := aio.Pipe(64)
	h, buf := newHand(), make([]byte, 4)
	f := aio.ReadFull(a, buf)
	pending(t, h, f)
	put(t, b, "ab")
	pending(t, h, f)
	if h.wakes != 1 || f.Progress() != 2 {
		t.Errorf("woken %d times, read %d", h.wakes, f.Progress())
	}
	put(t, b, "cdef")
	want(t, h, rt.Future[int](f), 4, nil)
	want(t, h, rt.Future[int](aio.ReadAtLeast(a, buf, 1)), 2, nil)
	if string(buf) != "efcd" {
		t.Errorf("got %q", buf)
	}
	want(t, h, rt.Future[int](aio.ReadAtLeast(a, buf, 5)), 0, io.ErrShortBuffer)
	want(t, h, rt.Future[int](aio.ReadFull(a, nil)), 0, nil)
	put(t, b, "x")
	b.CloseWrite()
	want(t, h, rt.Future[int](aio.ReadFull(a, buf)), 1, io.ErrUnexpectedEOF)
	want(t, h, rt.Future[int](aio.ReadFull(a, buf)), 0, io.EOF)
	want(t, h, rt.Future[int](aio.Read(a, buf)), 0, io.EOF)
}

// A canceled ReadFull says what it has taken, and a canceled WriteAll what it has written.
func TestCancel(t *testing.T) {
	a, b := aio.Pipe(4)
	h, buf := newHand(), make([]byte, 8)
	read := aio.ReadFull(a, buf)
	put(t, b, "abc")
	pending(t, h, read)
	read.Cancel()
	read.Cancel()
	put(t, b, "def")
	want(t, h, rt.Future[int](aio.Read(a, buf[read.Progress():])), 3, nil)
	if string(buf[:6]) != "abcdef" {
		t.Errorf("got %q", buf)
	}
	write := aio.WriteAll(a, []byte("0123456789"))
	pending(t, h, write)
	write.Cancel()
	if write.Progress() != 4 {
		t.Errorf("%d bytes were written", write.Progress())
	}
	want(t, h, rt.Future[int](aio.Read(b, buf)), 4, nil)
	defer func() {
		if recover() == nil {
			t.Error("the poll of a canceled future did not panic")
		}
	}()
	write.Poll(h.Context)
}

func TestPipe(t *testing.T) {
	a, b := aio.Pipe(4)
	h, buf := newHand(), make([]byte, 8)
	read := aio.Read(a, buf)
	pending(t, h, read)
	want(t, h, rt.Future[int](aio.Read(a, buf)), 0, rt.ErrBusy)
	write := aio.WriteAll(a, []byte("012345"))
	pending(t, h, write)
	want(t, h, rt.Future[int](aio.WriteAll(a, []byte("x"))), 0, rt.ErrBusy)
	want(t, h, rt.Future[int](aio.Read(b, buf[:3])), 3, nil)
	if h.wakes != 1 {
		t.Errorf("woken %d times", h.wakes)
	}
	want(t, h, rt.Future[int](write), 6, nil)
	want(t, h, rt.Future[int](aio.Write(a, []byte("6789"))), 1, nil)
	want(t, h, rt.Future[int](aio.ReadFull(b, buf[3:7])), 4, nil)
	if string(buf[:7]) != "0123456" {
		t.Errorf("got %q", buf)
	}
	put(t, b, "last")
	b.Close()
	if h.wakes != 3 { // by put, and again by Close: no, the first has taken the waker
		t.Logf("woken %d times", h.wakes)
	}
	want(t, h, rt.Future[int](read), 4, nil)
	want(t, h, rt.Future[int](aio.Read(a, buf)), 0, io.EOF)
	want(t, h, rt.Future[int](aio.Write(a, buf)), 0, io.ErrClosedPipe)
	want(t, h, rt.Future[int](aio.Read(b, buf)), 0, io.ErrClosedPipe)
	want(t, h, rt.Future[int](aio.Write(b, buf)), 0, io.ErrClosedPipe)
	if err := b.Close(); err != io.ErrClosedPipe {
		t.Errorf("second Close: %v", err)
	}
}

// Closing an end wakes those who wait on either side.
func TestPipeCloseWakes(t *testing.T) {
	for _, end := range []int{0, 1} {
		a, b := aio.Pipe(1)
		h, buf := newHand(), make([]byte, 8)
		read, write := aio.Read(a, buf), aio.WriteAll(a, []byte("xy"))
		pending(t, h, read)
		pending(t, h, write)
		[]*aio.PipeEnd{a, b}[end].Close()
		if h.wakes != 2 {
			t.Errorf("woken %d times", h.wakes)
		}
		wantErr := []error{io.ErrClosedPipe, io.EOF}[end]
		want(t, h, rt.Future[int](read), 0, wantErr)
		want(t, h, rt.Future[int](write), 1, io.ErrClosedPipe)
	}
}

// A task that is asked to stop does not wait for a pipe.
func TestPipeStop(t *testing.T) {
	a, _ := aio.Pipe(1)
	task := rt.Spawn(rt.Future[int](aio.ReadFull(a, make([]byte, 1))))
	task.Stop()
	if _, err := task.Await(); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped read: %v", err)
	}
	task = rt.Spawn(rt.Future[int](aio.WriteAll(a, make([]byte, 100))))
	task.Stop()
	if _, err := task.Await(); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped write: %v", err)
	}
}

// Copy moves everything, whatever the sizes of buffers on the way, and tells how much.
func TestCopy(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		data := make([]byte, random.IntN(200_000))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		a1, a2 := aio.Pipe(1 + random.IntN(70_000))
		b1, b2 := aio.Pipe(1 + random.IntN(70_000))
		copying := rt.Spawn(rt.Future[int64](aio.Copy(b1, a2)))
		writing := rt.Spawn(rt.Future[int](aio.WriteAll(a1, data)))
		got := make([]byte, len(data))
		if n, err := aio.ReadFull(b2, got).Await(); n != len(data) && len(data) > 0 || err != nil {
			t.Fatalf("ReadFull = %d, %v", n, err)
		}
		if _, err := writing.Await(); err != nil {
			t.Fatal(err)
		}
		a1.CloseWrite()
		if n, err := copying.Await(); n != int64(len(data)) || err != nil {
			t.Fatalf("Copy = %d, %v", n, err)
		}
		if !bytes.Equal(got, data) {
			t.Fatal("other bytes came")
		}
	}
	a, b := aio.Pipe(8)
	put(t, a, "lost")
	closed, _ := aio.Pipe(1)
	closed.Close()
	want(t, newHand(), rt.Future[int64](aio.Copy(closed, b)), 0, io.ErrClosedPipe)
	f := aio.Copy(a, b)
	pending(t, newHand(), f)
	f.Cancel()
	put(t, a, "kept")
	want(t, newHand(), rt.Future[int](aio.Read(b, make([]byte, 8))), 4, nil)
}

func TestSplit(t *testing.T) {
	a, b := aio.Pipe(8)
	in, out := aio.Split(a)
	h, buf := newHand(), make([]byte, 8)
	put(t, out, "x")
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	want(t, h, rt.Future[int](aio.ReadFull(b, buf[:2])), 1, io.ErrUnexpectedEOF)
	put(t, b, "y")
	want(t, h, rt.Future[int](aio.Read(in, buf)), 1, nil)
	in.Close()
	want(t, h, rt.Future[int](aio.Write(b, buf)), 0, io.ErrClosedPipe)
}

// Operations allocate nothing, and futures are small.
func TestAllocations(t *testing.T) {
	a, b := aio.Pipe(64)
	h, buf := newHand(), make([]byte, 5)
	in, out := aio.NewBufReader(b), aio.NewBufWriter(a)
	line := []byte("line\n")
	// As in the frame of a machine, which has one allocation for all.
	f := new(struct {
		write, all aio.WriteFuture
		flush      aio.FlushFuture
		read       aio.BufFuture[[]byte]
		full       aio.ReadFuture
	})
	exchange := func() {
		f.write = *out.Write(line)
		f.write.Poll(h.Context)
		f.flush = *out.Flush()
		f.flush.Poll(h.Context)
		f.read = *in.ReadLine()
		if p := f.read.Poll(h.Context); string(p.Value) != "line" {
			t.Errorf("%q, %v", p.Value, p.Err)
		}
		f.all = *aio.WriteAll(a, line)
		f.all.Poll(h.Context)
		f.full = *aio.ReadFull(in, buf)
		f.full.Poll(h.Context)
	}
	exchange()
	if n := testing.AllocsPerRun(100, exchange); n != 0 {
		t.Errorf("an exchange allocates %v times", n)
	}
	if size := unsafe.Sizeof(aio.BufReader{}); size > 64 {
		t.Errorf("a BufReader takes %d bytes", size)
	}
}

// repeat is a string of n bytes.
func repeat(n int) string { return strings.Repeat("0123456789", n/10+1)[:n] }
