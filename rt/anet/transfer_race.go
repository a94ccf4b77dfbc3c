//go:build linux && race

package anet

import "syscall"

// Built with the race detector, data moves through package syscall, which tells the
// detector about the buffers and about the order that a stream puts two ends in. Package
// net does the same, so that the two can talk to each other in one process.

// receive reads what has come into a non-empty buffer.
func receive(sysfd int, b []byte) (int, syscall.Errno) {
	n, err := syscall.Read(sysfd, b)
	return n, errnoOf(err)
}

// send writes as much of a non-empty buffer as the system takes.
func send(sysfd int, b []byte) (int, syscall.Errno) {
	n, err := syscall.Write(sysfd, b)
	return n, errnoOf(err)
}

// errnoOf undoes the conversion of an error number to an error.
func errnoOf(err error) syscall.Errno {
	errno, _ := err.(syscall.Errno)
	return errno
}
