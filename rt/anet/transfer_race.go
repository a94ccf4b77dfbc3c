//go:build linux && race && !asyncgen_portable

package anet

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Built with the race detector, data moves through package syscall, which tells the
// detector about the buffers and about the order that a stream puts two ends in. Package
// net does the same, so that the two can talk to each other in one process.

// receive reads what has come into a non-empty buffer.
func receive(sysfd int, b []byte) (int, syscall.Errno) {
	n, err := syscall.Read(sysfd, b)
	return n, errnoOf(err)
}

// send writes as much of a buffer as the system takes.
func send(sysfd int, b []byte) (int, syscall.Errno) {
	n, err := syscall.Write(sysfd, b)
	return n, errnoOf(err)
}

// sendBuffers writes the first buffer that is not empty.
func sendBuffers(sysfd int, bufs [][]byte, skip int) (n, wanted int, errno syscall.Errno) {
	for _, b := range bufs {
		if b = b[skip:]; len(b) > 0 {
			n, errno = send(sysfd, b)
			return n, len(b), errno
		}
		skip = 0
	}
	return 0, 0, 0
}

// receiveFrom asks for the address and the length first, and leaves the datagram where it is.
func receiveFrom(sysfd int, b []byte, from *rawAddr) (int, syscall.Errno) {
	from.length = unix.SizeofSockaddrAny
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(sysfd), 0, 0, unix.MSG_TRUNC|unix.MSG_PEEK,
		uintptr(unsafe.Pointer(&from.any)), uintptr(unsafe.Pointer(&from.length)))
	if errno != 0 {
		return 0, errno
	}
	_, _, err := syscall.Recvfrom(sysfd, b, 0)
	return int(n), errnoOf(err)
}

// sendTo sends a datagram.
func sendTo(sysfd int, b []byte, to *rawAddr) syscall.Errno {
	e, ok := to.decode()
	if !ok {
		return syscall.EINVAL
	}
	var addr syscall.Sockaddr
	switch {
	case e.path != "":
		addr = &syscall.SockaddrUnix{Name: e.path}
	case to.any.Addr.Family == unix.AF_INET:
		addr = &syscall.SockaddrInet4{Addr: e.Addr().As4(), Port: int(e.Port())}
	default:
		addr = &syscall.SockaddrInet6{Addr: e.Addr().As16(), Port: int(e.Port()), ZoneId: zoneID(e.Addr().Zone())}
	}
	return errnoOf(syscall.Sendto(sysfd, b, unix.MSG_NOSIGNAL, addr))
}

// errnoOf undoes the conversion of an error number to an error.
func errnoOf(err error) syscall.Errno {
	errno, _ := err.(syscall.Errno)
	return errno
}
