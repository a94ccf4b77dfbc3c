//go:build !asyncgen_portable

package anet

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/asyncgen/asyncgen/rt"
)

// addresses returns what host and port literally stand for on a network. If they do not, for
// one of them is a name, literal is false.
func addresses(network, host, port string) (addrs []netip.AddrPort, literal bool, err error) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, false, nil
	}
	ips := []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()} // no host: this one
	if host != "" {
		ip, err := netip.ParseAddr(host)
		if err != nil {
			return nil, false, nil
		}
		ips = []netip.Addr{ip}
	}
	addrs, err = choose(network, host, ips, uint16(number))
	return addrs, true, err
}

// choose pairs the addresses that fit a network with a port. To have none left is an error.
func choose(network, host string, ips []netip.Addr, port uint16) ([]netip.AddrPort, error) {
	var addrs []netip.AddrPort
	for _, ip := range ips {
		ip = ip.Unmap()
		if network[3:] == "4" && !ip.Is4() || network[3:] == "6" && ip.Is4() {
			continue
		}
		addrs = append(addrs, netip.AddrPortFrom(ip, port))
	}
	if len(addrs) == 0 {
		return nil, &net.AddrError{Err: "no suitable address found", Addr: host}
	}
	return addrs, nil
}

// A lookup asks the resolver for addresses, which blocks a goroutine of the runtime's pool.
type lookup struct {
	cancel context.CancelFunc
	answer *rt.BlockingFuture[[]netip.AddrPort]
}

// startLookup starts to look up a host, a port, or both, which must be over at end if that is
// not zero.
func startLookup(resolver *net.Resolver, end time.Time, network, host, port string) *lookup {
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ctx, cancel := context.WithCancel(context.Background())
	if !end.IsZero() {
		ctx, cancel = context.WithDeadline(context.Background(), end)
	}
	return &lookup{cancel, rt.Blocking(func() ([]netip.AddrPort, error) {
		defer cancel()
		return resolve(ctx, resolver, network, host, port)
	})}
}

// poll returns the result when it is there.
func (l *lookup) poll(cx *rt.Context) (addrs []netip.AddrPort, ready bool, err error) {
	p := l.answer.Poll(cx)
	return p.Value, p.Ready, p.Err
}

// stop makes the goroutine end.
func (l *lookup) stop() {
	l.cancel()
	l.answer.Cancel()
}

// resolve looks up names. It blocks until there is an answer or ctx is done.
func resolve(ctx context.Context, resolver *net.Resolver, network, host, port string) ([]netip.AddrPort, error) {
	number, err := resolver.LookupPort(ctx, network, port)
	if err != nil {
		return nil, err
	}
	if addrs, literal, err := addresses(network, host, strconv.Itoa(number)); literal {
		return addrs, err
	}
	ips, err := resolver.LookupNetIP(ctx, "ip"+network[3:], host)
	if err != nil {
		return nil, err
	}
	return choose(network, host, ips, uint16(number))
}
