package anet

import (
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Sockets of Linux. The calls of this file neither block nor, with few exceptions, tell the
// Go scheduler that they are made: the sockets are non-blocking.

// Errors that say something about the moment and not about the operation.
const (
	wouldBlock  = unix.EAGAIN
	interrupted = unix.EINTR
	connecting  = unix.EINPROGRESS
	unconnected = unix.ENOTCONN
)

// starved reports whether an accept has failed for want of something that others may give
// back.
func starved(errno syscall.Errno) bool {
	switch errno {
	case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
		return true
	}
	return false
}

// stillborn reports whether an accept has failed because of the connection that it would
// have returned. Linux passes on the network errors that are pending on a new socket;
// accept(2) asks to try again.
func stillborn(errno syscall.Errno) bool {
	switch errno {
	case unix.ECONNABORTED, unix.EPROTO, unix.ENOPROTOOPT, unix.ENETDOWN, unix.ENETUNREACH,
		unix.EHOSTDOWN, unix.EHOSTUNREACH, unix.ENONET:
		return true
	}
	return false
}

// newSocket returns a non-blocking TCP socket with TCP_NODELAY set.
func newSocket(family int) (int, error) {
	sysfd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if err := unix.SetsockoptInt(sysfd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		unix.Close(sysfd)
		return -1, os.NewSyscallError("setsockopt", err)
	}
	return sysfd, nil
}

// connectSocket returns a new socket for connecting to an address.
func connectSocket(to netip.AddrPort) (int, error) {
	if to.Addr().Is4() {
		return newSocket(unix.AF_INET)
	}
	return newSocket(unix.AF_INET6)
}

// connect begins to connect a socket. The error connecting means that it goes on.
func connect(sysfd int, to netip.AddrPort) syscall.Errno {
	switch err := unix.Connect(sysfd, sockaddr(to)).(type) {
	case nil:
		return 0
	case syscall.Errno:
		if err == unix.EINTR || err == unix.EALREADY {
			return connecting
		}
		return err
	default:
		return unix.EINVAL
	}
}

// connected returns how an attempt to connect has ended, or connecting. Writability alone
// proves nothing, since events may be spurious: with no error there must be a peer.
func connected(sysfd int) syscall.Errno {
	code, err := unix.GetsockoptInt(sysfd, unix.SOL_SOCKET, unix.SO_ERROR)
	if errno, ok := err.(syscall.Errno); ok {
		return errno
	}
	if code != 0 {
		return syscall.Errno(code)
	}
	if _, err := unix.Getpeername(sysfd); err == unconnected {
		return connecting
	}
	return 0
}

// listenSocket returns a socket that listens on an address. The unspecified IPv6 address
// takes IPv4 connections too if dual is set.
func listenSocket(on netip.AddrPort, dual bool) (int, error) {
	family := unix.AF_INET6
	if on.Addr().Is4() {
		family = unix.AF_INET
	}
	// What is accepted inherits TCP_NODELAY.
	sysfd, err := newSocket(family)
	if err != nil {
		return -1, err
	}
	if err := listen(sysfd, family, on, dual); err != nil {
		unix.Close(sysfd)
		return -1, err
	}
	return sysfd, nil
}

// listen binds a socket and makes it listen.
func listen(sysfd, family int, on netip.AddrPort, dual bool) error {
	if family == unix.AF_INET6 {
		only := 1
		if dual {
			only = 0
		}
		if err := unix.SetsockoptInt(sysfd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, only); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	if err := unix.SetsockoptInt(sysfd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(sysfd, sockaddr(on)); err != nil {
		return os.NewSyscallError("bind", err)
	}
	// The kernel cuts the length of the queue to its limit, net.core.somaxconn.
	const backlog = 1<<16 - 1
	return os.NewSyscallError("listen", unix.Listen(sysfd, backlog))
}

// accept takes a connection out of a listener's queue.
func accept(sysfd int) (int, syscall.Errno) {
	conn, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(sysfd), 0, 0,
		unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	return int(conn), errno
}

// peek looks at the next byte without taking it. At the end of the stream there is none, and
// no error either.
func peek(sysfd int) syscall.Errno {
	var b [1]byte
	_, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(sysfd),
		uintptr(unsafe.Pointer(&b)), uintptr(len(b)), unix.MSG_PEEK, 0, 0)
	return errno
}

// shutdownWrite ends the stream that goes out.
func shutdownWrite(sysfd int) error {
	return os.NewSyscallError("shutdown", unix.Shutdown(sysfd, unix.SHUT_WR))
}

// localAddr returns a socket's own address.
func localAddr(sysfd int) (*net.TCPAddr, error) {
	sa, err := unix.Getsockname(sysfd)
	if err != nil {
		return nil, os.NewSyscallError("getsockname", err)
	}
	return tcpAddr(sa), nil
}

// remoteAddr returns a socket's peer's address.
func remoteAddr(sysfd int) (*net.TCPAddr, error) {
	sa, err := unix.Getpeername(sysfd)
	if err != nil {
		return nil, os.NewSyscallError("getpeername", err)
	}
	return tcpAddr(sa), nil
}

// tcpAddr translates the kernel's form of an address. It returns nil for a family that is
// not of the Internet.
func tcpAddr(sa unix.Sockaddr) *net.TCPAddr {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}
	case *unix.SockaddrInet6:
		return &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port, Zone: zoneName(sa.ZoneId)}
	}
	return nil
}

// sockaddr translates an address to the kernel's form.
func sockaddr(addr netip.AddrPort) unix.Sockaddr {
	if addr.Addr().Is4() {
		return &unix.SockaddrInet4{Addr: addr.Addr().As4(), Port: int(addr.Port())}
	}
	return &unix.SockaddrInet6{
		Addr:   addr.Addr().As16(),
		Port:   int(addr.Port()),
		ZoneId: zoneID(addr.Addr().Zone()),
	}
}

// zoneID returns the index of the interface that a zone names.
func zoneID(zone string) uint32 {
	if zone == "" {
		return 0
	}
	if ifc, err := net.InterfaceByName(zone); err == nil {
		return uint32(ifc.Index)
	}
	n, _ := strconv.ParseUint(zone, 10, 32) // a zone that is neither is no zone
	return uint32(n)
}

// zoneName is the inverse of zoneID.
func zoneName(id uint32) string {
	if id == 0 {
		return ""
	}
	if ifc, err := net.InterfaceByIndex(int(id)); err == nil {
		return ifc.Name
	}
	return strconv.FormatUint(uint64(id), 10)
}
