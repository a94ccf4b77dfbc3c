//go:build !asyncgen_portable

package anet

import (
	"errors"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// takeOver returns a connection with the socket of another.
func takeOver(c net.Conn, k kind) (*Conn, error) {
	source, ok := c.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	raw, err := source.SyscallConn()
	if err != nil {
		return nil, err
	}
	var sysfd int
	var dupErr error
	if err := raw.Control(func(from uintptr) {
		sysfd, dupErr = unix.FcntlInt(from, unix.F_DUPFD_CLOEXEC, 0)
	}); err != nil {
		return nil, err
	}
	if dupErr != nil {
		return nil, os.NewSyscallError("fcntl", dupErr)
	}
	if err := c.Close(); err != nil {
		return nil, discard(sysfd, err)
	}
	return newConn(k, sysfd), nil // package net's sockets do not block either
}

// handOver returns a connection of package net with the socket of s.
func (s *sock) handOver() (net.Conn, error) {
	sysfd, err := s.fd.Detach()
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(sysfd), "socket")
	defer file.Close() // what FileConn returns has a duplicate
	return net.FileConn(file)
}
