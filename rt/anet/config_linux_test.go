package anet_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// optionOf reads an option of a connection's socket.
func optionOf(t testing.TB, c *anet.Conn, level, name int) (value int) {
	t.Helper()
	raw := must(c.SyscallConn())(t)
	var err error
	if failure := raw.Control(func(sysfd uintptr) {
		value, err = syscall.GetsockoptInt(int(sysfd), level, name)
	}); failure != nil || err != nil {
		t.Fatal(failure, err)
	}
	return value
}

func TestOptions(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	if err := errors.Join(
		conn.SetNoDelay(false), conn.SetReadBuffer(1<<14), conn.SetWriteBuffer(1<<14),
		conn.SetKeepAlive(net.KeepAliveConfig{Enable: true, Idle: 7 * time.Second, Interval: 1500 * time.Millisecond, Count: 3}),
	); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ level, name, want int }{
		{syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 0},
		{syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1 << 15}, // the kernel doubles it
		{syscall.SOL_SOCKET, syscall.SO_SNDBUF, 1 << 15},
		{syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1},
		{syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 7},
		{syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, 2},
		{syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT, 3},
	} {
		if got := optionOf(t, conn, c.level, c.name); got != c.want {
			t.Errorf("option %d of %d is %d, want %d", c.name, c.level, got, c.want)
		}
	}
	conn.SetKeepAlive(net.KeepAliveConfig{})
	if optionOf(t, conn, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE) != 0 {
		t.Error("keep-alive cannot be switched off")
	}
	conn.SetLinger(0)
	conn.Close()
	if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the peer reads %v", err)
	}
	wantOpError(t, conn.SetNoDelay(true), "set", net.ErrClosed)
}

func TestListenConfig(t *testing.T) {
	r := newRuntime(t)
	var controlled atomic.Int32
	config := anet.ListenConfig{
		ReusePort: true,
		KeepAlive: net.KeepAliveConfig{Enable: true, Idle: 11 * time.Second},
		Control: func(network, address string, c syscall.RawConn) error {
			controlled.Add(1)
			return nil
		},
	}
	one := must(config.Listen("tcp4", "127.0.0.1:0"))(t)
	defer one.Close()
	two := must(config.Listen("tcp4", one.Addr().String()))(t) // the same port
	defer two.Close()
	if controlled.Load() != 2 {
		t.Errorf("Control was called %d times", controlled.Load())
	}
	two.Close()
	peer := must(net.Dial("tcp", one.Addr().String()))(t)
	defer peer.Close()
	conn := must(rt.Run(r, one.Accept()))(t)
	defer conn.Close()
	if optionOf(t, conn, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE) != 1 ||
		optionOf(t, conn, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE) != 11 {
		t.Error("accepted connections have no keep-alive")
	}
	refused := errors.New("refused")
	config.Control = func(string, string, syscall.RawConn) error { return refused }
	_, err := config.Listen("tcp", "127.0.0.1:0")
	wantOpError(t, err, "listen", refused)
}

func TestDialer(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	d := anet.Dialer{
		LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 7)},
		KeepAlive: net.KeepAliveConfig{Enable: true, Idle: 13 * time.Second},
		Timeout:   time.Minute,
		Control:   func(string, string, syscall.RawConn) error { return nil },
	}
	conn := must(rt.Run(r, d.Dial("tcp", l.Addr().String())))(t)
	defer conn.Close()
	if addr := conn.LocalAddr().(*net.TCPAddr); addr.IP.String() != "127.0.0.7" {
		t.Errorf("LocalAddr = %v", addr)
	}
	if optionOf(t, conn, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE) != 13 {
		t.Error("no keep-alive")
	}
	refused := errors.New("refused")
	d.Control = func(string, string, syscall.RawConn) error { return refused }
	_, err := rt.Run(r, d.Dial("tcp", l.Addr().String()))
	wantOpError(t, err, "dial", refused)
}

func TestDialTimeout(t *testing.T) {
	r := newRuntime(t)
	addr := fullListener(t)
	for _, d := range []anet.Dialer{
		{Timeout: 30 * time.Millisecond},
		{Deadline: time.Now().Add(30 * time.Millisecond), Timeout: time.Hour},
		{Timeout: -1, Deadline: time.Now().Add(-time.Second)},
	} {
		_, err := rt.Run(r, d.Dial("tcp", addr))
		wantTimeout(t, err, "dial")
	}
}

// WriteBuffers writes what Write would write of all in one, whatever the pieces.
func TestWriteBuffers(t *testing.T) {
	r := newRuntime(t)
	for _, sizes := range [][]int{
		nil, {0}, {1}, {3, 0, 5}, {0, 0, 1, 0},
		{1 << 20, 1, 2 << 20, 0, 7}, // more than the system takes at once
		make([]int, 100),
	} {
		conn, peer := pair(t, r)
		var bufs [][]byte
		var want []byte
		for i, size := range sizes {
			if len(sizes) == 100 {
				size = i * 7
			}
			b := bytes.Repeat([]byte{byte(i + 1)}, size)
			bufs, want = append(bufs, b), append(want, b...)
		}
		writing := rt.SpawnOn(r, conn.WriteBuffers(bufs))
		got := make(chan []byte)
		go func() {
			b, _ := io.ReadAll(peer)
			got <- b
		}()
		if n, err := writing.Await(); n != len(want) || err != nil {
			t.Errorf("WriteBuffers = %d, %v, want %d", n, err, len(want))
		}
		conn.Close()
		if !bytes.Equal(<-got, want) {
			t.Errorf("buffers of %v: other bytes came", sizes)
		}
	}
	conn, peer := pair(t, r)
	peer.Close()
	conn.Close()
	_, err := rt.Run(r, conn.WriteBuffers([][]byte{{1}}))
	wantOpError(t, err, "write", net.ErrClosed)
}

func TestCloseRead(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	read := rt.SpawnOn(r, conn.Read(make([]byte, 8)))
	if err := conn.CloseRead(); err != nil {
		t.Fatal(err)
	}
	if _, err := read.Await(); err != io.EOF {
		t.Errorf("Read = %v", err)
	}
	must(rt.Run(r, conn.Write([]byte("still"))))(t)
	buf := make([]byte, 8)
	if n, err := peer.Read(buf); string(buf[:n]) != "still" || err != nil {
		t.Errorf("the peer read %q, %v", buf[:n], err)
	}
}
