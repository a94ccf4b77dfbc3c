//go:build !linux || asyncgen_portable

package anet

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// Where there is no reactor, package net does the work. This file makes non-blocking sockets
// of its blocking connections, so that the rest of the package need not know.
//
// An attempt that finds nothing starts a goroutine, at most one per direction, that makes one
// blocking call with a buffer of its own. When the call is over the goroutine leaves what has
// come of it, tells the FD, and ends; the next attempt finds it. An operation that is canceled
// leaves the goroutine behind, and what that brings is for the next one. So reading and
// accepting lose nothing, as with a real socket. What a canceled write has begun goes on, and
// the next write waits for it.

// A sock is a socket of package net.
type sock struct {
	fd rt.FD
	*calls
}

// calls is what the goroutines of a sock work with.
type calls struct {
	fd   *rt.FD
	conn io.Closer // a net.Conn, net.Listener or net.PacketConn

	mu     sync.Mutex
	closed bool
	in     input
	out    output
}

// input is the state of reading and accepting.
type input struct {
	running bool          // a goroutine is in a call
	ended   chan struct{} // closed when that goroutine has ended
	buf     []byte        // what calls read into, allocated by the first
	data    []byte        // what has come and was not taken
	packet  *Datagram     // what has come with it, if it is a datagram
	conn    net.Conn      // what was accepted and not taken
	err     error         // what the call has failed with
}

// output is the state of writing.
type output struct {
	running bool
	ended   bool // a call is over whose result was not taken
	orphan  bool // whoever wanted that result is gone
	buf     []byte
	n       int
	err     error
}

const (
	// shortMeansDrained is false: what a goroutine brings says nothing about what is left.
	shortMeansDrained = false
	// readSize and writeSize are how much of a stream one call moves.
	readSize, writeSize = 16 << 10, 64 << 10
	// packetSize is more than any datagram of UDP has.
	packetSize = 64 << 10
)

// init makes s a socket that works with conn.
func (s *sock) init(conn io.Closer) {
	s.fd.InitVirtual()
	s.calls = &calls{fd: &s.fd, conn: conn}
}

// newConn returns a connection around one of package net.
func newConn(k kind, conn net.Conn) *Conn {
	c := &Conn{kind: k}
	c.init(conn)
	return c
}

// call makes one blocking call of reading or accepting on a goroutine. c.mu is held.
func (c *calls) call(f func()) {
	c.in.running, c.in.ended = true, make(chan struct{})
	go func(ended chan struct{}) {
		f()
		close(ended)
		c.fd.Notify(rt.In)
	}(c.in.ended)
}

// fill starts to read into the buffer, of which there is at least size.
func (c *calls) fill(size int) {
	if cap(c.in.buf) < size {
		c.in.buf = make([]byte, size)
	}
	buf := c.in.buf[:size]
	c.call(func() {
		n, err := c.conn.(net.Conn).Read(buf)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.in.running, c.in.data, c.in.err = false, buf[:n], err
		if n == 0 && err == nil {
			c.in.packet = new(Datagram) // an empty one
		}
	})
}

// receive takes what has come.
func (c *calls) receive(_ int, b []byte) (int, verdict, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, err := c.incoming(); v != done {
		return 0, v, err
	}
	if c.in.err == io.EOF && len(c.in.data) == 0 {
		return 0, done, nil
	}
	n := copy(b, c.in.data)
	c.in.data, c.in.packet = c.in.data[n:], nil
	if datagrams(c.conn) {
		c.in.data = nil
	}
	return n, done, nil
}

// peek looks whether something has come.
func (c *calls) peek(int) (verdict, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.incoming()
}

// incoming is done if there is something to take, or the end of the stream. If not, it sees to
// it that a goroutine reads.
func (c *calls) incoming() (verdict, error) {
	switch in := &c.in; {
	case len(in.data) > 0 || in.packet != nil || in.err == io.EOF:
		return done, nil
	case in.err != nil:
		err := cause(in.err)
		if datagrams(c.conn) {
			in.err = nil // of that datagram; there may be others
		}
		return failed, err
	case !in.running:
		size := readSize
		if datagrams(c.conn) {
			size = packetSize
		}
		c.fill(size)
	}
	return blocked, nil
}

// datagrams reports whether a connection does not carry a stream.
func datagrams(conn io.Closer) bool {
	_, ok := conn.(net.PacketConn) // a net.UnixConn is one too, of whatever kind
	if u, unix := conn.(*net.UnixConn); unix {
		return u.LocalAddr().Network() != "unix"
	}
	return ok
}

// send gives a copy of b, or of a part, to a goroutine, and returns what has come of it once
// that is known.
func (c *calls) send(_ int, b []byte) (int, verdict, error) {
	if !datagrams(c.conn) {
		b = b[:min(len(b), writeSize)]
	}
	return c.write(b, func(b []byte) (int, error) { return c.conn.(net.Conn).Write(b) })
}

// sendBuffers writes the first buffer that is not empty.
func (c *calls) sendBuffers(sysfd int, bufs [][]byte, skip int) (n, wanted int, v verdict, err error) {
	for _, b := range bufs {
		if b = b[skip:]; len(b) > 0 {
			n, v, err = c.send(sysfd, b)
			return n, len(b), v, err
		}
		skip = 0
	}
	return 0, 0, done, nil
}

// write is one attempt to make a call that writes b.
func (c *calls) write(b []byte, call func(b []byte) (int, error)) (int, verdict, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := &c.out
	if out.running {
		return 0, blocked, nil
	}
	if out.ended {
		n, err, orphan := out.n, out.err, out.orphan
		out.ended, out.orphan, out.n, out.err = false, false, 0, nil
		switch {
		case orphan:
		case err != nil:
			return n, failed, cause(err)
		default:
			return n, done, nil
		}
	}
	out.buf = append(out.buf[:0], b...)
	out.running = true
	go func() {
		n, err := call(out.buf)
		c.mu.Lock()
		out.running, out.ended, out.n, out.err = false, true, n, err
		c.mu.Unlock()
		c.fd.Notify(rt.Out)
	}()
	return 0, blocked, nil
}

// abandonWrite is called when a write ends before its time: nobody wants its result.
func (c *calls) abandonWrite() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out.running || c.out.ended {
		c.out.orphan = true
	}
}

// receiveFrom takes a datagram that has come.
func (c *calls) receiveFrom(_ int, b []byte) (Datagram, verdict, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	in := &c.in
	switch {
	case in.packet != nil:
		d := *in.packet
		d.N, d.Truncated = copy(b, in.data), len(in.data) > len(b)
		in.packet, in.data = nil, nil
		return d, done, nil
	case in.err != nil:
		err := in.err
		in.err = nil
		return Datagram{}, failed, cause(err)
	case !in.running:
		c.fillPacket()
	}
	return Datagram{}, blocked, nil
}

// fillPacket starts to read a datagram.
func (c *calls) fillPacket() {
	if c.in.buf == nil {
		c.in.buf = make([]byte, packetSize)
	}
	buf := c.in.buf
	c.call(func() {
		n, from, err := c.conn.(net.PacketConn).ReadFrom(buf)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.in.running, c.in.err = false, err
		if err == nil {
			c.in.data, c.in.packet = buf[:n], new(Datagram)
			if from != nil {
				e := endpointOf(from)
				c.in.packet.From, c.in.packet.Path = e.AddrPort, e.path
			}
		}
	})
}

// sendTo sends a datagram.
func (c *calls) sendTo(_ int, b []byte, to endpoint, k kind, _ net.Addr) (int, verdict, error) {
	addr := to.addr(k)
	if addr == nil {
		return 0, failed, &net.AddrError{Err: "no suitable address", Addr: to.name()}
	}
	return c.write(b, func(b []byte) (int, error) { return c.conn.(net.PacketConn).WriteTo(b, addr) })
}

// accept takes a connection that has come.
func (c *calls) accept(_ int, k kind) (*Conn, verdict, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	in := &c.in
	switch {
	case in.conn != nil:
		conn := in.conn
		in.conn = nil
		return newConn(k, conn), done, nil
	case in.err != nil:
		err := in.err
		in.err = nil
		if lacking(err) {
			return nil, starved, cause(err)
		}
		return nil, failed, cause(err)
	case !in.running:
		c.call(c.acceptOne)
	}
	return nil, blocked, nil
}

// acceptOne waits for a connection. One that comes too late is closed.
func (c *calls) acceptOne() {
	conn, err := c.conn.(net.Listener).Accept()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in.running, c.in.err = false, err
	if conn != nil && c.closed {
		_ = conn.Close() // nobody knows of it
		return
	}
	c.in.conn = conn
}

// close closes the connection, and ends the calls that way.
func (s *sock) close() error {
	if err := s.fd.Close(); err != nil {
		return err
	}
	return s.calls.close()
}

func (c *calls) close() error {
	c.mu.Lock()
	c.closed = true
	waiting := c.in.conn
	c.in.conn = nil
	c.mu.Unlock()
	if waiting != nil {
		_ = waiting.Close() // nobody knows of it
	}
	return c.conn.Close()
}

// handOver returns the connection of package net, with what was read already.
func (s *sock) handOver() (net.Conn, error) {
	if _, err := s.fd.Detach(); err != nil {
		return nil, err
	}
	conn := s.conn.(net.Conn)
	s.mu.Lock()
	running, ended := s.in.running, s.in.ended
	s.mu.Unlock()
	if running {
		if err := conn.SetReadDeadline(time.Unix(1, 0)); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		<-ended
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.in.err
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	if len(s.in.data) == 0 && err == nil {
		return conn, nil
	}
	return &prefixed{Conn: conn, data: s.in.data, err: err}, nil
}

// takeOver returns a connection around another.
func takeOver(c net.Conn, k kind) (*Conn, error) {
	switch p := c.(type) {
	case *net.TCPConn, *net.UDPConn, *net.UnixConn:
		return newConn(k, c), nil
	case *prefixed: // of handOver
		conn := newConn(k, p.Conn)
		p.mu.Lock()
		defer p.mu.Unlock()
		conn.in.data, conn.in.err = p.data, p.err
		return conn, nil
	}
	return nil, errors.ErrUnsupported
}

// A prefixed is a connection from which something was read already.
type prefixed struct {
	net.Conn
	mu   sync.Mutex
	data []byte
	err  error
}

func (p *prefixed) Read(b []byte) (int, error) {
	p.mu.Lock()
	if n := copy(b, p.data); n > 0 || p.err != nil {
		p.data = p.data[n:]
		err := p.err
		p.mu.Unlock()
		if n > 0 {
			err = nil
		}
		return n, err
	}
	p.mu.Unlock()
	return p.Conn.Read(b)
}

// local returns the socket's own address, nil if it is unknown.
func (c *calls) local(kind) net.Addr {
	if c == nil || c.gone() {
		return nil
	}
	switch conn := c.conn.(type) {
	case net.Listener:
		return conn.Addr()
	case interface{ LocalAddr() net.Addr }:
		return conn.LocalAddr()
	}
	return nil
}

// remote returns the peer's address, nil if it is unknown.
func (c *calls) remote(kind) net.Addr {
	if conn, ok := c.conn.(net.Conn); ok && !c.gone() {
		return conn.RemoteAddr()
	}
	return nil
}

// gone reports whether the socket is closed.
func (c *calls) gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// cause takes off what package net has wrapped around an error, which is put around it again.
func cause(err error) error {
	if e, ok := err.(*net.OpError); ok {
		return e.Err
	}
	return err
}
