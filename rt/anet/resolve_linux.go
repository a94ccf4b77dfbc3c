//go:build !asyncgen_portable

package anet

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"sync"
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

// A lookup asks the resolver for addresses. The resolver blocks, so that it runs on a
// goroutine of its own, which ends soon after cancel.
type lookup struct {
	cancel context.CancelFunc

	mu    sync.Mutex
	done  bool
	addrs []netip.AddrPort
	err   error
	waker rt.Waker // who is to be told
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
	l := &lookup{cancel: cancel}
	go func() {
		defer cancel()
		addrs, err := resolve(ctx, resolver, network, host, port)
		l.mu.Lock()
		l.done, l.addrs, l.err = true, addrs, err
		waker := l.waker
		l.mu.Unlock()
		waker.Wake()
	}()
	return l
}

// poll returns the result when it is there. Until then it leaves the waker.
func (l *lookup) poll(cx *rt.Context) (addrs []netip.AddrPort, ready bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.done {
		l.waker = cx.Waker()
	}
	return l.addrs, l.done, l.err
}

// stop makes the goroutine end, and lets nobody be told.
func (l *lookup) stop() {
	l.cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waker = rt.Waker{}
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
