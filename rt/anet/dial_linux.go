//go:build !asyncgen_portable

package anet

import (
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/asyncgen/asyncgen/rt"
)

// A dial is what goes on between the first poll of a DialFuture and its end: a lookup, then
// one or two races that go on at once.
type dial struct {
	dialer  *Dialer
	network string
	end     time.Time // when it must be over; zero: never
	lookup  *lookup   // nil if there is no name to look up, and when it has been
	first   race
	second  race            // over the other version of IP
	delay   *rt.SleepFuture // until second begins beside first; nil: it does not wait
}

// A race tries addresses one after another.
type race struct {
	dial    *dial
	kind    kind
	to      []endpoint // still to be tried
	conn    *Conn      // being connected to to[0]; nil: not begun
	begun   bool       // connect was called for conn
	turn    rt.Turn    // of conn, for writing
	retries int        // attempts that have connected the socket to itself
	err     error      // why the first address has failed
}

// fallbackDelay is what RFC 8305 and package net take.
const fallbackDelay = 300 * time.Millisecond

// newDial reads the address, and starts to look it up if it has names in it.
func newDial(dialer *Dialer, network, addr string) (*dial, error) {
	k, ok := kinds[network]
	if !ok {
		return nil, net.UnknownNetworkError(network)
	}
	d := &dial{dialer: dialer, network: network, end: dialer.end(time.Now())}
	d.first = race{dial: d, kind: k}
	d.second = d.first
	if !k.internet() {
		d.first.to = []endpoint{{path: addr}}
		return d, nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	addrs, literal, err := addresses(network, host, port)
	if err != nil {
		return nil, err
	}
	if literal {
		d.begin(addrs)
	} else {
		d.lookup = startLookup(dialer.Resolver, d.end, network, host, port)
	}
	return d, nil
}

// begin is called with the addresses, of which there is at least one. Those of the version of
// IP that the first is of are tried first.
func (d *dial) begin(addrs []netip.AddrPort) {
	parallel := d.first.kind == tcp && d.dialer.FallbackDelay >= 0
	for _, a := range addrs {
		r := &d.first
		if parallel && a.Addr().Is4() != addrs[0].Addr().Is4() {
			r = &d.second
		}
		r.to = append(r.to, endpoint{AddrPort: a})
	}
	if len(d.second.to) > 0 {
		delay := d.dialer.FallbackDelay
		if delay == 0 {
			delay = fallbackDelay
		}
		d.delay = rt.Sleep(delay)
	}
}

// poll looks up, then tries the addresses.
func (d *dial) poll(cx *rt.Context) (conn *Conn, ready bool, err error) {
	if d.lookup != nil {
		addrs, ready, err := d.lookup.poll(cx)
		if !ready {
			return nil, false, nil
		}
		if err != nil {
			return nil, true, opError("dial", d.network, nil, nil, err)
		}
		d.lookup = nil
		d.begin(addrs)
	}
	if conn, ready, _ = d.first.poll(cx); conn != nil {
		d.second.drop()
		d.stopDelay()
		return conn, true, nil
	}
	if d.delay != nil && (ready || d.delay.Poll(cx).Ready) {
		d.stopDelay()
	}
	if d.delay != nil {
		return nil, false, nil
	}
	conn, late, _ := d.second.poll(cx)
	if conn != nil {
		d.first.drop()
		return conn, true, nil
	}
	return nil, ready && late, d.first.err
}

// stopDelay ends the time that the second race waits.
func (d *dial) stopDelay() {
	if d.delay != nil {
		d.delay.Cancel()
		d.delay = nil
	}
}

// stop ends all that goes on.
func (d *dial) stop() {
	if d.lookup != nil {
		d.lookup.stop()
	}
	d.stopDelay()
	d.first.drop()
	d.second.drop()
}

// poll tries one address after another. It is ready when one is connected or none is left.
func (r *race) poll(cx *rt.Context) (conn *Conn, ready bool, err error) {
	for len(r.to) > 0 {
		ready, err := r.try(cx)
		switch {
		case !ready:
			return nil, false, nil
		case err == nil && r.selfConnected():
			r.drop() // and try the same address again
		case err == nil:
			conn := r.conn
			r.conn = nil
			return conn, true, nil
		default:
			r.drop()
			if r.err == nil {
				r.err = opError("dial", r.dial.network, r.dial.dialer.LocalAddr, r.to[0].addr(r.kind), err)
			}
			r.to = r.to[1:]
		}
	}
	return nil, true, r.err
}

// try connects to the first of the addresses.
func (r *race) try(cx *rt.Context) (ready bool, err error) {
	if r.conn == nil {
		if err := r.start(); err != nil {
			return true, err
		}
	}
	fd := &r.conn.fd
	for {
		sysfd, ready, err := fd.Begin(cx, rt.Out, &r.turn)
		if err != nil || !ready {
			return err != nil, err
		}
		errno := r.attempt(sysfd)
		if errno == unix.EINPROGRESS {
			fd.End(rt.Out, &r.turn, rt.Blocked, false)
			continue
		}
		fd.End(rt.Out, &r.turn, rt.More, true)
		if errno != 0 {
			return true, os.NewSyscallError("connect", errno)
		}
		return true, fd.SetDeadline(rt.Out, time.Time{})
	}
}

// start makes a socket for the first of the addresses.
func (r *race) start() error {
	sysfd, err := connectSocket(r.kind, r.to[0], r.dial.dialer, r.dial.network)
	if err != nil {
		return err
	}
	r.conn, r.begun = newConn(r.kind, sysfd), false
	if r.dial.end.IsZero() {
		return nil
	}
	return r.conn.fd.SetDeadline(rt.Out, share(time.Now(), r.dial.end, len(r.to)))
}

// share returns when an attempt must be over that begins now and after which there are others.
// The time that is left is divided among them, though two seconds are the least that makes
// sense.
func share(now, end time.Time, attempts int) time.Time {
	const least = 2 * time.Second
	left := end.Sub(now)
	return now.Add(min(max(left/time.Duration(attempts), least), left))
}

// attempt begins to connect, and later asks what has become of it.
func (r *race) attempt(sysfd int) syscall.Errno {
	if r.begun {
		return connected(sysfd)
	}
	r.begun = true
	return connect(sysfd, r.kind, r.to[0])
}

// selfConnected reports whether the socket has become its own peer. That happens when
// nobody listens on a local port and the system chooses just that port for the caller: two
// sockets that connect to each other at once are connected, and TCP does not mind if the
// two are one. After two such accidents the third is taken for what was wanted.
func (r *race) selfConnected() bool {
	const accidents = 2
	if r.kind != tcp || r.retries == accidents || r.dial.dialer.LocalAddr != nil {
		return false
	}
	local := endpointOf(r.conn.local(tcp))
	if local.Port() != r.to[0].Port() || local != endpointOf(r.conn.remote(tcp)) {
		return false
	}
	r.retries++
	return true
}

// drop closes the connection that was being made.
func (r *race) drop() {
	if r.conn == nil {
		return
	}
	r.conn.fd.Release(rt.Out, &r.turn)
	// It was never used, so that nobody is interested in an error.
	_ = r.conn.Close()
	r.conn = nil
}
