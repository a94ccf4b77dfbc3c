package anet_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// Deadlines pass, are moved and taken back while reads are canceled and stopped, in any order: nothing
// that has come is lost, and a connection without a deadline works as ever.
func TestDeadlineRacesWithCancel(t *testing.T) {
	r := newRuntime(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	conn, peer := pair(t, r)
	var sent, got int
	buf := make([]byte, 8)
	for range 500 {
		conn.SetReadDeadline(time.Now().Add(time.Duration(random.IntN(300)) * time.Microsecond))
		read := rt.SpawnOn(r, conn.Read(buf))
		pause := time.Duration(random.IntN(300)) * time.Microsecond
		moved := make(chan struct{})
		go func() {
			defer close(moved)
			time.Sleep(pause)
			conn.SetReadDeadline(time.Now().Add(pause))
		}()
		if random.IntN(3) == 0 {
			peer.Write([]byte("x"))
			sent++
		}
		switch random.IntN(3) {
		case 0:
			read.Cancel()
		case 1:
			read.Stop()
		}
		n, err := read.Await()
		got += n
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		<-moved
	}
	conn.SetDeadline(time.Time{})
	peer.CloseWrite()
	for {
		n, err := rt.Run(r, conn.Read(buf))
		if got += n; err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got != sent {
		t.Errorf("%d bytes came of %d", got, sent)
	}
}

// A runtime ends under a listener and its connections, which then serve another one.
func TestShutdownUnderListener(t *testing.T) {
	if portable {
		t.Skip("what waits on goroutines needs no runtime to watch it")
	}
	other := newRuntime(t)
	r := rt.New(rt.Options{Name: "ends"})
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	conn, peer := pair(t, other)
	accept, read := rt.SpawnOn(r, l.Accept()), rt.SpawnOn(r, conn.Read(make([]byte, 8)))
	if err := r.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{fail(accept.Await()), fail(read.Await())} {
		if err != rt.ErrCanceled {
			t.Errorf("a task ends with %v", err)
		}
	}
	_, err := rt.Run(r, l.Accept())
	wantOpError(t, err, "accept", rt.ErrShutdown)
	late := must(net.Dial("tcp", l.Addr().String()))(t)
	defer late.Close()
	must(rt.Run(other, l.Accept()))(t).Close()
	peer.Write([]byte("late"))
	buf := make([]byte, 8)
	if n, err := rt.Run(other, conn.Read(buf)); string(buf[:n]) != "late" || err != nil {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
	_, err = rt.Run(r, anet.Dial("tcp", fullListener(t)))
	wantOpError(t, err, "dial", rt.ErrShutdown)
}

func fail[T any](_ T, err error) error { return err }

// A peer is gone before its connection is accepted. That harms neither the listener nor the others.
func TestAcceptReset(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	for range 20 {
		peer := must(net.Dial("tcp", l.Addr().String()))(t).(*net.TCPConn)
		peer.SetLinger(0)
		peer.Close()
	}
	good := must(net.Dial("tcp", l.Addr().String()))(t)
	defer good.Close()
	good.Write([]byte("good"))
	buf := make([]byte, 8)
	for {
		conn := must(rt.Run(r, l.Accept()))(t)
		n, err := rt.Run(r, conn.Read(buf))
		conn.Close()
		if err == nil {
			if string(buf[:n]) != "good" {
				t.Errorf("Read = %q", buf[:n])
			}
			break
		}
		wantOpError(t, err, "read", syscall.ECONNRESET)
	}
}

// Connections that a listener has not accepted are reset when it is closed.
func TestCloseListenerResets(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	waits := must(rt.Run(r, anet.Dial("tcp", l.Addr().String())))(t)
	defer waits.Close()
	read := rt.SpawnOn(r, waits.Read(make([]byte, 1)))
	l.Close()
	_, err := read.Await()
	if portable && err == io.EOF {
		return // a goroutine had accepted it, and has closed it
	}
	wantOpError(t, err, "read", syscall.ECONNRESET)
}

// A peer that has shut its reading side, or all, is half open: who writes to it is told when it answers,
// and what it has sent before can still be read.
func TestHalfOpen(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	peer.Write([]byte("last words"))
	peer.Close() // with nothing unread: the peer's system answers with a reset only to what comes now
	buf := make([]byte, 16)
	if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "last words" || err != nil {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
	if _, err := rt.Run(r, conn.Read(buf)); err != io.EOF {
		t.Errorf("Read = %v", err)
	}
	for {
		if _, err := rt.Run(r, conn.Write([]byte("anybody there?"))); err != nil {
			if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("Write = %v", err)
			}
			break
		}
	}
}

// Without descriptors a Dial fails, says why, and leaves nothing; afterwards it works.
func TestDialWithoutDescriptors(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	restore := exhaust(t)
	_, err := rt.Run(r, anet.Dial("tcp", l.Addr().String()))
	_, listenErr := anet.Listen("tcp", "127.0.0.1:0")
	restore()
	wantOpError(t, err, "dial", syscall.EMFILE)
	wantOpError(t, listenErr, "listen", syscall.EMFILE)
	must(rt.Run(r, anet.Dial("tcp", l.Addr().String())))(t).Close()
	must(rt.Run(r, l.Accept()))(t).Close()
}

// Two writes and two accepts at once: the second fails, and the first does not notice.
func TestTwoWritersAndAccepters(t *testing.T) {
	r := useDefault(t)
	conn, peer := pair(t, r)
	p := newPoller()
	write := conn.Write(make([]byte, 32<<20))
	pending(t, p, write)
	for range 3 {
		_, err := rt.Run(r, conn.Write([]byte("x")))
		wantOpError(t, err, "write", rt.ErrBusy)
		_, err = rt.Run(r, conn.WriteBuffers([][]byte{{1}, {2}}))
		wantOpError(t, err, "write", rt.ErrBusy)
	}
	go io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{peer})
	for {
		if got := write.Poll(p.cx); got.Ready {
			if got.Value != 32<<20 || got.Err != nil {
				t.Errorf("Write = %d, %v", got.Value, got.Err)
			}
			break
		}
		<-p.wake
	}
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	accept := l.Accept()
	pending(t, p, accept)
	_, err := rt.Run(r, l.Accept())
	wantOpError(t, err, "accept", rt.ErrBusy)
	late := must(net.Dial("tcp", l.Addr().String()))(t)
	defer late.Close()
	<-p.wake
	for {
		if got := accept.Poll(p.cx); got.Ready {
			if got.Err != nil {
				t.Fatal(got.Err)
			}
			got.Value.Close()
			break
		}
		<-p.wake
	}
}
