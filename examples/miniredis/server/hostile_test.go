package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/examples/miniredis/frame"
	"github.com/asyncgen/asyncgen/examples/miniredis/store"
	"github.com/asyncgen/asyncgen/rt"
)

// ask sends a command and checks how the reply begins.
func ask(t *testing.T, c net.Conn, line, want string) {
	t.Helper()
	if _, err := io.WriteString(c, request(line)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("%s: %q, %v, want %q", line, got, err, want)
	}
}

// A connReader lets a frame.Reader read from a connection of package net, in plain code.
type connReader struct{ conn net.Conn }

func (r *connReader) PollRead(_ *rt.Context, _ *rt.Turn, b []byte) rt.Poll[int] {
	return rt.Finish(r.conn.Read(b))
}

func (r *connReader) CancelRead(*rt.Turn) {}

// Clients that stall in the middle of a command, reset the connection, send garbage or do not read
// what they have asked for do not disturb one who does none of this.
func TestHostileClients(t *testing.T) {
	s := start(t, Options{})
	addr := s.Addr().String()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	good := dial(t, "tcp", addr)
	ask(t, good, "SET big "+strings.Repeat("x", 100_000), "+OK\r\n")
	var wg sync.WaitGroup
	for i := range 60 {
		c := dial(t, "tcp", addr).(*net.TCPConn)
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			switch i % 4 {
			case 0: // stalls
				io.WriteString(c, "*3\r\n$3\r\nSET\r\n$1\r\nq\r\n$100\r\nx")
			case 1: // resets
				io.WriteString(c, strings.Repeat(request("GET big"), 100))
				c.SetLinger(0)
				c.Close()
			case 2: // sends garbage
				b := make([]byte, r.IntN(10_000))
				for i := range b {
					b[i] = byte(r.Uint32())
				}
				c.Write(b)
				c.CloseWrite()
				io.Copy(io.Discard, c)
			case 3: // asks for ever more and reads nothing
				c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
				for {
					if _, err := io.WriteString(c, request("GET big")); err != nil {
						break
					}
				}
				c.SetLinger(0)
				c.Close()
			}
		})
	}
	for i := range 200 {
		ask(t, good, fmt.Sprintf("SET k v%d", i), "+OK\r\n")
	}
	wg.Wait()
	ask(t, good, "GET k", "$4\r\nv199\r\n")
	ask(t, good, "EXISTS q", ":0\r\n")
}

// A subscriber that does not read is cut off when too much waits for it, and one that reads gets
// everything. The publisher waits for neither.
func TestSlowSubscriber(t *testing.T) {
	s := start(t, Options{HardLimit: 4 << 20})
	addr := s.Addr().String()
	slow, quick, pub := dial(t, "tcp", addr), dial(t, "tcp", addr), dial(t, "tcp", addr)
	for _, c := range []net.Conn{slow, quick} {
		ask(t, c, "SUBSCRIBE news", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
	}
	text := strings.Repeat("x", 100_000)
	var want frame.Buffer
	want.List(3)
	for _, part := range []string{"message", "news", text} {
		want.BulkString(part)
	}
	got := make([]byte, len(want.Bytes))
	both, alone := 0, false
	for n := 0; !alone; n++ {
		if n == 10_000 {
			t.Fatal("the subscriber is not cut off")
		}
		if _, err := io.WriteString(pub, request("PUBLISH news "+text)); err != nil {
			t.Fatal(err)
		}
		reply := make([]byte, 4)
		if _, err := io.ReadFull(pub, reply); err != nil {
			t.Fatal(err)
		}
		switch string(reply) {
		case ":2\r\n":
			both++
		case ":1\r\n":
			alone = true
		default:
			t.Fatalf("%q", reply)
		}
		if _, err := io.ReadFull(quick, got); err != nil || !bytes.Equal(got, want.Bytes) {
			t.Fatalf("message %d: %v", n, err)
		}
	}
	if both*len(text) < 4<<20 {
		t.Errorf("cut off after %d messages", both)
	}
	n, err := io.Copy(io.Discard, slow)
	t.Logf("cut off after %d messages, of which %d bytes have come, then %v", both, n, err)
}

// There are no more clients than there may be, and when one leaves another one may come.
func TestLimit(t *testing.T) {
	s := start(t, Options{MaxClients: 3})
	addr := s.Addr().String()
	conns := make([]net.Conn, 3)
	for i := range conns {
		conns[i] = dial(t, "tcp", addr)
		ask(t, conns[i], "PING", "+PONG\r\n")
	}
	const refusal = "-ERR max number of clients reached\r\n"
	if got, err := io.ReadAll(dial(t, "tcp", addr)); string(got) != refusal || err != nil {
		t.Errorf("one too many: %q, %v", got, err)
	}
	ask(t, conns[0], "QUIT", "+OK\r\n")
	if _, err := conns[0].Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	for { // until the server knows as well
		c := dial(t, "tcp", addr)
		io.WriteString(c, request("PING"))
		got := make([]byte, 7)
		io.ReadFull(c, got)
		if string(got) == "+PONG\r\n" {
			break
		}
		c.Close()
	}
}

// Stop answers what has come, in the middle of load, and what was acknowledged is there.
func TestStopUnderLoad(t *testing.T) {
	s, err := Start("127.0.0.1:0", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sum, asked atomic.Int64
	var wg sync.WaitGroup
	busy := make(chan struct{})
	var once sync.Once
	idle := dial(t, "tcp", s.Addr().String())
	half := dial(t, "tcp", s.Addr().String())
	io.WriteString(half, "*2\r\n$4\r\nINCR\r\n$1\r\n")
	for range 20 {
		c := dial(t, "tcp", s.Addr().String())
		wg.Go(func() {
			r := frame.NewReader(&connReader{c})
			one := []byte(request("INCR n"))
			batch := bytes.Repeat(one, 50)
			for {
				n, err := c.Write(batch)
				asked.Add(int64(n / len(one)))
				for range n / len(one) {
					f, err := r.ReadFrame()
					if err != nil {
						return
					}
					if f.Kind != frame.Int {
						t.Errorf("%v", f)
					}
					if sum.Add(1) == 5000 {
						once.Do(func() { close(busy) })
					}
				}
				if err != nil {
					return
				}
			}
		})
	}
	<-busy
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
	wg.Wait()
	e := s.store.DBs[0].Get([]byte("n"), 0)
	n, _ := frame.ParseInt(e.Value.(*store.String).Bytes)
	if n < sum.Load() || n > asked.Load() {
		t.Errorf("%d were acknowledged, %d were asked for, %d are there", sum.Load(), asked.Load(), n)
	}
	for _, c := range []net.Conn{idle, half} {
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a connection goes on")
		}
	}
	if len(s.clients) != 0 {
		t.Errorf("%d clients are left", len(s.clients))
	}
}
