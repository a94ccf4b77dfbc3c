package anet_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
	"github.com/asyncgen/asyncgen/rt/rttest"
)

// TestCheck holds the futures of sockets to the contract of futures: each becomes ready by what
// the peer does, at any moment.
func TestCheck(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of connections")
	}
	r := useDefault(t)
	t.Run("Read", func(t *testing.T) {
		checkConn(t, r, func(conn *anet.Conn) rt.Future[int] { return conn.Read(make([]byte, 8)) })
	})
	t.Run("Readable", func(t *testing.T) {
		checkConn(t, r, func(conn *anet.Conn) rt.Future[struct{}] { return conn.Readable() })
	})
	t.Run("Write", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			// Of TCP it would take long: with small buffers its timers set the pace.
			conn, peer := ends(t, r, "unix")
			return rttest.Subject[int]{
				Future:   conn.Write(make([]byte, 1<<20)),
				Complete: func() { go drain(peer) },
				Close:    func() { conn.Close(); peer.Close() },
			}
		})
	})
	t.Run("WriteBuffers", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			conn, peer := ends(t, r, "unix")
			return rttest.Subject[int]{
				Future:   conn.WriteBuffers([][]byte{make([]byte, 1<<19), nil, make([]byte, 1<<19)}),
				Complete: func() { go drain(peer) },
				Close:    func() { conn.Close(); peer.Close() },
			}
		})
	})
	t.Run("WriteTo", func(t *testing.T) {
		to := must(anet.ListenPacket("udp", "127.0.0.1:0"))(t)
		defer to.Close()
		addr := to.LocalAddr().(*net.UDPAddr).AddrPort()
		rttest.CheckSubject(t, func() rttest.Subject[int] {
			conn := must(anet.ListenPacket("udp", "127.0.0.1:0"))(t)
			return rttest.Subject[int]{Future: conn.WriteTo([]byte("x"), addr), Close: func() { conn.Close() }}
		})
	})
	t.Run("Accept", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[*anet.Conn] {
			l := must(anet.Listen("tcp", "127.0.0.1:0"))(t)
			var peer net.Conn
			return rttest.Subject[*anet.Conn]{
				Future:   accepted{l.Accept()},
				Complete: func() { peer, _ = net.Dial("tcp", l.Addr().String()) },
				Close: func() {
					l.Close()
					if peer != nil {
						peer.Close()
					}
				},
			}
		})
	})
	t.Run("Dial", func(t *testing.T) {
		l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close() // at the end
			}
		}()
		rttest.Check(t, func() rt.Future[*anet.Conn] { return dialed{anet.Dial("tcp", l.Addr().String())} })
	})
	t.Run("ReadFrom", func(t *testing.T) {
		rttest.CheckSubject(t, func() rttest.Subject[anet.Datagram] {
			conn := must(anet.ListenPacket("udp", "127.0.0.1:0"))(t)
			to := conn.LocalAddr().(*net.UDPAddr).AddrPort()
			return rttest.Subject[anet.Datagram]{
				Future:   conn.ReadFrom(make([]byte, 8)),
				Complete: func() { sendDatagram(t, to) },
				Close:    func() { conn.Close() },
			}
		})
	})
}

// checkConn checks a future that waits for the peer to write.
func checkConn[T any](t *testing.T, r *rt.Runtime, of func(*anet.Conn) rt.Future[T]) {
	rttest.CheckSubject(t, func() rttest.Subject[T] {
		conn, peer := ends(t, r, "tcp")
		return rttest.Subject[T]{
			Future:   of(conn),
			Complete: func() { peer.Write([]byte("x")) },
			Close:    func() { conn.Close(); peer.Close() },
		}
	})
}

// ends is pair, without anything that happens at the end of the test.
func ends(t testing.TB, r *rt.Runtime, network string) (*anet.Conn, net.Conn) {
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = "" // the system chooses one
	}
	l := must(anet.Listen(network, addr))(t)
	defer l.Close()
	peer := must(net.Dial(network, l.Addr().String()))(t)
	if tcp, ok := peer.(*net.TCPConn); ok {
		tcp.SetLinger(0) // so that no port is left to wait
	}
	return must(rt.Run(r, l.Accept()))(t), peer
}

// drain reads until the end.
func drain(c net.Conn) {
	for buf := make([]byte, 64<<10); ; {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

func sendDatagram(t testing.TB, to netip.AddrPort) {
	c := must(net.Dial("udp", to.String()))(t)
	defer c.Close()
	c.Write([]byte("x"))
}

// accepted and dialed close what they get, as nobody else does.
type accepted struct{ *anet.AcceptFuture }

func (f accepted) Poll(cx *rt.Context) rt.Poll[*anet.Conn] { return closing(f.AcceptFuture.Poll(cx)) }

type dialed struct{ *anet.DialFuture }

func (f dialed) Poll(cx *rt.Context) rt.Poll[*anet.Conn] { return closing(f.DialFuture.Poll(cx)) }

func closing(p rt.Poll[*anet.Conn]) rt.Poll[*anet.Conn] {
	if p.Ready && p.Err == nil {
		p.Value.SetLinger(0)
		p.Value.Close()
	}
	return p
}
