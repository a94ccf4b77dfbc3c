//go:build !asyncgen_portable

package anet

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/rt"
)

// mute returns an address of IPv6 that answers nobody.
func mute(t *testing.T) netip.AddrPort {
	t.Helper()
	sysfd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Skip(err) // no IPv6 here
	}
	t.Cleanup(func() { unix.Close(sysfd) })
	if err := unix.Bind(sysfd, &unix.SockaddrInet6{Addr: netip.IPv6Loopback().As16()}); err != nil {
		t.Skip(err)
	}
	if err := unix.Listen(sysfd, 0); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(sysfd)
	if err != nil {
		t.Fatal(err)
	}
	addr := endpointOf(socketAddr(tcp, sa)).AddrPort
	filler, err := net.Dial("tcp", addr.String()) // whoever comes next waits
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { filler.Close() })
	return addr
}

// dialFuture is a dial whose addresses are known.
type dialFuture struct {
	rt.Pin
	*dial
}

func (f *dialFuture) Poll(cx *rt.Context) rt.Poll[*Conn] {
	conn, ready, err := f.poll(cx)
	return rt.Poll[*Conn]{Value: conn, Err: err, Ready: ready}
}

func (f *dialFuture) Cancel() { f.stop() }

// When the version of IP that comes first does not answer, the other is tried beside it; when
// it refuses, at once.
func TestFallback(t *testing.T) {
	r := rt.New(rt.Options{Name: t.Name()})
	defer r.Shutdown(context.Background())
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	good := l.Addr().(*net.TCPAddr).AddrPort()
	good = unmap(good)
	silent := mute(t)
	refused := netip.AddrPortFrom(netip.IPv6Loopback(), 1)
	for _, c := range []struct {
		name  string
		delay time.Duration
		addrs []netip.AddrPort
	}{
		{"silent", time.Millisecond, []netip.AddrPort{silent, good}},
		{"default", 0, []netip.AddrPort{silent, good}},
		{"refused", time.Hour, []netip.AddrPort{refused, good}},
		{"refused, one by one", -1, []netip.AddrPort{refused, good}},
		{"first", time.Hour, []netip.AddrPort{good, silent}},
		{"both refused first", time.Hour, []netip.AddrPort{refused, refused, good}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &dial{dialer: &Dialer{FallbackDelay: c.delay}, network: "tcp"}
			d.first = race{dial: d, kind: tcp}
			d.second = d.first
			d.begin(c.addrs)
			conn, err := rt.Run(r, &dialFuture{dial: d})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if got := endpointOf(conn.RemoteAddr()).AddrPort; got != good {
				t.Errorf("connected to %v, want %v", got, good)
			}
			if d.first.conn != nil || d.second.conn != nil || d.delay != nil {
				t.Error("the loser goes on")
			}
		})
	}
	// Nobody is there: the error is that of the first.
	d := &dial{dialer: new(Dialer), network: "tcp"}
	d.first = race{dial: d, kind: tcp}
	d.second = d.first
	d.begin([]netip.AddrPort{refused, netip.MustParseAddrPort("127.0.0.1:1")})
	_, err = rt.Run(r, &dialFuture{dial: d})
	var e *net.OpError
	if !errors.As(err, &e) || e.Addr.String() != refused.String() {
		t.Errorf("got %v", err)
	}
}

// A Dial that is canceled while it connects over both versions of IP, or before it has begun with
// the second, leaves no descriptor.
func TestCancelRaces(t *testing.T) {
	r := rt.New(rt.Options{Name: t.Name()})
	defer r.Shutdown(context.Background())
	silent, alsoSilent := mute(t), mute(t)
	for _, delay := range []time.Duration{time.Nanosecond, time.Hour} {
		d := &dial{dialer: &Dialer{FallbackDelay: delay}, network: "tcp"}
		d.first = race{dial: d, kind: tcp}
		d.second = d.first
		d.begin([]netip.AddrPort{silent})
		// As if it were an address of the other version.
		d.second.to = append(d.second.to, endpoint{AddrPort: alsoSilent})
		d.delay = rt.Sleep(delay)
		before := open(t)
		begun, told := make(chan struct{}), false
		task := rt.SpawnOn(r, rt.FromFunc(func(cx *rt.Context) rt.Poll[*Conn] {
			conn, ready, err := d.poll(cx)
			if !told && d.first.conn != nil && (d.second.conn != nil) == (delay != time.Hour) {
				told = true
				close(begun)
			}
			return rt.Poll[*Conn]{Value: conn, Err: err, Ready: ready}
		}))
		<-begun
		// FromFunc knows nothing of the dial, so it is stopped by hand when nobody polls it.
		task.Cancel()
		task.Await()
		d.stop()
		if d.first.conn != nil || d.second.conn != nil || d.delay != nil {
			t.Error("something goes on")
		}
		if after := open(t); after != before {
			t.Errorf("%d descriptors are open, %d before", after, before)
		}
	}
}

// open counts the descriptors of this process.
func open(t *testing.T) int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}
