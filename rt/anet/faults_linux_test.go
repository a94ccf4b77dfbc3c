package anet_test

import (
	"context"
	"errors"
	"net"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// An Accept that lacks descriptors tells so, with the pauses that it makes.
func TestStarved(t *testing.T) {
	r := newRuntime(t)
	var pauses []time.Duration
	told := make(chan struct{}, 10)
	config := anet.ListenConfig{Starved: func(err error, pause time.Duration) {
		pauses = append(pauses, pause)
		told <- struct{}{}
	}}
	l := must(config.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	peer := must(net.Dial("tcp", l.Addr().String()))(t)
	defer peer.Close()
	restore := exhaust(t)
	accepting := rt.SpawnOn(r, l.Accept())
	for range 3 {
		<-told
	}
	restore()
	conn := must(accepting.Await())(t)
	conn.Close()
	for i, pause := range pauses {
		if want := 5 * time.Millisecond << i; pause != want {
			t.Errorf("pause %d is %v, want %v", i, pause, want)
		}
	}
}

// A runtime that was shut down watches nothing any more, which is an error and no hang. With
// another runtime the connection goes on.
func TestAfterShutdown(t *testing.T) {
	if portable {
		t.Skip("what waits on goroutines needs no runtime to watch it")
	}
	other := newRuntime(t)
	conn, peer := pair(t, other)
	r := rt.New(rt.Options{Name: t.Name()})
	if err := r.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	fresh, freshPeer := pair(t, other)
	_, err := rt.Run(r, fresh.Read(buf))
	wantOpError(t, err, "read", rt.ErrShutdown)
	freshPeer.Write([]byte("x"))
	if n, err := rt.Run(other, fresh.Read(buf)); n != 1 || err != nil {
		t.Errorf("Read with another runtime = %d, %v", n, err)
	}
	peer.Write([]byte("y"))
	conn.SetReadDeadline(time.Now().Add(time.Hour))
	if n, err := rt.Run(other, conn.Read(buf)); n != 1 || err != nil {
		t.Errorf("Read = %d, %v", n, err)
	}
}

// Connections are closed at any moment, by others than those who use them: everybody gets an
// error or what they asked for, nobody hangs, and nothing is left.
func TestCloseDuringOperations(t *testing.T) {
	r := newRuntime(t)
	for range 200 {
		conn, peer := pair(t, r)
		conn.SetDeadline(time.Now().Add(time.Hour))
		read := rt.SpawnOn(r, conn.Read(make([]byte, 8)))
		write := rt.SpawnOn(r, conn.Write(make([]byte, 8<<20)))
		var wg sync.WaitGroup
		wg.Go(func() { peer.Write([]byte("x")) })
		wg.Go(func() { conn.Close() })
		wg.Go(func() { conn.SetDeadline(time.Now().Add(time.Minute)) })
		wg.Wait()
		if _, err := read.Await(); err != nil {
			wantOpError(t, err, "read", net.ErrClosed)
		}
		_, err := write.Await()
		wantOpError(t, err, "write", net.ErrClosed)
		peer.Close()
	}
}

// Peers that never read have those who write to them wait, and nothing grows meanwhile: what
// waits is the caller's buffer, however often it is asked. When the peers give up, so do the
// writers.
func TestPeersThatNeverRead(t *testing.T) {
	if portable {
		t.Skip("what waits there has a goroutine and a copy")
	}
	r := useDefault(t)
	const count = 50
	shared := make([]byte, 64<<10)
	conns, peers := make([]*anet.Conn, count), make([]*net.TCPConn, count)
	for i := range count {
		conns[i], peers[i] = pair(t, r)
		peers[i].SetLinger(0)
	}
	before := heapInUse()
	writers, writes := make([]*poller, count), make([]*anet.WriteFuture, count)
	for i, conn := range conns {
		writers[i] = newPoller()
		for {
			writes[i] = conn.Write(shared)
			if p := writes[i].Poll(writers[i].cx); !p.Ready {
				break
			} else if p.Err != nil {
				t.Fatal(p.Err)
			}
		}
		for range 10 { // polled for no reason
			pending(t, writers[i], writes[i])
		}
	}
	if each := (heapInUse() - before) / count; each > 4<<10 {
		t.Errorf("each writer that waits takes %d bytes", each)
	}
	for i := range count {
		peers[i].Close()
		for p := writes[i].Poll(writers[i].cx); ; p = writes[i].Poll(writers[i].cx) {
			if p.Ready {
				if !errors.Is(p.Err, syscall.ECONNRESET) && !errors.Is(p.Err, syscall.EPIPE) {
					t.Errorf("Write to a peer that is gone: %v", p.Err)
				}
				break
			}
			<-writers[i].wake
		}
		conns[i].Close()
	}
	runtime.KeepAlive(shared)
}

// heapInUse returns the size of what lives.
func heapInUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
