package anet_test

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// listen returns a listener of package net that accepts and greets.
func listen(t *testing.T, network, addr string) (port string) {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Skip(err) // no IPv6 here
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Write([]byte("hello"))
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-ended })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestDial(t *testing.T) {
	for _, c := range []struct{ listen, network, host string }{
		{"127.0.0.1", "tcp", "127.0.0.1"},
		{"127.0.0.1", "tcp4", "127.0.0.1"},
		{"127.0.0.1", "tcp4", ""},
		{"127.0.0.1", "tcp", "::ffff:127.0.0.1"},
		{"127.0.0.1", "tcp", "localhost"}, // both addresses, of which one works
		{"127.0.0.1", "tcp", ""},
		{"::1", "tcp", "::1"},
		{"::1", "tcp6", "::1"},
		{"::1", "tcp6", ""},
		{"::1", "tcp", ""},
	} {
		t.Run(strings.Join([]string{c.network, c.host, c.listen}, " "), func(t *testing.T) {
			r := newRuntime(t)
			if portable && c.host == "" && c.listen == "::1" {
				t.Skip("package net dials IPv4 then")
			}
			port := listen(t, "tcp", net.JoinHostPort(c.listen, "0"))
			conn := must(rt.Run(r, anet.Dial(c.network, net.JoinHostPort(c.host, port))))(t)
			defer conn.Close()
			buf := make([]byte, 8)
			if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "hello" || err != nil {
				t.Errorf("Read = %q, %v", buf[:n], err)
			}
			if addr := conn.RemoteAddr().(*net.TCPAddr); strconv.Itoa(addr.Port) != port || !addr.IP.Equal(net.ParseIP(c.listen)) {
				t.Errorf("RemoteAddr = %v", addr)
			}
		})
	}
}

func TestDialRefused(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	addr := l.Addr().String()
	l.Close()
	_, err := rt.Run(r, anet.Dial("tcp", addr))
	wantOpError(t, err, "dial", syscall.ECONNREFUSED)
	if want := "dial tcp " + addr + ": connect: connection refused"; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestDialBadAddress(t *testing.T) {
	r := newRuntime(t)
	for _, c := range []struct{ network, addr, want string }{
		{"ip", "127.0.0.1", "unknown network ip"},
		{"tcp", "127.0.0.1", "missing port in address"},
		{"tcp", "127.0.0.1:65536", "invalid port"},
		{"tcp", "127.0.0.1:no-such-service", "unknown port"},
		{"tcp4", "[::1]:1", "no suitable address"},
		{"tcp6", "127.0.0.1:1", "no suitable address"},
		{"tcp", "no such host.invalid:1", "no such host"},
	} {
		conn, err := rt.Run(r, anet.Dial(c.network, c.addr))
		var e *net.OpError
		if conn != nil || !errors.As(err, &e) || e.Op != "dial" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Dial(%q, %q) = %v, %v, want an error with %q", c.network, c.addr, conn, err, c.want)
		}
	}
}

// fullListener returns the address of a listener that takes no more connections: whoever
// dials it waits.
func fullListener(t *testing.T) string {
	t.Helper()
	sysfd := must(syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0))(t)
	t.Cleanup(func() { syscall.Close(sysfd) })
	if err := errors.Join(
		syscall.Bind(sysfd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}),
		syscall.Listen(sysfd, 0),
	); err != nil {
		t.Fatal(err)
	}
	bound := must(syscall.Getsockname(sysfd))(t).(*syscall.SockaddrInet4)
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(bound.Port))
	filler := must(net.Dial("tcp", addr))(t)
	t.Cleanup(func() { filler.Close() })
	return addr
}

func TestCancelDial(t *testing.T) {
	useDefault(t)
	addr := fullListener(t)
	before := descriptors(t)
	p := newPoller()
	for range 3 {
		f := anet.Dial("tcp", addr)
		pending(t, p, f)
		pending(t, p, f)
		if n := descriptors(t); n != before+1 && !portable {
			t.Errorf("%d descriptors while dialing, want %d", n, before+1)
		}
		f.Cancel()
		f.Cancel()
		if n := descriptors(t); n != before && !portable {
			t.Errorf("%d descriptors after a canceled Dial, want %d", n, before)
		}
	}
	anet.Dial("tcp", addr).Cancel() // never polled
}

// Canceled while the name is looked up.
func TestCancelLookup(t *testing.T) {
	useDefault(t)
	p := newPoller()
	for range 20 {
		f := anet.Dial("tcp", "localhost:1")
		f.Poll(p.cx)
		f.Cancel()
	}
}
