package anet

import (
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A Listener accepts TCP connections. One Accept may be under way at a time; all methods
// may be called from any goroutine.
type Listener struct {
	fd      rt.FD
	network string
	addr    *net.TCPAddr // the address that it is bound to
}

// Listen starts to listen on a TCP address such as "127.0.0.1:8080" or ":0". The network is
// "tcp", "tcp4" or "tcp6"; with "tcp" and no host, or the host "::", it takes connections
// of both versions of IP. Listen does not wait for anybody: the host should be empty or an
// IP address, for a name is looked up and blocks the goroutine meanwhile.
func Listen(network, addr string) (*Listener, error) {
	where, err := resolveListen(network, addr)
	if err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	sysfd, err := listenAny(network, where)
	if err != nil {
		return nil, opError("listen", network, nil, where, err)
	}
	l := &Listener{network: network, addr: where}
	if bound, err := localAddr(sysfd); err == nil {
		l.addr = bound // with the port that the system has chosen
	}
	l.fd.Init(sysfd)
	return l, nil
}

// resolveListen returns the address to listen on. Its IP is nil if there is no host.
func resolveListen(network, addr string) (*net.TCPAddr, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
		return net.ResolveTCPAddr(network, addr)
	}
	return nil, net.UnknownNetworkError(network)
}

// listenAny returns a listening socket. For both versions of IP that is one of IPv6, unless
// this machine has none.
func listenAny(network string, where *net.TCPAddr) (int, error) {
	port := uint16(where.Port)
	anyV4 := netip.AddrPortFrom(netip.IPv4Unspecified(), port)
	anyV6 := netip.AddrPortFrom(netip.IPv6Unspecified(), port)
	ip := where.AddrPort().Addr().Unmap()
	switch {
	case ip.IsValid() && !ip.IsUnspecified():
		return listenSocket(netip.AddrPortFrom(ip, port), false)
	case network == "tcp4" || ip.Is4():
		return listenSocket(anyV4, false)
	case network == "tcp6":
		return listenSocket(anyV6, false)
	}
	sysfd, err := listenSocket(anyV6, true)
	if err != nil && !where.IP.Equal(net.IPv6unspecified) {
		if v4, err4 := listenSocket(anyV4, false); err4 == nil {
			return v4, nil
		}
	}
	return sysfd, err
}

// Addr returns the address that the listener is bound to, a [*net.TCPAddr].
func (l *Listener) Addr() net.Addr { return l.addr }

// Close stops listening. An Accept that waits fails with [net.ErrClosed], and so does a
// second Close. Connections that were not accepted are reset.
func (l *Listener) Close() error {
	if err := l.fd.Close(); err != nil {
		return l.opError("close", err)
	}
	return nil
}

// opError says which operation of this listener has failed.
func (l *Listener) opError(op string, err error) error {
	return opError(op, l.network, nil, l.addr, err)
}

// Accept returns a future of the next connection. When the process has no descriptors or no
// memory left it goes on waiting, and tries again at intervals of a few milliseconds, later
// up to a second: the connections stay in the listener's queue. Canceling loses none.
//
//async:new
func (l *Listener) Accept() *AcceptFuture { return &AcceptFuture{listener: l} }

// An AcceptFuture is the future of [Listener.Accept].
type AcceptFuture struct {
	rt.Pin
	listener *Listener // nil when it is done
	// pause is not nil after an attempt for which resources lacked. While it goes on the
	// future also waits for the listener, to notice when that is closed.
	pause *rt.SleepFuture
	// lastPause is how long the last pause was, so that the next one can be longer.
	lastPause time.Duration
	turn      rt.Turn
}

// Bounds of the pauses between attempts to accept.
const (
	shortestPause = 5 * time.Millisecond
	longestPause  = time.Second
)

// Poll accepts a connection if there is one.
func (f *AcceptFuture) Poll(cx *rt.Context) rt.Poll[*Conn] {
	if f.listener == nil {
		panic(rt.Completed("anet.Listener.Accept"))
	}
	for {
		if f.pause != nil {
			if p, waiting := f.pollPause(cx); waiting {
				return p
			}
		}
		p, again := f.attempt(cx)
		if !again {
			return p
		}
	}
}

// pollPause reports whether the future still pauses, or has ended because the listener was
// closed.
func (f *AcceptFuture) pollPause(cx *rt.Context) (p rt.Poll[*Conn], waiting bool) {
	if err := f.listener.fd.Watch(cx, rt.In, &f.turn); err != nil {
		f.endPause()
		return f.finish(nil, f.listener.opError("accept", err)), true
	}
	pause := f.pause.Poll(cx)
	if !pause.Ready {
		return p, true
	}
	f.pause = nil
	if pause.Err != nil {
		f.listener.fd.Release(rt.In, &f.turn)
		return f.finish(nil, f.listener.opError("accept", pause.Err)), true
	}
	return p, false
}

// attempt tries to accept. If again it is to be called again, perhaps after a pause.
func (f *AcceptFuture) attempt(cx *rt.Context) (p rt.Poll[*Conn], again bool) {
	fd := &f.listener.fd
	sysfd, ready, err := fd.Begin(cx, rt.In, &f.turn)
	if err != nil {
		return f.finish(nil, f.listener.opError("accept", err)), false
	}
	if !ready {
		return p, false
	}
	conn, errno := accept(sysfd)
	switch {
	case errno == wouldBlock:
		fd.End(rt.In, &f.turn, rt.Blocked, false)
		return p, true
	case errno == interrupted || stillborn(errno):
		fd.End(rt.In, &f.turn, rt.More, false)
		return p, true
	case starved(errno):
		fd.End(rt.In, &f.turn, rt.More, false)
		f.lastPause = min(max(2*f.lastPause, shortestPause), longestPause)
		f.pause = rt.Sleep(f.lastPause)
		return p, true
	case errno != 0:
		fd.End(rt.In, &f.turn, rt.More, true)
		return f.finish(nil, f.listener.opError("accept", os.NewSyscallError("accept4", errno))), false
	}
	fd.End(rt.In, &f.turn, rt.More, true)
	return f.finish(newConn(conn), nil), false
}

// finish ends the future.
func (f *AcceptFuture) finish(c *Conn, err error) rt.Poll[*Conn] {
	f.listener = nil
	return rt.Finish(c, err)
}

// endPause stops a pause that goes on.
func (f *AcceptFuture) endPause() {
	if f.pause != nil {
		f.pause.Cancel()
		f.pause = nil
	}
}

// Cancel gives up accepting.
func (f *AcceptFuture) Cancel() {
	if f.listener != nil {
		f.endPause()
		f.listener.fd.Release(rt.In, &f.turn)
		f.listener = nil
	}
}

// Await waits for the future and returns the connection.
func (f *AcceptFuture) Await() (*Conn, error) {
	p := rt.Block(f, (*AcceptFuture).Poll)
	return p.Value, p.Err
}
