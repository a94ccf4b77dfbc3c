package anet

import (
	"net"
	"syscall"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A Dialer says how to connect. The zero Dialer is that of [Dial].
type Dialer struct {
	// Timeout bounds how long it may take, zero: nothing does but the system. Of a name with
	// several addresses each gets a part of the time.
	Timeout time.Duration
	// Deadline is when it must be over, in addition to Timeout. Zero: no deadline.
	Deadline time.Time
	// LocalAddr is the address to connect from. Nil: the system chooses.
	LocalAddr net.Addr
	// FallbackDelay is how long to wait for a connection over one version of IP before
	// one over the other is tried beside it, for a name that has addresses of both. Zero
	// stands for 300 ms, negative: not before the first has failed.
	FallbackDelay time.Duration
	// KeepAlive is what the connection has, see [Conn.SetKeepAlive]. Zero: nothing.
	KeepAlive net.KeepAliveConfig
	// Resolver looks up names. Nil stands for [net.DefaultResolver].
	Resolver *net.Resolver
	// Control, if set, is called with each socket before it is connected.
	Control func(network, address string, c syscall.RawConn) error
}

// Dial returns a future of a connection to an address. The network is "tcp", "tcp4", "tcp6",
// "udp", "udp4" or "udp6" with a host and a port, or "unix", "unixgram" or "unixpacket" with a
// path. The host may be an IP address, a name, which is looked up on a goroutine, or empty for
// this machine. If a name has several addresses they are tried one after another, and those of
// the other version of IP beside them when that takes long, as RFC 8305 has it; the error is
// that of the first. Canceling it leaves nothing behind.
//
//async:new
func Dial(network, addr string) *DialFuture { return &DialFuture{network: network, addr: addr} }

// Dial is like the function of that name. The Dialer must not change until the future is ready.
//
//async:new
func (d *Dialer) Dial(network, addr string) *DialFuture {
	return &DialFuture{dialer: d, network: network, addr: addr}
}

// A DialFuture is the future of [Dial].
type DialFuture struct {
	rt.Pin
	dialer        *Dialer // nil: the zero Dialer
	network, addr string
	dial          *dial // nil before the first poll
	done          bool
}

// Poll goes on until the connection stands or there is nothing left to try.
func (f *DialFuture) Poll(cx *rt.Context) rt.Poll[*Conn] {
	if f.done {
		panic(rt.Completed("anet.Dial"))
	}
	if err := cx.Stopped(); err != nil {
		if !cx.Spend() {
			return rt.Pending[*Conn]()
		}
		f.Cancel()
		return rt.Fail[*Conn](f.opError(err))
	}
	if f.dial == nil {
		if f.dialer == nil {
			f.dialer = new(Dialer)
		}
		d, err := newDial(f.dialer, f.network, f.addr)
		if err != nil {
			return f.finish(nil, f.opError(err))
		}
		f.dial = d
	}
	conn, ready, err := f.dial.poll(cx)
	if !ready {
		return rt.Pending[*Conn]()
	}
	return f.finish(conn, err)
}

// opError is the error of a Dial that got nowhere.
func (f *DialFuture) opError(err error) error { return opError("dial", f.network, nil, nil, err) }

// finish ends the future.
func (f *DialFuture) finish(conn *Conn, err error) rt.Poll[*Conn] {
	f.dialer, f.dial, f.done = nil, nil, true
	return rt.Finish(conn, err)
}

// Cancel gives up. A connection that is being made is closed.
func (f *DialFuture) Cancel() {
	if f.dial != nil {
		f.dial.stop()
	}
	f.dialer, f.dial, f.done = nil, nil, true
}

// Where names the operation.
func (f *DialFuture) Where(w *rt.Where) { w.Operation("anet.Dial") }

// Await waits for the future and returns the connection.
func (f *DialFuture) Await() (*Conn, error) {
	p := rt.Block(f, (*DialFuture).Poll)
	return p.Value, p.Err
}

// end returns when a Dial that begins now must be over; zero: never.
func (d *Dialer) end(now time.Time) time.Time {
	end := d.Deadline
	if d.Timeout > 0 {
		if t := now.Add(d.Timeout); end.IsZero() || t.Before(end) {
			end = t
		}
	}
	return end
}
