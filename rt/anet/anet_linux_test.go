package anet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
	"github.com/asyncgen/asyncgen/rt/internal/leaf"
	"github.com/asyncgen/asyncgen/rt/internal/leak"
)

// TestMain checks that nothing outlives the tests.
func TestMain(m *testing.M) { leaf.Main(m) }

// newRuntime returns a runtime of the test's own. When the test is over, shutting it down
// must leave nothing behind.
func newRuntime(t testing.TB) *rt.Runtime {
	t.Helper()
	rt.Default() // which stays
	leak.Check(t)
	r := rt.New(rt.Options{Name: t.Name()})
	t.Cleanup(func() {
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// descriptors counts the open descriptors of this process.
func descriptors(t testing.TB) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

// must returns v unless there is an error.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// pair returns both ends of a connection: one of this package, accepted by r, and one of
// package net. The test closes them.
func pair(t testing.TB, r *rt.Runtime) (*anet.Conn, *net.TCPConn) {
	t.Helper()
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	peer := must(net.Dial("tcp", l.Addr().String()))(t)
	conn := must(rt.Run(r, l.Accept()))(t)
	t.Cleanup(func() { conn.Close(); peer.Close() })
	return conn, peer.(*net.TCPConn)
}

// poller polls one future by hand.
type poller struct {
	cx   *rt.Context
	wake chan struct{} // a token for each wake, at most one
}

func newPoller() *poller {
	p := &poller{wake: make(chan struct{}, 1)}
	p.cx = rt.NewContext(rt.NewWaker(func() {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}))
	return p
}

// pending polls f once, which must not be ready.
func pending[T any](t testing.TB, p *poller, f rt.Future[T]) {
	t.Helper()
	if got := f.Poll(p.cx); got.Ready {
		t.Fatalf("ready with %v, %v", got.Value, got.Err)
	}
}

// useDefault makes r the default runtime of this test, for polls by hand.
func useDefault(t testing.TB) *rt.Runtime {
	t.Helper()
	r, old := newRuntime(t), rt.Default()
	rt.SetDefault(r)
	t.Cleanup(func() { rt.SetDefault(old) })
	return r
}

// A failure of a network operation is told the way package net does.
func wantOpError(t testing.TB, err error, op string, cause error) {
	t.Helper()
	var e *net.OpError
	if !errors.As(err, &e) || e.Op != op || e.Net == "" || !errors.Is(err, cause) {
		t.Errorf("got error %v (%T), want a net.OpError of %s for %v", err, err, op, cause)
	}
}

func TestConnReadWrite(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)

	peer.Write([]byte("hello"))
	buf := make([]byte, 64)
	if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "hello" || err != nil {
		t.Fatalf("Read = %q, %v", buf[:n], err)
	}
	if n, err := rt.Run(r, conn.Write([]byte("good day"))); n != 8 || err != nil {
		t.Fatalf("Write = %d, %v", n, err)
	}
	if n, err := peer.Read(buf); string(buf[:n]) != "good day" || err != nil {
		t.Fatalf("the peer read %q, %v", buf[:n], err)
	}
	for name, f := range map[string]rt.Future[int]{"Read": conn.Read(nil), "Write": conn.Write(nil)} {
		if n, err := rt.Run(r, f); n != 0 || err != nil {
			t.Errorf("%s of nothing = %d, %v", name, n, err)
		}
	}
	if got, want := conn.RemoteAddr().String(), peer.LocalAddr().String(); got != want {
		t.Errorf("RemoteAddr = %s, want %s", got, want)
	}
	if got, want := conn.LocalAddr().String(), peer.RemoteAddr().String(); got != want {
		t.Errorf("LocalAddr = %s, want %s", got, want)
	}
}

// A buffer that is smaller than what has come leaves the rest for the next Read.
func TestReadInPieces(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	want := []byte("the quick brown fox jumps over the lazy dog")
	peer.Write(want)
	peer.CloseWrite()
	var got []byte
	for buf := make([]byte, 4); ; {
		n, err := rt.Run(r, conn.Read(buf))
		got = append(got, buf[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// Data and the end of the stream arrive together, so that one event tells of both, and the
// short read of the data must not hide the end.
func TestReadEOFBehindData(t *testing.T) {
	r := newRuntime(t)
	for range 50 {
		conn, peer := pair(t, r)
		buf := make([]byte, 64)
		read := rt.SpawnOn(r, conn.Read(buf))
		peer.Write([]byte("last words"))
		peer.Close()
		if n, err := read.Await(); n != 10 || err != nil {
			t.Fatalf("Read = %d, %v", n, err)
		}
		for range 2 {
			if n, err := rt.Run(r, conn.Read(buf)); n != 0 || err != io.EOF {
				t.Fatalf("Read at the end = %d, %v", n, err)
			}
		}
		conn.Close()
	}
}

// At urgent data a read stops short although more has come, without any new event.
func TestReadAcrossUrgentData(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	raw := must(peer.SyscallConn())(t)
	raw.Write(func(sysfd uintptr) bool {
		syscall.Sendto(int(sysfd), []byte("before!"), syscall.MSG_OOB, nil)
		return true
	})
	peer.Write([]byte("after"))
	peer.CloseWrite()
	var got []byte
	for buf := make([]byte, 64); ; {
		n, err := rt.Run(r, conn.Read(buf))
		got = append(got, buf[:n]...)
		if err != nil {
			break
		}
	}
	if string(got) != "beforeafter" { // the urgent byte itself is not part of the stream
		t.Errorf("got %q", got)
	}
}

func TestCloseWrite(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	must(rt.Run(r, conn.Write([]byte("question"))))(t)
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(peer); string(got) != "question" || err != nil {
		t.Fatalf("the peer read %q, %v", got, err)
	}
	peer.Write([]byte("answer"))
	buf := make([]byte, 64)
	if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "answer" || err != nil {
		t.Errorf("Read after CloseWrite = %q, %v", buf[:n], err)
	}
	_, err := rt.Run(r, conn.Write([]byte("x")))
	wantOpError(t, err, "write", syscall.EPIPE)
}

func TestReset(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	read := rt.SpawnOn(r, conn.Read(make([]byte, 64)))
	peer.SetLinger(0)
	peer.Close()
	_, err := read.Await()
	wantOpError(t, err, "read", syscall.ECONNRESET)
	var sys *os.SyscallError
	if !errors.As(err, &sys) {
		t.Errorf("no os.SyscallError in %v", err)
	}
	if addr := conn.RemoteAddr(); addr.String() != ":0" && !portable {
		t.Errorf("RemoteAddr of a reset connection is %v", addr)
	}
}

func TestCloseEndsWaiting(t *testing.T) {
	r := useDefault(t)
	conn, _ := pair(t, r)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	p, q, s := newPoller(), newPoller(), newPoller()
	read, write, accept := conn.Read(make([]byte, 1)), conn.Write(make([]byte, 64<<20)), l.Accept()
	pending(t, p, read)
	pending(t, q, write)
	pending(t, s, accept)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	<-p.wake
	wantOpError(t, read.Poll(p.cx).Err, "read", net.ErrClosed)
	<-q.wake
	wantOpError(t, write.Poll(q.cx).Err, "write", net.ErrClosed)
	<-s.wake
	wantOpError(t, accept.Poll(s.cx).Err, "accept", net.ErrClosed)

	_, err := conn.Read(make([]byte, 1)).Await()
	wantOpError(t, err, "read", net.ErrClosed)
	_, err = l.Accept().Await()
	wantOpError(t, err, "accept", net.ErrClosed)
	wantOpError(t, conn.Close(), "close", net.ErrClosed)
	wantOpError(t, conn.CloseWrite(), "close", net.ErrClosed)
	wantOpError(t, l.Close(), "close", net.ErrClosed)
	if conn.LocalAddr().String() != ":0" || conn.RemoteAddr().String() != ":0" {
		t.Errorf("addresses of a closed connection: %v, %v", conn.LocalAddr(), conn.RemoteAddr())
	}
}

func TestCancelReadLosesNothing(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	p := newPoller()
	first := conn.Read(make([]byte, 8))
	pending(t, p, first)
	peer.Write([]byte("kept"))
	<-p.wake
	first.Cancel() // after the wake, before the poll
	first.Cancel()
	buf := make([]byte, 8)
	if n, err := conn.Read(buf).Await(); string(buf[:n]) != "kept" || err != nil {
		t.Errorf("Read after a canceled one = %q, %v", buf[:n], err)
	}
	never := conn.Read(buf)
	never.Cancel()
	defer func() {
		if recover() == nil {
			t.Error("the poll of a canceled future did not panic")
		}
	}()
	never.Poll(p.cx)
}

func TestCancelAcceptLosesNothing(t *testing.T) {
	useDefault(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	p := newPoller()
	first := l.Accept()
	pending(t, p, first)
	peer := must(net.Dial("tcp", l.Addr().String()))(t)
	defer peer.Close()
	<-p.wake
	first.Cancel()
	conn := must(l.Accept().Await())(t)
	defer conn.Close()
	if got, want := conn.RemoteAddr().String(), peer.LocalAddr().String(); got != want {
		t.Errorf("accepted %s, want %s", got, want)
	}
}

func TestCancelWrite(t *testing.T) {
	r := useDefault(t)
	p := newPoller()
	large := make([]byte, 64<<20)
	for range 2 {
		conn, peer := pair(t, r)
		write := conn.Write(large)
		pending(t, p, write)
		write.Cancel()
		conn.Close()
		n, err := io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{peer})
		if err != nil || !portable && (n == 0 || n != int64(write.Progress())) {
			t.Errorf("the peer read %d bytes, %v; the Write says %d", n, err, write.Progress())
		}
		conn, peer = pair(t, r)
		buffers := conn.WriteBuffers([][]byte{large[:10], large})
		pending(t, p, buffers)
		buffers.Cancel()
		conn.Close()
		n, err = io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{peer})
		if err != nil || !portable && (n == 0 || n != int64(buffers.Progress())) {
			t.Errorf("the peer read %d bytes, %v; WriteBuffers says %d", n, err, buffers.Progress())
		}
	}
}

// A second operation in a direction fails, and the first does not notice.
func TestTwoReaders(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	p, buf := newPoller(), make([]byte, 8)
	first := conn.Read(buf)
	pending(t, p, first)
	_, err := conn.Read(make([]byte, 8)).Await()
	wantOpError(t, err, "read", rt.ErrBusy)
	peer.Write([]byte("one"))
	<-p.wake
	if got := first.Poll(p.cx); !got.Ready || string(buf[:got.Value]) != "one" || got.Err != nil {
		t.Errorf("Read = %+v, %q", got, buf)
	}
}

// A connection that waits is small, and so are the futures, which live in machines.
func TestSizes(t *testing.T) {
	if portable {
		t.Skip("package net has its own buffers")
	}
	for _, c := range []struct {
		name      string
		size, max uintptr
	}{
		{"Conn", unsafe.Sizeof(anet.Conn{}), 64},
		{"ReadFuture", unsafe.Sizeof(anet.ReadFuture{}), 40},
		{"WriteFuture", unsafe.Sizeof(anet.WriteFuture{}), 48},
		{"AcceptFuture", unsafe.Sizeof(anet.AcceptFuture{}), 32},
		{"DialFuture", unsafe.Sizeof(anet.DialFuture{}), 64},
	} {
		if c.size > c.max {
			t.Errorf("a %s takes %d bytes, more than %d", c.name, c.size, c.max)
		}
	}
}
