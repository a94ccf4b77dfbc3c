package anet

import (
	"errors"
	"net"
	"os"

	"github.com/asyncgen/asyncgen/rt"
)

// A Conn is a TCP connection. One Read and one Write may be under way at a time; all
// methods may be called from any goroutine.
type Conn struct {
	fd rt.FD
}

// newConn returns a connection that owns a non-blocking socket.
func newConn(sysfd int) *Conn {
	c := new(Conn)
	c.fd.Init(sysfd)
	return c
}

// Close closes the connection. A Read or Write that waits fails with [net.ErrClosed], and
// so does a second Close. Data that was written is still sent.
func (c *Conn) Close() error {
	if err := c.fd.Close(); err != nil {
		return c.opError("close", err)
	}
	return nil
}

// CloseWrite ends the stream to the peer, which reads [io.EOF] after all data. Reading
// goes on.
func (c *Conn) CloseWrite() error {
	if err := c.fd.Control(shutdownWrite); err != nil {
		return c.opError("close", err)
	}
	return nil
}

// LocalAddr returns the local address, a [*net.TCPAddr]; its zero value if the connection
// is closed.
func (c *Conn) LocalAddr() net.Addr { return addrOrZero(c.query(localAddr)) }

// RemoteAddr returns the peer's address, a [*net.TCPAddr]; its zero value if the
// connection is closed or the peer has reset it, when the system does not know any more.
func (c *Conn) RemoteAddr() net.Addr { return addrOrZero(c.query(remoteAddr)) }

// query asks the system for one of the two addresses. It returns nil if that is unknown.
func (c *Conn) query(ask func(sysfd int) (*net.TCPAddr, error)) (addr *net.TCPAddr) {
	// An error leaves addr nil.
	_ = c.fd.Control(func(sysfd int) (err error) {
		addr, err = ask(sysfd)
		return err
	})
	return addr
}

// addrOrZero makes a usable address of any.
func addrOrZero(addr *net.TCPAddr) net.Addr {
	if addr == nil {
		return new(net.TCPAddr)
	}
	return addr
}

// opError says which operation of this connection has failed.
func (c *Conn) opError(op string, err error) error {
	return opError(op, "tcp", c.query(localAddr), c.query(remoteAddr), err)
}

// opError wraps an error the way package net does. A nil source or addr is unknown.
func opError(op, network string, source, addr *net.TCPAddr, err error) error {
	if errors.Is(err, os.ErrClosed) {
		err = net.ErrClosed
	}
	e := &net.OpError{Op: op, Net: network, Err: err}
	// A nil pointer in an interface would not be a nil Addr.
	if source != nil {
		e.Source = source
	}
	if addr != nil {
		e.Addr = addr
	}
	return e
}

// maxTransfer bounds what one system call is asked to move. The kernel stops somewhere
// below 2 GiB by itself, and that short count would be taken for a drained stream.
const maxTransfer = 1 << 30

// leftAfter tells what moving n of the wanted bytes says about the stream.
func leftAfter(n, wanted int) rt.Readiness {
	if n < wanted {
		return rt.Drained
	}
	return rt.More
}
