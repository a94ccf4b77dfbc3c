//go:build !linux

package anet

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
)

// Other systems: the package builds, and says that it is not supported as soon as a socket
// is asked for. Nothing below newSocket's callers is ever reached.

const (
	wouldBlock  = syscall.EAGAIN
	interrupted = syscall.EINTR
	connecting  = syscall.EINPROGRESS
)

func starved(syscall.Errno) bool   { return false }
func stillborn(syscall.Errno) bool { return false }

func connectSocket(netip.AddrPort) (int, error)      { return -1, errors.ErrUnsupported }
func listenSocket(netip.AddrPort, bool) (int, error) { return -1, errors.ErrUnsupported }

func connect(int, netip.AddrPort) syscall.Errno  { return syscall.ENOSYS }
func connected(int) syscall.Errno                { return syscall.ENOSYS }
func accept(int) (int, syscall.Errno)            { return -1, syscall.ENOSYS }
func receive(int, []byte) (int, syscall.Errno)   { return 0, syscall.ENOSYS }
func send(int, []byte) (int, syscall.Errno)      { return 0, syscall.ENOSYS }
func peek(int) syscall.Errno                     { return syscall.ENOSYS }
func shutdownWrite(int) error                    { return errors.ErrUnsupported }
func localAddr(sysfd int) (*net.TCPAddr, error)  { return nil, errors.ErrUnsupported }
func remoteAddr(sysfd int) (*net.TCPAddr, error) { return nil, errors.ErrUnsupported }
