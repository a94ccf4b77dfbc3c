//go:build !asyncgen_portable

package anet

import (
	"net"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Addresses in the kernel's form.

// sockaddr translates an address to the form that package unix has for it.
func sockaddr(k kind, e endpoint) unix.Sockaddr {
	switch {
	case !k.internet():
		return &unix.SockaddrUnix{Name: e.path}
	case e.Addr().Is4():
		return &unix.SockaddrInet4{Addr: e.Addr().As4(), Port: int(e.Port())}
	}
	return &unix.SockaddrInet6{Addr: e.Addr().As16(), Port: int(e.Port()), ZoneId: zoneID(e.Addr().Zone())}
}

// socketAddr is the inverse. It returns nil for a family that is not known here.
func socketAddr(k kind, sa unix.Sockaddr) net.Addr {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return endpoint{AddrPort: netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))}.addr(k)
	case *unix.SockaddrInet6:
		ip := netip.AddrFrom16(sa.Addr).Unmap().WithZone(zoneName(sa.ZoneId))
		return endpoint{AddrPort: netip.AddrPortFrom(ip, uint16(sa.Port))}.addr(k)
	case *unix.SockaddrUnix:
		return endpoint{path: sa.Name}.addr(k)
	}
	return nil
}

// A rawAddr is an address as system calls have it. Its address must not be kept.
type rawAddr struct {
	any    unix.RawSockaddrAny
	length uint32
}

// decode returns the address of the Internet, or the path, that the kernel has filled in.
func (r *rawAddr) decode() (endpoint, bool) {
	if r.length < 2 {
		return endpoint{}, false // a Unix socket without a name
	}
	switch r.any.Addr.Family {
	case unix.AF_INET:
		a := (*unix.RawSockaddrInet4)(unsafe.Pointer(&r.any))
		return endpoint{AddrPort: netip.AddrPortFrom(netip.AddrFrom4(a.Addr), swap(a.Port))}, true
	case unix.AF_INET6:
		a := (*unix.RawSockaddrInet6)(unsafe.Pointer(&r.any))
		ip := netip.AddrFrom16(a.Addr).Unmap()
		if a.Scope_id != 0 {
			ip = ip.WithZone(zoneName(a.Scope_id))
		}
		return endpoint{AddrPort: netip.AddrPortFrom(ip, swap(a.Port))}, true
	case unix.AF_UNIX:
		a := (*unix.RawSockaddrUnix)(unsafe.Pointer(&r.any))
		return endpoint{path: unixName(a, int(r.length)-2)}, true
	}
	return endpoint{}, false
}

// encode fills in an address for a socket of a family. It reports false if it does not fit.
func (r *rawAddr) encode(family int, e endpoint) bool {
	switch family {
	case unix.AF_UNIX:
		a := (*unix.RawSockaddrUnix)(unsafe.Pointer(&r.any))
		if len(e.path) >= len(a.Path) {
			return false
		}
		a.Family = unix.AF_UNIX
		for i := range len(e.path) {
			a.Path[i] = int8(e.path[i])
		}
		r.length = uint32(2 + len(e.path))
		switch {
		case e.path == "":
		case e.path[0] == '@':
			a.Path[0] = 0
		default:
			r.length++ // the zero at the end
		}
		return true
	case unix.AF_INET:
		a := (*unix.RawSockaddrInet4)(unsafe.Pointer(&r.any))
		*a = unix.RawSockaddrInet4{Family: unix.AF_INET, Port: swap(e.Port())}
		ip := e.Addr().Unmap()
		if !ip.Is4() {
			return false
		}
		a.Addr, r.length = ip.As4(), unix.SizeofSockaddrInet4
		return true
	case unix.AF_INET6:
		a := (*unix.RawSockaddrInet6)(unsafe.Pointer(&r.any))
		*a = unix.RawSockaddrInet6{Family: unix.AF_INET6, Port: swap(e.Port()), Scope_id: zoneID(e.Addr().Zone())}
		if !e.IsValid() {
			return false
		}
		a.Addr, r.length = e.Addr().As16(), unix.SizeofSockaddrInet6
		return true
	}
	return false
}

// unixName returns the name in an address of a Unix socket, of which n bytes were filled in.
func unixName(a *unix.RawSockaddrUnix, n int) string {
	b := make([]byte, 0, len(a.Path))
	for i, c := range a.Path[:min(max(n, 0), len(a.Path))] {
		switch {
		case i == 0 && c == 0:
			c = '@'
		case c == 0 && b[0] != '@':
			return string(b)
		}
		b = append(b, byte(c))
	}
	return string(b)
}

// swap turns the bytes of a port around, which go over the network in another order.
func swap(port uint16) uint16 {
	b := (*[2]byte)(unsafe.Pointer(&port))
	return uint16(b[0])<<8 | uint16(b[1])
}

// zoneID returns the index of the interface that a zone names.
func zoneID(zone string) uint32 {
	if zone == "" {
		return 0
	}
	if ifc, err := net.InterfaceByName(zone); err == nil {
		return uint32(ifc.Index)
	}
	n, _ := strconv.ParseUint(zone, 10, 32) // a zone that is neither is no zone
	return uint32(n)
}

// zoneName is the inverse of zoneID.
func zoneName(id uint32) string {
	if id == 0 {
		return ""
	}
	if ifc, err := net.InterfaceByIndex(int(id)); err == nil {
		return ifc.Name
	}
	return strconv.FormatUint(uint64(id), 10)
}
