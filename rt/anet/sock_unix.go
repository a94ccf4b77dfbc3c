//go:build unix && (!linux || asyncgen_portable)

package anet

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// reusePort lets several sockets use one port.
func reusePort(c syscall.RawConn) error {
	var failure error
	err := c.Control(func(sysfd uintptr) {
		failure = os.NewSyscallError("setsockopt", unix.SetsockoptInt(int(sysfd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
	})
	return errors.Join(err, failure)
}

// lacking reports whether an accept has failed for want of something that others may give
// back.
func lacking(err error) bool {
	for _, errno := range []syscall.Errno{unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
