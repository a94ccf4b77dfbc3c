//go:build !linux || asyncgen_portable

package anet

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"

	"github.com/asyncgen/asyncgen/rt"
)

// listen makes s a socket that listens, or that is bound if it is for datagrams.
func (s *sock) listen(lc *ListenConfig, network string, where net.Addr, k kind) error {
	config := net.ListenConfig{KeepAlive: -1, KeepAliveConfig: lc.KeepAlive, Control: lc.Control}
	if lc.ReusePort {
		config.Control = func(network, address string, c syscall.RawConn) error {
			if err := reusePort(c); err != nil || lc.Control == nil {
				return err
			}
			return lc.Control(network, address, c)
		}
	}
	address := ""
	if where != nil {
		address = where.String()
	}
	if len(network) == len("tcp") && endpointOf(where).Addr() == netip.IPv4Unspecified() {
		network += "4" // package net would take it for both versions of IP
	}
	if k.ends() {
		l, err := config.Listen(background, network, address)
		if err != nil {
			return cause(err)
		}
		s.init(l)
		return nil
	}
	c, err := config.ListenPacket(background, network, address)
	if err != nil {
		return cause(err)
	}
	s.init(c)
	return nil
}

// shutdown ends the stream in one direction.
func (c *calls) shutdown(dir rt.Direction) error {
	if c.gone() {
		return os.ErrClosed
	}
	if dir == rt.In {
		if conn, ok := c.conn.(interface{ CloseRead() error }); ok {
			return cause(conn.CloseRead())
		}
	} else if conn, ok := c.conn.(interface{ CloseWrite() error }); ok {
		return cause(conn.CloseWrite())
	}
	return errors.ErrUnsupported
}

// setOption changes a setting.
func (c *calls) setOption(o option) error {
	err := errors.ErrUnsupported
	switch {
	case c.gone():
		return os.ErrClosed
	case o.noDelay != nil:
		if conn, ok := c.conn.(*net.TCPConn); ok {
			err = conn.SetNoDelay(*o.noDelay)
		}
	case o.keepAlive != nil:
		if conn, ok := c.conn.(*net.TCPConn); ok {
			err = conn.SetKeepAliveConfig(*o.keepAlive)
		}
	case o.linger != nil:
		if conn, ok := c.conn.(*net.TCPConn); ok {
			err = conn.SetLinger(*o.linger)
		}
	case o.readBuffer != nil:
		if conn, ok := c.conn.(interface{ SetReadBuffer(int) error }); ok {
			err = conn.SetReadBuffer(*o.readBuffer)
		}
	case o.writeBuffer != nil:
		if conn, ok := c.conn.(interface{ SetWriteBuffer(int) error }); ok {
			err = conn.SetWriteBuffer(*o.writeBuffer)
		}
	}
	return cause(err)
}

// control calls f with the socket, where it has one.
func (c *calls) control(f func(sysfd uintptr)) error {
	conn, ok := c.conn.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return cause(err)
	}
	return cause(raw.Control(f))
}
