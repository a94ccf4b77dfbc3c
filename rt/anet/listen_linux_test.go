package anet_test

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

func TestListen(t *testing.T) {
	for _, c := range []struct{ network, addr, v4, v6 string }{
		{"tcp", ":0", "yes", "yes"},
		{"tcp", "[::]:0", "yes", "yes"},
		{"tcp", "0.0.0.0:0", "yes", "no"},
		{"tcp4", ":0", "yes", "no"},
		{"tcp6", ":0", "no", "yes"},
		{"tcp", "127.0.0.1:0", "yes", "no"},
		{"tcp", "[::1]:0", "no", "yes"},
		{"tcp4", "localhost:0", "yes", "no"},
	} {
		t.Run(c.network+" "+c.addr, func(t *testing.T) {
			r := newRuntime(t)
			l, err := anet.Listen(c.network, c.addr)
			if err != nil {
				t.Skip(err) // no IPv6 here
			}
			defer l.Close()
			_, port, _ := net.SplitHostPort(l.Addr().String())
			for host, want := range map[string]string{"127.0.0.1": c.v4, "::1": c.v6} {
				peer, err := net.Dial("tcp", net.JoinHostPort(host, port))
				if err != nil {
					if want == "yes" && !errors.Is(err, syscall.EADDRNOTAVAIL) {
						t.Errorf("cannot dial %s: %v", host, err)
					}
					continue
				}
				if want == "no" {
					t.Errorf("it accepts connections to %s", host)
				}
				conn := must(rt.Run(r, l.Accept()))(t)
				conn.Close()
				peer.Close()
			}
		})
	}
}

func TestListenErrors(t *testing.T) {
	taken := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer taken.Close()
	for _, c := range []struct{ network, addr, want string }{
		{"udp", "127.0.0.1:0", "unknown network udp"},
		{"tcp", "127.0.0.1", "missing port in address"},
		{"tcp", taken.Addr().String(), "bind: address already in use"},
		{"tcp", "192.0.2.1:0", "bind: cannot assign requested address"},
	} {
		l, err := anet.Listen(c.network, c.addr)
		var e *net.OpError
		if l != nil || !errors.As(err, &e) || e.Op != "listen" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Listen(%q, %q) = %v, %v, want an error with %q", c.network, c.addr, l, err, c.want)
		}
	}
}

// A port can be used again right after a server with connections has gone.
func TestListenAgain(t *testing.T) {
	r := newRuntime(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	peer := must(net.Dial("tcp", l.Addr().String()))(t)
	defer peer.Close()
	conn := must(rt.Run(r, l.Accept()))(t)
	conn.Close() // first, so that the connection lingers on this side
	l.Close()
	again := must(anet.Listen("tcp", l.Addr().String()))(t)
	again.Close()
}

// Accepted connections send small messages at once.
func TestNoDelay(t *testing.T) {
	r := newRuntime(t)
	conn, peer := pair(t, r)
	dialed := must(rt.Run(r, anet.Dial("tcp", "127.0.0.1:"+listen(t, "tcp", "127.0.0.1:0"))))(t)
	defer dialed.Close()
	for name, addr := range map[string]string{
		"accepted": conn.LocalAddr().String() + peer.LocalAddr().String(),
		"dialed":   dialed.LocalAddr().String() + dialed.RemoteAddr().String(),
	} {
		if !nodelay(t, addr) {
			t.Errorf("TCP_NODELAY is off on the %s connection", name)
		}
	}
}

// nodelay finds the socket between two addresses, given as one string, among the open
// descriptors, and reads its option.
func nodelay(t *testing.T, addrs string) bool {
	t.Helper()
	for sysfd := range 1 << 10 {
		if f := socketAddrs(sysfd); f == addrs {
			on := must(syscall.GetsockoptInt(sysfd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY))(t)
			return on != 0
		}
	}
	t.Fatalf("no socket has the addresses %s", addrs)
	return false
}

func socketAddrs(sysfd int) string {
	local, err1 := syscall.Getsockname(sysfd)
	remote, err2 := syscall.Getpeername(sysfd)
	if err1 != nil || err2 != nil {
		return ""
	}
	addrs := ""
	for _, sa := range []syscall.Sockaddr{local, remote} {
		switch sa := sa.(type) {
		case *syscall.SockaddrInet4:
			addrs += (&net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}).String()
		case *syscall.SockaddrInet6:
			addrs += (&net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}).String()
		}
	}
	return addrs
}

// exhaust takes all descriptors that the process may have, after lowering the limit so that
// they are few, and returns how to give them back.
func exhaust(t *testing.T) (restore func()) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	low := old
	low.Cur = 200
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low); err != nil {
		t.Fatal(err)
	}
	null := must(os.Open(os.DevNull))(t)
	var taken []int
	for {
		sysfd, err := syscall.Dup(int(null.Fd()))
		if err != nil {
			break
		}
		taken = append(taken, sysfd)
	}
	return func() {
		for _, sysfd := range taken {
			syscall.Close(sysfd)
		}
		null.Close()
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old)
	}
}

// Without descriptors an Accept waits, without using the time to try, and goes on when there
// are some again.
func TestAcceptWithoutDescriptors(t *testing.T) {
	useDefault(t)
	l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
	defer l.Close()
	peer := must(net.Dial("tcp", l.Addr().String()))(t)
	defer peer.Close()
	restore := exhaust(t)
	p, f := newPoller(), l.Accept()
	pending(t, p, f)
	for range 3 {
		<-p.wake // by the timer
		pending(t, p, f)
	}
	restore()
	for {
		<-p.wake
		if got := f.Poll(p.cx); got.Ready {
			if got.Err != nil {
				t.Fatal(got.Err)
			}
			got.Value.Close()
			break
		}
	}
}

// What an Accept that pauses waits for besides: it ends at once when it is canceled or the
// listener is closed.
func TestAcceptPauseEnds(t *testing.T) {
	useDefault(t)
	for _, end := range []string{"cancel", "close"} {
		l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
		peer := must(net.Dial("tcp", l.Addr().String()))(t)
		restore := exhaust(t)
		p, f := newPoller(), l.Accept()
		pending(t, p, f)
		if end == "cancel" {
			f.Cancel()
			restore()
			must(l.Accept().Await())(t).Close()
			l.Close()
		} else {
			l.Close()
			<-p.wake
			wantOpError(t, f.Poll(p.cx).Err, "accept", net.ErrClosed)
			restore()
		}
		peer.Close()
	}
}
