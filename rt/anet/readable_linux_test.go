package anet_test

import (
	"io"
	"net"
	"syscall"
	"testing"
	"unsafe"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// A new connection counts as ready to be tried, and an event may be about data that was
// read since: neither makes it readable.
func TestReadable(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	buf := make([]byte, 8)
	for _, want := range []string{"one", "two"} {
		p := newPoller()
		f := conn.Readable()
		pending(t, p, f)
		pending(t, p, f)
		peer.Write([]byte(want))
		<-p.wake
		if got := f.Poll(p.cx); !got.Ready || got.Err != nil {
			t.Fatalf("Readable with data there = %+v", got)
		}
		if err := conn.Readable().Await(); err != nil {
			t.Fatalf("a second Readable: %v", err)
		}
		if n, err := conn.Read(buf).Await(); string(buf[:n]) != want || err != nil {
			t.Fatalf("Read = %q, %v", buf[:n], err)
		}
	}
	peer.CloseWrite()
	if err := conn.Readable().Await(); err != nil {
		t.Errorf("Readable at the end of the stream: %v", err)
	}
	if _, err := conn.Read(buf).Await(); err != io.EOF {
		t.Errorf("Read at the end of the stream: %v", err)
	}
}

// Readable is told what a Read would be told, in its place or by the Read that follows.
func TestReadableErrors(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	p := newPoller()
	f := conn.Readable()
	pending(t, p, f)
	_, err := conn.Read(make([]byte, 1)).Await()
	wantOpError(t, err, "read", rt.ErrBusy)
	peer.SetLinger(0)
	peer.Close()
	<-p.wake
	got := f.Poll(p.cx)
	for !got.Ready { // the first event need not be the reset
		<-p.wake
		got = f.Poll(p.cx)
	}
	wantOpError(t, got.Err, "read", syscall.ECONNRESET)

	conn, _ = pair(t, r)
	f = conn.Readable()
	pending(t, p, f)
	conn.Close()
	<-p.wake
	wantOpError(t, f.Poll(p.cx).Err, "read", net.ErrClosed)
}

func TestCancelReadable(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	p := newPoller()
	f := conn.Readable()
	pending(t, p, f)
	f.Cancel()
	f.Cancel()
	peer.Write([]byte("kept"))
	buf := make([]byte, 8)
	if n, err := conn.Read(buf).Await(); string(buf[:n]) != "kept" || err != nil {
		t.Errorf("Read after a canceled Readable = %q, %v", buf[:n], err)
	}
	if size := unsafe.Sizeof(anet.ReadableFuture{}); size > 16 {
		t.Errorf("a ReadableFuture takes %d bytes", size)
	}
}
