package anet

import (
	"net"
	"net/netip"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A PacketConn is a socket for datagrams from and to anybody: of UDP or of Unix sockets. One
// ReadFrom and one WriteTo may be under way at a time; all methods may be called from any
// goroutine.
type PacketConn struct {
	sock
	kind    kind
	network string
	addr    net.Addr // the address that it is bound to
	file    socketFile
}

// A Datagram tells what [PacketConn.ReadFrom] has read.
type Datagram struct {
	N         int            // how many bytes are in the buffer
	Truncated bool           // there were more, which are lost
	From      netip.AddrPort // who has sent it, if it came from the Internet
	Path      string         // who has sent it, if it came from a Unix socket; "": one without a path
}

// ListenPacket opens a socket for datagrams on an address: "udp", "udp4" or "udp6" with an
// address such as ":53", or "unixgram" with a path, see [Listen].
func ListenPacket(network, addr string) (*PacketConn, error) {
	return new(ListenConfig).ListenPacket(network, addr)
}

// ListenPacket is like the function of that name.
func (lc *ListenConfig) ListenPacket(network, addr string) (*PacketConn, error) {
	c := &PacketConn{kind: kinds[network], network: network}
	var err error
	switch network {
	case "udp", "udp4", "udp6":
		var where *net.UDPAddr
		if where, err = net.ResolveUDPAddr(network, addr); err == nil {
			c.addr = where
		}
	case "unixgram":
		c.addr = &net.UnixAddr{Net: network, Name: addr}
	default:
		err = net.UnknownNetworkError(network)
	}
	if err == nil {
		err = c.listen(lc, network, c.addr, c.kind)
	}
	if err != nil {
		return nil, opError("listen", network, nil, c.addr, err)
	}
	if bound := c.local(c.kind); bound != nil {
		c.addr = bound
	}
	return c, nil
}

// LocalAddr returns the address that the socket is bound to, a [*net.UDPAddr] or
// [*net.UnixAddr].
func (c *PacketConn) LocalAddr() net.Addr { return c.addr }

// SetReadDeadline sets the time from which on ReadFrom fails, see [Conn.SetDeadline].
func (c *PacketConn) SetReadDeadline(t time.Time) error { return c.setDeadline(rt.In, t) }

// SetWriteDeadline sets the time from which on WriteTo fails, see [Conn.SetDeadline].
func (c *PacketConn) SetWriteDeadline(t time.Time) error { return c.setDeadline(rt.Out, t) }

func (c *PacketConn) setDeadline(dir rt.Direction, t time.Time) error {
	if err := c.fd.SetDeadline(dir, t); err != nil {
		return c.opError("set", nil, err)
	}
	return nil
}

// Close closes the socket. Operations that wait fail with [net.ErrClosed], and so does a
// second Close. The file of a Unix socket is removed.
func (c *PacketConn) Close() error {
	c.file.remove(c.addr)
	if err := c.close(); err != nil {
		return c.opError("close", nil, err)
	}
	return nil
}

// opError says which operation of this socket has failed.
func (c *PacketConn) opError(op string, to net.Addr, err error) error {
	return opError(op, c.network, c.addr, to, err)
}

// ReadFrom returns a future of reading one datagram into b, which belongs to it until it is
// ready or canceled. What does not fit is lost. Canceling loses no datagram.
//
//async:new
func (c *PacketConn) ReadFrom(b []byte) *ReadFromFuture { return &ReadFromFuture{conn: c, buf: b} }

// A ReadFromFuture is the future of [PacketConn.ReadFrom].
type ReadFromFuture struct {
	rt.Pin
	conn *PacketConn // nil when it is done
	buf  []byte
	turn rt.Turn
}

// Poll reads a datagram if there is one.
func (f *ReadFromFuture) Poll(cx *rt.Context) rt.Poll[Datagram] {
	if f.conn == nil {
		panic(rt.Completed("anet.PacketConn.ReadFrom"))
	}
	fd := &f.conn.fd
	for {
		sysfd, ready, err := fd.Begin(cx, rt.In, &f.turn)
		if err != nil {
			return f.finish(Datagram{}, f.conn.opError("read", nil, err))
		}
		if !ready {
			return rt.Pending[Datagram]()
		}
		d, v, err := f.conn.receiveFrom(sysfd, f.buf)
		switch v {
		case blocked:
			fd.End(rt.In, &f.turn, rt.Blocked, false)
		case again:
			fd.End(rt.In, &f.turn, rt.More, false)
		case failed:
			fd.End(rt.In, &f.turn, rt.More, true)
			return f.finish(d, f.conn.opError("read", nil, err))
		default:
			fd.End(rt.In, &f.turn, rt.More, true)
			return f.finish(d, nil)
		}
	}
}

// finish ends the future and lets go of what it holds.
func (f *ReadFromFuture) finish(d Datagram, err error) rt.Poll[Datagram] {
	f.conn, f.buf = nil, nil
	return rt.Finish(d, err)
}

// Cancel gives up reading.
func (f *ReadFromFuture) Cancel() {
	if f.conn != nil {
		f.conn.fd.Release(rt.In, &f.turn)
		f.conn, f.buf = nil, nil
	}
}

// Where names the operation.
func (f *ReadFromFuture) Where(w *rt.Where) { w.Operation("anet.PacketConn.ReadFrom") }

// Await waits for the future.
func (f *ReadFromFuture) Await() (Datagram, error) {
	p := rt.Block(f, (*ReadFromFuture).Poll)
	return p.Value, p.Err
}

// WriteTo returns a future of sending b as one datagram to an address of the Internet. The
// buffer belongs to it until it is ready or canceled; canceled while it waits it has sent
// nothing, as a rule: where package net does the work the datagram may be under way.
//
//async:new
func (c *PacketConn) WriteTo(b []byte, to netip.AddrPort) *WriteToFuture {
	return &WriteToFuture{conn: c, buf: b, to: endpoint{AddrPort: to}}
}

// WriteToPath is WriteTo for Unix sockets: to the one that is bound to path.
//
//async:new
func (c *PacketConn) WriteToPath(b []byte, path string) *WriteToFuture {
	return &WriteToFuture{conn: c, buf: b, to: endpoint{path: path}}
}

// A WriteToFuture is the future of [PacketConn.WriteTo] and [PacketConn.WriteToPath].
type WriteToFuture struct {
	rt.Pin
	conn *PacketConn // nil when it is done
	buf  []byte
	to   endpoint
	turn rt.Turn
}

// Poll sends the datagram if the system takes it now.
func (f *WriteToFuture) Poll(cx *rt.Context) rt.Poll[int] {
	if f.conn == nil {
		panic(rt.Completed("anet.PacketConn.WriteTo"))
	}
	fd := &f.conn.fd
	for {
		sysfd, ready, err := fd.Begin(cx, rt.Out, &f.turn)
		if err != nil {
			if err != rt.ErrBusy {
				f.conn.abandonWrite()
			}
			return f.finish(0, err)
		}
		if !ready {
			return rt.Pending[int]()
		}
		n, v, err := f.conn.sendTo(sysfd, f.buf, f.to, f.conn.kind, f.conn.addr)
		switch v {
		case blocked:
			fd.End(rt.Out, &f.turn, rt.Blocked, false)
		case again:
			fd.End(rt.Out, &f.turn, rt.More, false)
		default:
			fd.End(rt.Out, &f.turn, rt.More, true)
			return f.finish(n, err)
		}
	}
}

// finish ends the future and lets go of what it holds.
func (f *WriteToFuture) finish(n int, err error) rt.Poll[int] {
	if err != nil {
		err = f.conn.opError("write", f.to.addr(f.conn.kind), err)
	}
	f.conn, f.buf = nil, nil
	return rt.Finish(n, err)
}

// Cancel gives up sending.
func (f *WriteToFuture) Cancel() {
	if f.conn != nil {
		if f.turn {
			f.conn.abandonWrite()
		}
		f.conn.fd.Release(rt.Out, &f.turn)
		f.conn, f.buf = nil, nil
	}
}

// Where names the operation.
func (f *WriteToFuture) Where(w *rt.Where) { w.Operation("anet.PacketConn.WriteTo") }

// Await waits for the future and returns the number of bytes sent.
func (f *WriteToFuture) Await() (int, error) {
	p := rt.Block(f, (*WriteToFuture).Poll)
	return p.Value, p.Err
}
