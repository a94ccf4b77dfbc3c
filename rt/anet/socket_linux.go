//go:build !asyncgen_portable

package anet

import (
	"cmp"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// newSocket returns a non-blocking socket. One of TCP has TCP_NODELAY set.
func newSocket(k kind, family int) (int, error) {
	sort := unix.SOCK_STREAM
	switch k {
	case udp, unixDatagram:
		sort = unix.SOCK_DGRAM
	case unixPacket:
		sort = unix.SOCK_SEQPACKET
	}
	sysfd, err := unix.Socket(family, sort|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if k == tcp {
		if err := setInt(sysfd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
			return -1, discard(sysfd, err)
		}
	}
	return sysfd, nil
}

// discard closes a socket that came to nothing, and returns err.
func discard(sysfd int, err error) error {
	// It was never used, so that nobody is interested in an error.
	_ = unix.Close(sysfd)
	return err
}

// familyOf returns the family of sockets that an address belongs to.
func familyOf(k kind, e endpoint) int {
	switch {
	case !k.internet():
		return unix.AF_UNIX
	case e.Addr().Is4():
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// A controller is the Control function of a Dialer or a ListenConfig.
type controller func(network, address string, c syscall.RawConn) error

// call lets it have its way with a new socket.
func (control controller) call(network string, where net.Addr, sysfd int) error {
	if control == nil {
		return nil
	}
	address := ""
	if where != nil {
		address = where.String()
	}
	return control(network, address, rawSocket(sysfd))
}

// A rawSocket is a socket that nobody else has yet.
type rawSocket int

func (s rawSocket) Control(f func(sysfd uintptr)) error {
	f(uintptr(s))
	return nil
}
func (s rawSocket) Read(func(uintptr) bool) error  { return syscall.ENOTSUP }
func (s rawSocket) Write(func(uintptr) bool) error { return syscall.ENOTSUP }

// setInt sets an option of a socket.
func setInt(sysfd, level, name, value int) error {
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(sysfd, level, name, value))
}

// setKeepAlive turns the probes of TCP on or off. As in package net, zero stands for 15
// seconds and 9 probes, negative for what the system does.
func setKeepAlive(sysfd int, config net.KeepAliveConfig) error {
	if !config.Enable {
		return setInt(sysfd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 0)
	}
	if err := setInt(sysfd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1); err != nil {
		return err
	}
	for _, o := range []struct{ name, value int }{
		{unix.TCP_KEEPIDLE, seconds(config.Idle)},
		{unix.TCP_KEEPINTVL, seconds(config.Interval)},
		{unix.TCP_KEEPCNT, cmp.Or(config.Count, 9)},
	} {
		if o.value < 0 {
			continue
		}
		if err := setInt(sysfd, unix.IPPROTO_TCP, o.name, o.value); err != nil {
			return err
		}
	}
	return nil
}

// seconds rounds up. Zero stands for 15 seconds.
func seconds(d time.Duration) int {
	switch {
	case d == 0:
		return 15
	case d < 0:
		return -1
	}
	return int((d + time.Second - 1) / time.Second)
}

// connectSocket returns a new socket for connecting to an address, bound to another if that
// is given.
func connectSocket(k kind, to endpoint, d *Dialer, network string) (int, error) {
	sysfd, err := newSocket(k, familyOf(k, to))
	if err != nil {
		return -1, err
	}
	if err := prepare(sysfd, k, to, d, network); err != nil {
		return -1, discard(sysfd, err)
	}
	return sysfd, nil
}

// prepare does to a new socket what a Dialer asks for.
func prepare(sysfd int, k kind, to endpoint, d *Dialer, network string) error {
	if err := controller(d.Control).call(network, to.addr(k), sysfd); err != nil {
		return err
	}
	if k == tcp && d.KeepAlive.Enable {
		if err := setKeepAlive(sysfd, d.KeepAlive); err != nil {
			return err
		}
	}
	if d.LocalAddr == nil {
		return nil
	}
	from := endpointOf(d.LocalAddr)
	if k.internet() && !from.Addr().IsValid() {
		from.AddrPort = netip.AddrPortFrom(unspecified(to.Addr().Is4()), from.Port())
	}
	return os.NewSyscallError("bind", unix.Bind(sysfd, sockaddr(k, from)))
}

// unspecified returns the address that stands for all of this machine.
func unspecified(v4 bool) netip.Addr {
	if v4 {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// connect begins to connect a socket. The error EINPROGRESS means that it goes on.
func connect(sysfd int, k kind, to endpoint) syscall.Errno {
	switch err := unix.Connect(sysfd, sockaddr(k, to)).(type) {
	case nil:
		return 0
	case syscall.Errno:
		if err == unix.EINTR || err == unix.EALREADY {
			return unix.EINPROGRESS
		}
		return err
	default:
		return unix.EINVAL // of the address itself, such as a path that is too long
	}
}

// connected returns how an attempt to connect has ended, or EINPROGRESS. Writability alone
// proves nothing, since events may be spurious: with no error there must be a peer.
func connected(sysfd int) syscall.Errno {
	code, err := unix.GetsockoptInt(sysfd, unix.SOL_SOCKET, unix.SO_ERROR)
	if errno, ok := err.(syscall.Errno); ok {
		return errno
	}
	if code != 0 {
		return syscall.Errno(code)
	}
	if _, err := unix.Getpeername(sysfd); err == unix.ENOTCONN {
		return unix.EINPROGRESS
	}
	return 0
}

// listenAny returns a socket that is bound to an address and, if it is not for datagrams,
// listens. For both versions of IP that is one of IPv6, unless this machine has none.
func listenAny(lc *ListenConfig, network string, where net.Addr, k kind) (int, error) {
	on := endpointOf(where)
	ip := on.Addr()
	bound := func(ip netip.Addr, dual bool) (int, error) {
		return listenSocket(lc, network, k, endpoint{AddrPort: netip.AddrPortFrom(ip, on.Port())}, dual)
	}
	switch {
	case !k.internet():
		return listenSocket(lc, network, k, on, false)
	case ip.IsValid() && !ip.IsUnspecified():
		return bound(ip, false)
	case network[3:] == "4" || ip.Is4():
		return bound(netip.IPv4Unspecified(), false)
	case network[3:] == "6":
		return bound(netip.IPv6Unspecified(), false)
	}
	sysfd, err := bound(netip.IPv6Unspecified(), true)
	if err != nil && !ip.IsValid() {
		if v4, err4 := bound(netip.IPv4Unspecified(), false); err4 == nil {
			return v4, nil
		}
	}
	return sysfd, err
}

// listenSocket returns a socket that is bound to an address. The unspecified IPv6 address
// takes IPv4 too if dual is set.
func listenSocket(lc *ListenConfig, network string, k kind, on endpoint, dual bool) (int, error) {
	family := familyOf(k, on)
	// What is accepted inherits TCP_NODELAY.
	sysfd, err := newSocket(k, family)
	if err != nil {
		return -1, err
	}
	if err := bindSocket(sysfd, lc, network, k, on, dual); err != nil {
		return -1, discard(sysfd, err)
	}
	return sysfd, nil
}

// bindSocket binds a socket and makes it listen.
func bindSocket(sysfd int, lc *ListenConfig, network string, k kind, on endpoint, dual bool) error {
	if err := bindOptions(sysfd, lc, k, on, dual); err != nil {
		return err
	}
	if err := controller(lc.Control).call(network, on.addr(k), sysfd); err != nil {
		return err
	}
	if err := unix.Bind(sysfd, sockaddr(k, on)); err != nil {
		return os.NewSyscallError("bind", err)
	}
	if !k.ends() {
		return nil
	}
	// The kernel cuts the length of the queue to its limit, net.core.somaxconn.
	const backlog = 1<<16 - 1
	return os.NewSyscallError("listen", unix.Listen(sysfd, backlog))
}

// bindOptions sets what has to be set before a socket is bound.
func bindOptions(sysfd int, lc *ListenConfig, k kind, on endpoint, dual bool) error {
	if k.internet() && !on.Addr().Is4() {
		only := 1
		if dual {
			only = 0
		}
		if err := setInt(sysfd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, only); err != nil {
			return err
		}
	}
	if k == tcp {
		if err := setInt(sysfd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
			return err
		}
	}
	if k == tcp && lc.KeepAlive.Enable { // inherited by what is accepted
		if err := setKeepAlive(sysfd, lc.KeepAlive); err != nil {
			return err
		}
	}
	if lc.ReusePort {
		return setInt(sysfd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}
	return nil
}
