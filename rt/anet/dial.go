package anet

import (
	"net"
	"net/netip"
	"os"
	"syscall"

	"github.com/asyncgen/asyncgen/rt"
)

// Dial returns a future of a connection to a TCP address, host and port. The network is
// "tcp", "tcp4" or "tcp6". The host may be an IP address, a name, which is looked up on a
// goroutine, or empty for this machine. If a name has several addresses they are tried one
// after another, and the error is that of the first.
//
//async:new
func Dial(network, addr string) *DialFuture { return &DialFuture{network: network, addr: addr} }

// A DialFuture is the future of [Dial].
type DialFuture struct {
	rt.Pin
	network, addr string
	dial          *dial // nil before the first poll
	done          bool
}

// A dial is what goes on between the first poll of a DialFuture and its end.
type dial struct {
	network string
	lookup  *lookup          // nil if there is no name to look up, and when it has been
	addrs   []netip.AddrPort // still to be tried
	conn    *Conn            // being connected to addrs[0]; nil: not begun
	begun   bool             // connect was called for conn
	turn    rt.Turn          // of conn, for writing
	retries int              // attempts that have connected the socket to itself
	err     error            // why the first address has failed
}

// Poll goes on until the connection stands or there is nothing left to try.
func (f *DialFuture) Poll(cx *rt.Context) rt.Poll[*Conn] {
	if f.done {
		panic(rt.Completed("anet.Dial"))
	}
	if f.dial == nil {
		d, err := newDial(f.network, f.addr)
		if err != nil {
			return f.finish(nil, opError("dial", f.network, nil, nil, err))
		}
		f.dial = d
	}
	if err := cx.Stopped(); err != nil {
		if !cx.Spend() {
			return rt.Pending[*Conn]()
		}
		f.dial.cancel()
		return f.finish(nil, opError("dial", f.network, nil, nil, err))
	}
	conn, ready, err := f.dial.poll(cx)
	if !ready {
		return rt.Pending[*Conn]()
	}
	return f.finish(conn, err)
}

// finish ends the future.
func (f *DialFuture) finish(conn *Conn, err error) rt.Poll[*Conn] {
	f.dial, f.done = nil, true
	return rt.Finish(conn, err)
}

// Cancel gives up. A connection that is being made is closed.
func (f *DialFuture) Cancel() {
	if f.dial != nil {
		f.dial.cancel()
	}
	f.dial, f.done = nil, true
}

// Await waits for the future and returns the connection.
func (f *DialFuture) Await() (*Conn, error) {
	p := rt.Block(f, (*DialFuture).Poll)
	return p.Value, p.Err
}

// newDial reads the address, and starts to look it up if it has names in it.
func newDial(network, addr string) (*dial, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return nil, net.UnknownNetworkError(network)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	d := &dial{network: network}
	addrs, literal, err := addresses(network, host, port)
	if err != nil {
		return nil, err
	}
	if literal {
		d.addrs = addrs
	} else {
		d.lookup = startLookup(network, host, port)
	}
	return d, nil
}

// poll looks up, then tries one address after another.
func (d *dial) poll(cx *rt.Context) (conn *Conn, ready bool, err error) {
	if d.lookup != nil {
		addrs, ready, err := d.lookup.poll(cx)
		if !ready {
			return nil, false, nil
		}
		if err != nil {
			return nil, true, opError("dial", d.network, nil, nil, err)
		}
		d.lookup, d.addrs = nil, addrs
	}
	for len(d.addrs) > 0 {
		ready, err := d.try(cx)
		switch {
		case !ready:
			return nil, false, nil
		case err == nil && d.selfConnected():
			d.drop() // and try the same address again
		case err == nil:
			return d.conn, true, nil
		default:
			d.drop()
			if d.err == nil {
				d.err = opError("dial", d.network, nil, net.TCPAddrFromAddrPort(d.addrs[0]), err)
			}
			d.addrs = d.addrs[1:]
		}
	}
	return nil, true, d.err
}

// try connects to the first of the addresses.
func (d *dial) try(cx *rt.Context) (ready bool, err error) {
	if d.conn == nil {
		sysfd, err := connectSocket(d.addrs[0])
		if err != nil {
			return true, err
		}
		d.conn, d.begun = newConn(sysfd), false
	}
	fd := &d.conn.fd
	for {
		sysfd, ready, err := fd.Begin(cx, rt.Out, &d.turn)
		if err != nil || !ready {
			return err != nil, err
		}
		errno := d.attempt(sysfd)
		if errno != connecting {
			fd.End(rt.Out, &d.turn, rt.More, true)
			if errno != 0 {
				return true, os.NewSyscallError("connect", errno)
			}
			return true, nil
		}
		fd.End(rt.Out, &d.turn, rt.Blocked, false)
	}
}

// attempt begins to connect, and later asks what has become of it.
func (d *dial) attempt(sysfd int) syscall.Errno {
	if d.begun {
		return connected(sysfd)
	}
	d.begun = true
	return connect(sysfd, d.addrs[0])
}

// selfConnected reports whether the socket has become its own peer. That happens when
// nobody listens on a local port and the system chooses just that port for the caller: two
// sockets that connect to each other at once are connected, and TCP does not mind if the
// two are one. After two such accidents the third is taken for what was wanted.
func (d *dial) selfConnected() bool {
	const accidents = 2
	if d.retries == accidents {
		return false
	}
	local := d.conn.query(localAddr)
	if local == nil || local.Port != int(d.addrs[0].Port()) {
		return false // by far the most frequent case
	}
	if remote := d.conn.query(remoteAddr); remote == nil || !local.IP.Equal(remote.IP) {
		return false
	}
	d.retries++
	return true
}

// drop closes the connection that was being made.
func (d *dial) drop() {
	if d.conn == nil {
		return
	}
	d.conn.fd.Release(rt.Out, &d.turn)
	// It was never used, so that nobody is interested in an error.
	_ = d.conn.Close()
	d.conn = nil
}

// cancel ends all that goes on.
func (d *dial) cancel() {
	if d.lookup != nil {
		d.lookup.stop()
	}
	d.drop()
}
