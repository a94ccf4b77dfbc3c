package anet

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A Conn is a connection: of TCP, of Unix sockets, or a socket for datagrams that talks to one
// peer. One operation that reads and one that writes may be under way at a time; all methods
// may be called from any goroutine.
type Conn struct {
	sock
	kind kind
}

// Close closes the connection. A Read or Write that waits fails with [net.ErrClosed], and
// so does a second Close. Data that was written is still sent.
func (c *Conn) Close() error {
	if err := c.close(); err != nil {
		return c.opError("close", err)
	}
	return nil
}

// CloseWrite ends the stream to the peer, which reads io.EOF after all data. Reading
// goes on. It must not be called while a Write is under way.
func (c *Conn) CloseWrite() error {
	if err := c.shutdown(rt.Out); err != nil {
		return c.opError("close", err)
	}
	return nil
}

// CloseRead ends reading: a Read that waits, and those that follow when what has come is
// used up, find the end of the stream. Writing goes on.
func (c *Conn) CloseRead() error {
	if err := c.shutdown(rt.In); err != nil {
		return c.opError("close", err)
	}
	return nil
}

// SetDeadline sets the time from which on reads and writes fail with an error that wraps
// [os.ErrDeadlineExceeded], those that wait already among them. The zero time stands for
// never. It is cheap to move a deadline before each operation.
func (c *Conn) SetDeadline(t time.Time) error {
	if err := errors.Join(c.fd.SetDeadline(rt.In, t), c.fd.SetDeadline(rt.Out, t)); err != nil {
		return c.opError("set", os.ErrClosed)
	}
	return nil
}

// SetReadDeadline is SetDeadline for reading alone.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(rt.In, t) }

// SetWriteDeadline is SetDeadline for writing alone. A Write that has failed may have written
// a part.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(rt.Out, t) }

func (c *Conn) setDeadline(dir rt.Direction, t time.Time) error {
	if err := c.fd.SetDeadline(dir, t); err != nil {
		return c.opError("set", err)
	}
	return nil
}

// SetNoDelay says whether TCP sends small pieces at once, which it does unless told
// otherwise, or waits for the peer to acknowledge what is under way.
func (c *Conn) SetNoDelay(on bool) error { return c.set(option{noDelay: &on}) }

// SetKeepAlive says whether and how TCP asks a silent peer whether it is there, which it does
// not unless told so.
func (c *Conn) SetKeepAlive(config net.KeepAliveConfig) error {
	return c.set(option{keepAlive: &config})
}

// SetLinger says what Close does with data that was not sent yet: go on sending if sec is
// negative, as it does unless told otherwise; throw it away and reset the connection if sec
// is 0; otherwise go on for that many seconds.
func (c *Conn) SetLinger(sec int) error { return c.set(option{linger: &sec}) }

// SetReadBuffer sets the size in bytes of the system's buffer for what has come.
func (c *Conn) SetReadBuffer(bytes int) error { return c.set(option{readBuffer: &bytes}) }

// SetWriteBuffer sets the size in bytes of the system's buffer for what is to be sent.
func (c *Conn) SetWriteBuffer(bytes int) error { return c.set(option{writeBuffer: &bytes}) }

// An option is a setting of a socket: the field that is not nil.
type option struct {
	noDelay                 *bool
	keepAlive               *net.KeepAliveConfig
	linger                  *int
	readBuffer, writeBuffer *int
}

func (c *Conn) set(o option) error {
	if err := c.setOption(o); err != nil {
		return c.opError("set", err)
	}
	return nil
}

// LocalAddr returns the local address: a [*net.TCPAddr], [*net.UDPAddr] or [*net.UnixAddr];
// one that is zero if the connection is closed.
func (c *Conn) LocalAddr() net.Addr { return orZero(c.local(c.kind), c.kind) }

// RemoteAddr returns the peer's address; a zero one if the connection is closed or the peer
// has reset it, when the system does not know any more.
func (c *Conn) RemoteAddr() net.Addr { return orZero(c.remote(c.kind), c.kind) }

// SyscallConn returns access to the socket, for settings that have no method here. Only
// Control works; the others fail with [errors.ErrUnsupported].
func (c *Conn) SyscallConn() (syscall.RawConn, error) { return rawConn{&c.sock}, nil }

// orZero makes a usable address of any.
func orZero(addr net.Addr, k kind) net.Addr {
	if addr == nil {
		return k.zeroAddr()
	}
	return addr
}

// opError says which operation of this connection has failed.
func (c *Conn) opError(op string, err error) error {
	return opError(op, c.kind.network(), c.local(c.kind), c.remote(c.kind), err)
}

// opError wraps an error the way package net does. A nil source or addr is unknown.
func opError(op, network string, source, addr net.Addr, err error) error {
	if errors.Is(err, os.ErrClosed) {
		err = net.ErrClosed
	}
	return &net.OpError{Op: op, Net: network, Source: source, Addr: addr, Err: err}
}

// A rawConn lets others use a socket.
type rawConn struct{ sock *sock }

func (c rawConn) Control(f func(sysfd uintptr)) error { return c.sock.control(f) }
func (c rawConn) Read(func(uintptr) bool) error       { return errors.ErrUnsupported }
func (c rawConn) Write(func(uintptr) bool) error      { return errors.ErrUnsupported }
