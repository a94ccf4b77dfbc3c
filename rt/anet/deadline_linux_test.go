package anet_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// wantTimeout checks the error of an operation whose deadline has passed.
func wantTimeout(t testing.TB, err error, op string) {
	t.Helper()
	wantOpError(t, err, op, os.ErrDeadlineExceeded)
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("%v is no timeout", err)
	}
}

// A deadline ends what waits, and what comes later, even if there is something to read.
func TestDeadline(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	buf := make([]byte, 8)
	conn.SetDeadline(time.Now().Add(20 * time.Millisecond))
	_, err := rt.Run(r, conn.Read(buf))
	wantTimeout(t, err, "read")
	_, err = rt.Run(r, conn.Readable())
	wantTimeout(t, err, "read")
	_, err = rt.Run(r, conn.Write(make([]byte, 64<<20)))
	wantTimeout(t, err, "write")
	peer.Write([]byte("late"))
	_, err = rt.Run(r, conn.Read(buf))
	wantTimeout(t, err, "read")
	conn.SetReadDeadline(time.Time{})
	if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "late" || err != nil {
		t.Errorf("Read without a deadline = %q, %v", buf[:n], err)
	}
}

// A Write that a deadline ends tells how much it has written, and so does the peer.
func TestWriteDeadline(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	conn.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
	n, err := rt.Run(r, conn.Write(make([]byte, 64<<20)))
	wantTimeout(t, err, "write")
	conn.Close()
	got := 0
	for buf := make([]byte, 1<<20); ; {
		n, err := peer.Read(buf)
		got += n
		if err != nil {
			break
		}
	}
	if got < n {
		t.Errorf("the peer has read %d bytes, %d were written", got, n)
	}
}

// A deadline that is moved while a Read waits is the one that counts.
func TestDeadlineMoved(t *testing.T) {
	r := newRuntime(t)
	conn, _ := pair(t, r)
	buf := make([]byte, 8)
	conn.SetReadDeadline(time.Now().Add(time.Hour))
	read := rt.SpawnOn(r, conn.Read(buf))
	conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := read.Await()
	wantTimeout(t, err, "read")

	start := time.Now()
	conn.SetReadDeadline(start.Add(10 * time.Millisecond))
	read = rt.SpawnOn(r, conn.Read(buf))
	conn.SetReadDeadline(start.Add(100 * time.Millisecond))
	_, err = read.Await()
	wantTimeout(t, err, "read")
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("the Read has ended after %v", took)
	}
	conn.Close()
	wantOpError(t, conn.SetDeadline(time.Now()), "set", net.ErrClosed)
	wantOpError(t, conn.SetReadDeadline(time.Now()), "set", net.ErrClosed)
}

func TestAcceptDeadline(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	l.SetDeadline(time.Now().Add(time.Millisecond))
	_, err := rt.Run(r, l.Accept())
	wantTimeout(t, err, "accept")
	l.SetDeadline(time.Time{})
	peer := must(net.Dial("tcp", l.Addr().String()))(t)
	defer peer.Close()
	must(rt.Run(r, l.Accept()))(t).Close()
}
