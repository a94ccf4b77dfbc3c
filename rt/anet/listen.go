package anet

import (
	"log"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// A ListenConfig says how to listen. The zero ListenConfig is that of [Listen] and
// [ListenPacket].
type ListenConfig struct {
	// ReusePort lets several sockets listen on one port. The system distributes connections
	// and datagrams among them.
	ReusePort bool
	// KeepAlive is what accepted connections have, see [Conn.SetKeepAlive]. Zero: nothing.
	KeepAlive net.KeepAliveConfig
	// Control, if set, is called with the socket before it is bound.
	Control func(network, address string, c syscall.RawConn) error
	// Starved, if set, is called when an Accept pauses because the process has no
	// descriptors or no memory left, with the error and how long the pause will be. It must
	// not block. By default package log is told.
	Starved func(err error, pause time.Duration)
}

// A Listener accepts connections. One Accept may be under way at a time; all methods
// may be called from any goroutine.
type Listener struct {
	sock
	kind    kind
	network string
	addr    net.Addr // the address that it is bound to
	starved func(err error, pause time.Duration)
	file    socketFile
}

// Listen starts to listen on an address. The network is "tcp", "tcp4" or "tcp6" with an address
// such as "127.0.0.1:8080" or ":0"; with "tcp" and no host, or the host "::", it takes
// connections of both versions of IP. Or it is "unix" or "unixpacket" with the path of a file,
// which Close removes, or on Linux "@" and a name that stands for no file. Listen does not
// wait for anybody: a host should be empty or an IP address, for a name is looked up and blocks
// the goroutine meanwhile.
func Listen(network, addr string) (*Listener, error) { return new(ListenConfig).Listen(network, addr) }

// Listen is like the function of that name.
func (lc *ListenConfig) Listen(network, addr string) (*Listener, error) {
	l := &Listener{kind: kinds[network], network: network, starved: lc.Starved}
	if l.starved == nil {
		l.starved = logStarved
	}
	var err error
	switch network {
	case "tcp", "tcp4", "tcp6":
		var where *net.TCPAddr
		if where, err = net.ResolveTCPAddr(network, addr); err == nil {
			l.addr = where
		}
	case "unix", "unixpacket":
		l.addr = &net.UnixAddr{Net: network, Name: addr}
	default:
		err = net.UnknownNetworkError(network)
	}
	if err == nil {
		err = l.listen(lc, network, l.addr, l.kind)
	}
	if err != nil {
		return nil, opError("listen", network, nil, l.addr, err)
	}
	if bound := l.local(l.kind); bound != nil {
		l.addr = bound // with the port that the system has chosen
	}
	return l, nil
}

// logStarved is what tells of a pause by default.
func logStarved(err error, pause time.Duration) {
	log.Printf("anet: %v; trying again in %v", err, pause)
}

// Addr returns the address that the listener is bound to, a [*net.TCPAddr] or [*net.UnixAddr].
func (l *Listener) Addr() net.Addr { return l.addr }

// SetDeadline sets the time from which on Accept fails with an error that wraps
// os.ErrDeadlineExceeded, see [Conn.SetDeadline].
func (l *Listener) SetDeadline(t time.Time) error {
	if err := l.fd.SetDeadline(rt.In, t); err != nil {
		return l.opError("set", err)
	}
	return nil
}

// Close stops listening. An Accept that waits fails with [net.ErrClosed], and so does a
// second Close. Connections that were not accepted are reset. The file of a Unix socket is
// removed.
func (l *Listener) Close() error {
	l.file.remove(l.addr)
	if err := l.close(); err != nil {
		return l.opError("close", err)
	}
	return nil
}

// A socketFile is the file that a Unix socket has been bound to, if any.
type socketFile struct{ once sync.Once }

// remove removes the file, once: afterwards its name may belong to somebody else. It comes
// before the socket is closed, while the name cannot be bound again.
func (f *socketFile) remove(addr net.Addr) {
	if a, ok := addr.(*net.UnixAddr); ok && a.Name != "" && a.Name[0] != '@' {
		// That somebody else has removed it is no error.
		f.once.Do(func() { _ = os.Remove(a.Name) })
	}
}

// opError says which operation of this listener has failed.
func (l *Listener) opError(op string, err error) error {
	return opError(op, l.network, nil, l.addr, err)
}
