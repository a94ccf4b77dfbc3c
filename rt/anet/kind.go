package anet

import (
	"net"
	"net/netip"
)

// kind is what sort of socket something is.
type kind uint8

const (
	tcp kind = iota
	udp
	unixStream
	unixDatagram
	unixPacket // messages in order, over a connection
)

// kinds are the networks that package net has names for.
var kinds = map[string]kind{
	"tcp": tcp, "tcp4": tcp, "tcp6": tcp,
	"udp": udp, "udp4": udp, "udp6": udp,
	"unix": unixStream, "unixgram": unixDatagram, "unixpacket": unixPacket,
}

// network returns the network that errors name.
func (k kind) network() string {
	return [...]string{"tcp", "udp", "unix", "unixgram", "unixpacket"}[k]
}

// stream reports whether there are no borders between what was written at different times.
func (k kind) stream() bool { return k == tcp || k == unixStream }

// ends reports whether to read nothing means the end.
func (k kind) ends() bool { return k != udp && k != unixDatagram }

// internet reports whether addresses are IP addresses and ports.
func (k kind) internet() bool { return k == tcp || k == udp }

// zeroAddr returns the address of a socket of which none is known.
func (k kind) zeroAddr() net.Addr {
	switch k {
	case tcp:
		return new(net.TCPAddr)
	case udp:
		return new(net.UDPAddr)
	}
	return &net.UnixAddr{Net: k.network()}
}

// An endpoint is an address as the system wants it: of the Internet, or a path.
type endpoint struct {
	netip.AddrPort
	path string
}

// addr returns the endpoint in the form that package net has for it, nil if there is none.
func (e endpoint) addr(k kind) net.Addr {
	switch {
	case !k.internet():
		return &net.UnixAddr{Net: k.network(), Name: e.path}
	case !e.IsValid():
		return nil
	case k == tcp:
		return net.TCPAddrFromAddrPort(e.AddrPort)
	}
	return net.UDPAddrFromAddrPort(e.AddrPort)
}

// name returns the endpoint as errors show it.
func (e endpoint) name() string {
	if e.path != "" {
		return e.path
	}
	return e.AddrPort.String()
}

// endpointOf is the inverse of addr. The IP of the result is invalid if addr has none.
func endpointOf(addr net.Addr) endpoint {
	switch a := addr.(type) {
	case *net.TCPAddr:
		return endpoint{AddrPort: unmap(a.AddrPort())}
	case *net.UDPAddr:
		return endpoint{AddrPort: unmap(a.AddrPort())}
	case *net.UnixAddr:
		return endpoint{path: a.Name}
	}
	return endpoint{}
}

// unmap makes an IPv4 address of one that is written as IPv6.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// A verdict is what an attempt at a system call has come to.
type verdict uint8

const (
	done    verdict = iota
	blocked         // it would have to wait
	again           // nothing has happened, and the next attempt may fare better
	starved         // it needs something that others may give back
	failed          // there is an error
)
