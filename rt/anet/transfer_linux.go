//go:build linux && !race

package anet

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// receive reads what has come into a non-empty buffer.
func receive(sysfd int, b []byte) (int, syscall.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(sysfd),
		uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0, 0, 0)
	return int(n), errno
}

// send writes as much of a non-empty buffer as the system takes. A closed peer is an error
// and not a signal.
func send(sysfd int, b []byte) (int, syscall.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(sysfd),
		uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), unix.MSG_NOSIGNAL, 0, 0)
	return int(n), errno
}
