//go:build !asyncgen_portable

package anet

import (
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/rt"
)

// A sock is a non-blocking socket of Linux. The calls of this file neither block nor, with few
// exceptions, tell the Go scheduler that they are made.
type sock struct{ fd rt.FD }

// shortMeansDrained: a stream that gives or takes less than it is asked to has no more.
const shortMeansDrained = true

// newConn returns a connection that owns a socket.
func newConn(k kind, sysfd int) *Conn {
	c := &Conn{kind: k}
	c.fd.Init(sysfd)
	return c
}

// judge says what an error number means for an operation that could have waited.
func judge(call string, errno syscall.Errno) (verdict, error) {
	switch errno {
	case 0:
		return done, nil
	case unix.EAGAIN:
		return blocked, nil
	case unix.EINTR:
		return again, nil
	}
	return failed, os.NewSyscallError(call, errno)
}

// receive reads what has come into a non-empty buffer.
func (s *sock) receive(sysfd int, b []byte) (int, verdict, error) {
	n, errno := receive(sysfd, b)
	if errno == 0 {
		return n, done, nil
	}
	v, err := judge("recvfrom", errno)
	return 0, v, err
}

// send writes as much of a buffer as the system takes. A closed peer is an error and not a
// signal.
func (s *sock) send(sysfd int, b []byte) (int, verdict, error) {
	n, errno := send(sysfd, b)
	if errno == 0 {
		return n, done, nil
	}
	v, err := judge("sendto", errno)
	return 0, v, err
}

// sendBuffers writes several buffers, of the first of which a part is done. It returns how
// much it has tried to write besides how much it has written.
func (s *sock) sendBuffers(sysfd int, bufs [][]byte, skip int) (n, wanted int, v verdict, err error) {
	n, wanted, errno := sendBuffers(sysfd, bufs, skip)
	v, err = judge("sendmsg", errno)
	return n, wanted, v, err
}

// abandonWrite is called when a write ends before its time.
func (s *sock) abandonWrite() {}

// peek looks at the next byte without taking it. At the end of the stream there is none, and
// no error either.
func (s *sock) peek(sysfd int) (verdict, error) {
	var b [1]byte
	_, _, errno := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(sysfd),
		uintptr(unsafe.Pointer(&b)), uintptr(len(b)), unix.MSG_PEEK, 0, 0)
	return judge("recvfrom", errno)
}

// receiveFrom reads a datagram.
func (s *sock) receiveFrom(sysfd int, b []byte) (d Datagram, v verdict, err error) {
	var from rawAddr
	n, errno := receiveFrom(sysfd, b, &from)
	if v, err = judge("recvfrom", errno); v != done {
		return d, v, err
	}
	d.N, d.Truncated = min(n, len(b)), n > len(b)
	if e, ok := from.decode(); ok {
		d.From, d.Path = e.AddrPort, e.path
	}
	return d, done, nil
}

// sendTo sends a datagram from a socket that is bound to own.
func (s *sock) sendTo(sysfd int, b []byte, to endpoint, k kind, own net.Addr) (int, verdict, error) {
	var addr rawAddr
	if !addr.encode(familyOf(k, endpointOf(own)), to) {
		return 0, failed, &net.AddrError{Err: "no suitable address", Addr: to.name()}
	}
	v, err := judge("sendto", sendTo(sysfd, b, &addr))
	if v != done {
		return 0, v, err
	}
	return len(b), done, nil
}

// accept takes a connection out of a listener's queue.
func (s *sock) accept(sysfd int, k kind) (*Conn, verdict, error) {
	conn, _, errno := syscall.RawSyscall6(unix.SYS_ACCEPT4, uintptr(sysfd), 0, 0,
		unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	switch errno {
	case 0:
		return newConn(k, int(conn)), done, nil
	case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
		return nil, starved, os.NewSyscallError("accept4", errno)
	case unix.ECONNABORTED, unix.EPROTO, unix.ENOPROTOOPT, unix.ENETDOWN, unix.ENETUNREACH,
		unix.EHOSTDOWN, unix.EHOSTUNREACH, unix.ENONET:
		// Linux passes on the network errors that are pending on a new socket; accept(2)
		// asks to try again.
		return nil, again, nil
	}
	v, err := judge("accept4", errno)
	return nil, v, err
}

// listen makes s a socket that listens, or that is bound if it is for datagrams.
func (s *sock) listen(lc *ListenConfig, network string, where net.Addr, k kind) error {
	sysfd, err := listenAny(lc, network, where, k)
	if err == nil {
		s.fd.Init(sysfd)
	}
	return err
}

func (s *sock) close() error { return s.fd.Close() }

// shutdown ends the stream in one direction.
func (s *sock) shutdown(dir rt.Direction) error {
	how := unix.SHUT_RD
	if dir == rt.Out {
		how = unix.SHUT_WR
	}
	return s.fd.Control(func(sysfd int) error {
		return os.NewSyscallError("shutdown", unix.Shutdown(sysfd, how))
	})
}

// setOption changes a setting.
func (s *sock) setOption(o option) error {
	return s.fd.Control(func(sysfd int) error {
		switch {
		case o.noDelay != nil:
			on := 0
			if *o.noDelay {
				on = 1
			}
			return setInt(sysfd, unix.IPPROTO_TCP, unix.TCP_NODELAY, on)
		case o.keepAlive != nil:
			return setKeepAlive(sysfd, *o.keepAlive)
		case o.linger != nil:
			l := unix.Linger{}
			if *o.linger >= 0 {
				l.Onoff, l.Linger = 1, int32(*o.linger)
			}
			return os.NewSyscallError("setsockopt", unix.SetsockoptLinger(sysfd, unix.SOL_SOCKET, unix.SO_LINGER, &l))
		case o.readBuffer != nil:
			return setInt(sysfd, unix.SOL_SOCKET, unix.SO_RCVBUF, *o.readBuffer)
		default:
			return setInt(sysfd, unix.SOL_SOCKET, unix.SO_SNDBUF, *o.writeBuffer)
		}
	})
}

// local returns the socket's own address, nil if it is unknown.
func (s *sock) local(k kind) net.Addr { return s.query(k, unix.Getsockname) }

// remote returns the peer's address, nil if it is unknown.
func (s *sock) remote(k kind) net.Addr { return s.query(k, unix.Getpeername) }

// query asks the system for one of the two addresses.
func (s *sock) query(k kind, ask func(sysfd int) (unix.Sockaddr, error)) (addr net.Addr) {
	// An error leaves addr nil.
	_ = s.fd.Control(func(sysfd int) error {
		sa, err := ask(sysfd)
		if err == nil {
			addr = socketAddr(k, sa)
		}
		return err
	})
	return addr
}

// control calls f with the socket.
func (s *sock) control(f func(sysfd uintptr)) error {
	return s.fd.Control(func(sysfd int) error {
		f(uintptr(sysfd))
		return nil
	})
}
