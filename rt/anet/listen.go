package anet

import (
	"net"
	"net/netip"

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
