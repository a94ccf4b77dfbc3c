package anet

import (
	"errors"
	"net"
)

// FromNet makes a connection of this package out of one of package net, which must not be
// used any more: it is taken over, and closed when there is no error. Deadlines are not taken
// over. A connection that is not a socket itself, such as one of crypto/tls, fails with
// [errors.ErrUnsupported].
func FromNet(c net.Conn) (*Conn, error) {
	local, remote := c.LocalAddr(), c.RemoteAddr()
	if local == nil || remote == nil {
		return nil, opError("convert", "net", local, remote, errors.ErrUnsupported)
	}
	k, ok := kinds[local.Network()]
	if !ok {
		return nil, opError("convert", local.Network(), local, remote, errors.ErrUnsupported)
	}
	conn, err := takeOver(c, k)
	if err != nil {
		return nil, opError("convert", k.network(), local, remote, err)
	}
	return conn, nil
}

// Net makes a connection of package net out of this one, for libraries that want one and are
// called from goroutines that may block, see [rt.Blocking]. It takes c over, which counts as
// closed from then on; if it fails, c is closed. While an operation is under way it does nothing
// and fails with [rt.ErrBusy].
func (c *Conn) Net() (net.Conn, error) {
	conn, err := c.handOver()
	if err != nil {
		return nil, c.opError("convert", err)
	}
	return conn, nil
}
