package anet_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// echo is a machine that sends everything back until the stream ends. It is written by hand
// in the form that the compiler gives to
//
//	for {
//		n, err := conn.Read(buf).Await()
//		if err != nil {
//			return err
//		}
//		if _, err := conn.Write(buf[:n]).Await(); err != nil {
//			return err
//		}
//	}
type echo struct {
	rt.Pin
	state uint8 // 0: start, 1: awaits read, 2: awaits write
	conn  *anet.Conn
	buf   []byte
	read  anet.ReadFuture
	write anet.WriteFuture
}

func (e *echo) Poll(cx *rt.Context) rt.Poll[struct{}] {
	switch e.state {
	case 1:
		goto awaitRead
	case 2:
		goto awaitWrite
	}
read:
	e.read = *e.conn.Read(e.buf)
awaitRead:
	if p := e.read.Poll(cx); !p.Ready {
		e.state = 1
		return rt.Pending[struct{}]()
	} else if p.Err != nil {
		return rt.Fail[struct{}](p.Err)
	} else {
		e.write = *e.conn.Write(e.buf[:p.Value])
	}
awaitWrite:
	if p := e.write.Poll(cx); !p.Ready {
		e.state = 2
		return rt.Pending[struct{}]()
	} else if p.Err != nil {
		return rt.Fail[struct{}](p.Err)
	}
	goto read
}

func (e *echo) Cancel() {
	switch e.state {
	case 1:
		e.read.Cancel()
	case 2:
		e.write.Cancel()
	}
}

func newEcho(conn *anet.Conn, size int) *echo { return &echo{conn: conn, buf: make([]byte, size)} }

// serve accepts n connections and echoes on each in a task of its own, which closes the
// connection in the end. It returns when all streams have ended.
func serve(r *rt.Runtime, l *anet.Listener, n int) error {
	var tasks []*rt.Task[struct{}]
	for range n {
		conn, err := rt.Run(r, l.Accept())
		if err != nil {
			return err
		}
		e := newEcho(conn, 512)
		tasks = append(tasks, rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[struct{}] {
			p := e.Poll(cx)
			if p.Ready {
				conn.Close()
			}
			return p
		})))
	}
	for i, task := range tasks {
		if _, err := task.Await(); err != io.EOF {
			return fmt.Errorf("connection %d: %w", i, err)
		}
	}
	return nil
}

// visit sends rounds of random data and checks that all of it comes back.
func visit(addr string, seed uint64, rounds int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	random := rand.New(rand.NewPCG(seed, 0))
	for range rounds {
		sent := make([]byte, 1+random.IntN(2000))
		for i := range sent {
			sent[i] = byte(random.Uint32())
		}
		if _, err := conn.Write(sent); err != nil {
			return err
		}
		got := make([]byte, len(sent))
		if _, err := io.ReadFull(conn, got); err != nil {
			return err
		}
		if !bytes.Equal(sent, got) {
			return fmt.Errorf("client %d: other bytes came back than were sent", seed)
		}
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	if n, err := conn.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return fmt.Errorf("client %d: after the end came %d bytes, %v", seed, n, err)
	}
	return nil
}

// A thousand clients talk at once to as many tasks of one worker.
func TestEchoThousand(t *testing.T) {
	const clients, rounds = 1000, 5
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	var visitors sync.WaitGroup
	for seed := range uint64(clients) {
		visitors.Go(func() {
			if err := visit(l.Addr().String(), seed, rounds); err != nil {
				t.Error(err)
			}
		})
	}
	if err := serve(r, l, clients); err != nil {
		t.Error(err)
	}
	visitors.Wait()
}

// The writer is far ahead of a reader that starts late and takes little at a time.
func TestWriteToSlowReader(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	data := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{1}).Read(data)
	write := rt.SpawnOn(r, conn.Write(data))
	got := sha256.New()
	for buf, left := make([]byte, 3001), len(data); left > 0; {
		n, err := peer.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(buf[:n])
		left -= n
	}
	if n, err := write.Await(); n != len(data) || err != nil {
		t.Fatalf("Write = %d, %v", n, err)
	}
	if want := sha256.Sum256(data); !bytes.Equal(got.Sum(nil), want[:]) {
		t.Error("other bytes came than were sent")
	}
}

// Both directions of one connection are full at once, and each is worked on by a task of its
// own.
func TestBothDirections(t *testing.T) {
	const size = 4 << 20
	r := newRuntime(t)
	conn, peer := pair(t, r)
	write := rt.SpawnOn(r, conn.Write(make([]byte, size)))
	read := rt.SpawnOn(r, &discard{conn: conn, buf: make([]byte, 10000)})
	var peers sync.WaitGroup
	peers.Go(func() {
		if _, err := peer.Write(make([]byte, size)); err != nil {
			t.Error(err)
		}
		peer.CloseWrite()
	})
	peers.Go(func() {
		if _, err := io.CopyN(io.Discard, peer, size); err != nil {
			t.Error(err)
		}
	})
	if n, err := write.Await(); n != size || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if n, err := read.Await(); n != size || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
	peers.Wait()
}

// discard is a machine that reads to the end and counts.
type discard struct {
	rt.Pin
	conn  *anet.Conn
	buf   []byte
	total int
	read  *anet.ReadFuture
}

func (d *discard) Poll(cx *rt.Context) rt.Poll[int] {
	for {
		if d.read == nil {
			d.read = d.conn.Read(d.buf)
		}
		p := d.read.Poll(cx)
		if !p.Ready {
			return rt.Pending[int]()
		}
		d.read = nil
		d.total += p.Value
		if p.Err == io.EOF {
			return rt.Ready(d.total)
		}
		if p.Err != nil {
			return rt.Fail[int](p.Err)
		}
	}
}

func (d *discard) Cancel() {
	if d.read != nil {
		d.read.Cancel()
	}
}

// Reading and writing allocate nothing, and neither does waiting.
func TestAllocations(t *testing.T) {
	if portable {
		t.Skip("goroutines are started")
	}
	r := newRuntime(t)
	conn, peer := pair(t, r)
	echoing := rt.SpawnOn(r, newEcho(conn, 512))
	buf := make([]byte, 64)
	exchange := func() {
		peer.Write(buf)
		io.ReadFull(peer, buf)
	}
	exchange()
	if n := testing.AllocsPerRun(200, exchange); n >= 1 {
		t.Errorf("an exchange allocates %v times", n)
	}
	peer.Close()
	if _, err := echoing.Await(); err != io.EOF {
		t.Error(err)
	}
}

// BenchmarkEcho exchanges 64 bytes on one connection with a client of package net, next to
// which only the server differs.
func BenchmarkEcho(b *testing.B) {
	b.Run("anet", func(b *testing.B) {
		r := newRuntime(b)
		conn, peer := pair(b, r)
		echoing := rt.SpawnOn(r, newEcho(conn, 512))
		exchange(b, peer)
		echoing.Await()
	})
	b.Run("net", func(b *testing.B) {
		l := must(net.Listen("tcp", "127.0.0.1:0"))(b)
		defer l.Close()
		peer := must(net.Dial("tcp", l.Addr().String()))(b)
		conn := must(l.Accept())(b)
		defer conn.Close()
		go func() {
			for buf := make([]byte, 512); ; {
				n, err := conn.Read(buf)
				if err != nil {
					return
				}
				conn.Write(buf[:n])
			}
		}()
		exchange(b, peer.(*net.TCPConn))
	})
}

// exchange is the client's side of BenchmarkEcho.
func exchange(b *testing.B, peer *net.TCPConn) {
	buf := make([]byte, 64)
	for b.Loop() {
		peer.Write(buf)
		if _, err := io.ReadFull(peer, buf); err != nil {
			b.Fatal(err)
		}
	}
	peer.Close()
}
