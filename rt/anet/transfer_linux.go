//go:build linux && !race && !asyncgen_portable

package anet

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The functions that make system calls themselves use those of package syscall: the ones of package
// unix come to the same, by way of an assembler stub that costs as much as the rest of the way.

// receive is recvfrom(2) of a connected socket.
func receive(sysfd int, b []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(sysfd),
		uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0, 0, 0)
	return int(n), errno
}

// send is sendto(2) of a connected socket.
func send(sysfd int, b []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(sysfd),
		uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), unix.MSG_NOSIGNAL, 0, 0)
	return int(n), errno
}

// sendBuffers is sendmsg(2) of a connected socket, with at most maxBuffers buffers.
func sendBuffers(sysfd int, bufs [][]byte, skip int) (n, wanted int, errno syscall.Errno) {
	var vec [maxBuffers]unix.Iovec
	used := 0
	for _, b := range bufs {
		b, skip = b[skip:], 0
		if len(b) == 0 {
			continue
		}
		b = b[:min(len(b), maxTransfer-wanted)]
		vec[used].Base = unsafe.SliceData(b)
		vec[used].SetLen(len(b))
		used++
		wanted += len(b)
		if used == maxBuffers || wanted == maxTransfer {
			break
		}
	}
	msg := unix.Msghdr{Iov: &vec[0]}
	msg.SetIovlen(used)
	r, _, errno := syscall.RawSyscall(unix.SYS_SENDMSG, uintptr(sysfd),
		uintptr(unsafe.Pointer(&msg)), unix.MSG_NOSIGNAL)
	if errno != 0 {
		return 0, wanted, errno
	}
	return int(r), wanted, 0
}

// receiveFrom is recvfrom(2). It returns how long the datagram is, which may be more than
// fits.
func receiveFrom(sysfd int, b []byte, from *rawAddr) (int, syscall.Errno) {
	from.length = unix.SizeofSockaddrAny
	n, _, errno := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(sysfd),
		uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), unix.MSG_TRUNC,
		uintptr(unsafe.Pointer(&from.any)), uintptr(unsafe.Pointer(&from.length)))
	return int(n), errno
}

// sendTo is sendto(2).
func sendTo(sysfd int, b []byte, to *rawAddr) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(sysfd),
		uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), unix.MSG_NOSIGNAL,
		uintptr(unsafe.Pointer(&to.any)), uintptr(to.length))
	return errno
}
