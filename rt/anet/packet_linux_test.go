package anet_test

import (
	"bytes"
	"net"
	"net/netip"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

// addrPort is the address of a socket of UDP.
func addrPort(addr net.Addr) netip.AddrPort { return addr.(*net.UDPAddr).AddrPort() }

func TestUDP(t *testing.T) {
	for _, c := range []struct{ network, addr, peer string }{
		{"udp", "127.0.0.1:0", "127.0.0.1:0"},
		{"udp", "[::1]:0", "[::1]:0"},
		{"udp", ":0", "127.0.0.1:0"}, // one socket for both versions
	} {
		t.Run(c.addr, func(t *testing.T) {
			r := newRuntime(t)
			conn := must(anet.ListenPacket(c.network, c.addr))(t)
			defer conn.Close()
			peer, err := net.ListenPacket("udp", c.peer)
			if err != nil {
				t.Skip(err) // no IPv6 here
			}
			defer peer.Close()
			to := netip.AddrPortFrom(addrPort(peer.LocalAddr()).Addr(), addrPort(conn.LocalAddr()).Port())
			for _, message := range []string{"hello", "", "a longer message than the buffer"} {
				peer.WriteTo([]byte(message), net.UDPAddrFromAddrPort(to))
				buf := make([]byte, 16)
				d := must(rt.Run(r, conn.ReadFrom(buf)))(t)
				if want := message[:min(len(message), 16)]; string(buf[:d.N]) != want || d.Truncated != (len(message) > 16) {
					t.Errorf("ReadFrom = %+v with %q, want %q", d, buf[:d.N], want)
				}
				if d.From != addrPort(peer.LocalAddr()) {
					t.Errorf("it came from %v, want %v", d.From, peer.LocalAddr())
				}
				if n, err := rt.Run(r, conn.WriteTo([]byte(message), d.From)); n != len(message) || err != nil {
					t.Errorf("WriteTo = %d, %v", n, err)
				}
				back := make([]byte, 64)
				if n, _, err := peer.ReadFrom(back); string(back[:n]) != message || err != nil {
					t.Errorf("the peer has got %q, %v", back[:n], err)
				}
			}
		})
	}
}

func TestUDPErrors(t *testing.T) {
	r := useDefault(t)
	conn := must(anet.ListenPacket("udp4", "127.0.0.1:0"))(t)
	_, err := rt.Run(r, conn.WriteTo([]byte("x"), netip.MustParseAddrPort("[::1]:9")))
	if err == nil {
		t.Error("IPv4 can send to IPv6")
	}
	_, err = rt.Run(r, conn.WriteTo(make([]byte, 1<<17), netip.MustParseAddrPort("127.0.0.1:9")))
	wantOpError(t, err, "write", syscall.EMSGSIZE)
	conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err = rt.Run(r, conn.ReadFrom(make([]byte, 1)))
	wantTimeout(t, err, "read")
	conn.SetReadDeadline(time.Time{})

	p, f := newPoller(), conn.ReadFrom(make([]byte, 1))
	pending(t, p, f)
	_, err = rt.Run(r, conn.ReadFrom(make([]byte, 1)))
	wantOpError(t, err, "read", rt.ErrBusy)
	conn.Close()
	<-p.wake
	wantOpError(t, f.Poll(p.cx).Err, "read", net.ErrClosed)
	_, err = rt.Run(r, conn.WriteTo(nil, netip.MustParseAddrPort("127.0.0.1:9")))
	wantOpError(t, err, "write", net.ErrClosed)
	wantOpError(t, conn.Close(), "close", net.ErrClosed)
	if _, err := anet.ListenPacket("tcp", ":0"); err == nil {
		t.Error("TCP has no datagrams")
	}
}

func TestCancelReadFrom(t *testing.T) {
	r := useDefault(t)
	conn := must(anet.ListenPacket("udp", "127.0.0.1:0"))(t)
	defer conn.Close()
	p, f := newPoller(), conn.ReadFrom(make([]byte, 8))
	pending(t, p, f)
	f.Cancel()
	f.Cancel()
	peer := must(net.Dial("udp", conn.LocalAddr().String()))(t)
	defer peer.Close()
	peer.Write([]byte("kept"))
	buf := make([]byte, 8)
	if d := must(rt.Run(r, conn.ReadFrom(buf)))(t); string(buf[:d.N]) != "kept" {
		t.Errorf("got %q", buf[:d.N])
	}
}

// A connected socket hears one peer only, and of its absence.
func TestConnectedUDP(t *testing.T) {
	r := newRuntime(t)
	peer := must(net.ListenPacket("udp", "127.0.0.1:0"))(t)
	conn := must(rt.Run(r, anet.Dial("udp", peer.LocalAddr().String())))(t)
	defer conn.Close()
	stranger := must(net.Dial("udp", conn.LocalAddr().String()))(t)
	defer stranger.Close()
	stranger.Write([]byte("hey"))
	buf := make([]byte, 64)
	for _, message := range []string{"one", "", "three"} {
		must(rt.Run(r, conn.Write([]byte(message))))(t)
		n, from, err := peer.ReadFrom(buf)
		if string(buf[:n]) != message || err != nil {
			t.Fatalf("the peer has got %q, %v", buf[:n], err)
		}
		peer.WriteTo(buf[:n], from)
		if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != message || err != nil {
			t.Fatalf("Read = %q, %v", buf[:n], err)
		}
	}
	if addr, ok := conn.RemoteAddr().(*net.UDPAddr); !ok || addr.String() != peer.LocalAddr().String() {
		t.Errorf("RemoteAddr = %v", conn.RemoteAddr())
	}
	_, err := rt.Run(r, conn.WriteBuffers([][]byte{{1}, {2}}))
	if err == nil {
		t.Error("two buffers are no datagram")
	}
	peer.Close()
	rt.Run(r, conn.Write([]byte("anybody?")))
	_, err = rt.Run(r, conn.Read(buf))
	wantOpError(t, err, "read", syscall.ECONNREFUSED)
}

func TestUnixDatagrams(t *testing.T) {
	r := newRuntime(t)
	dir := t.TempDir()
	here, there := filepath.Join(dir, "here"), filepath.Join(dir, "there")
	conn := must(anet.ListenPacket("unixgram", here))(t)
	peer := must(net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: there}))(t)
	defer peer.Close()
	if n, err := rt.Run(r, conn.WriteToPath([]byte("hello"), there)); n != 5 || err != nil {
		t.Fatalf("WriteToPath = %d, %v", n, err)
	}
	buf := make([]byte, 8)
	n, from, err := peer.ReadFromUnix(buf)
	if string(buf[:n]) != "hello" || from == nil || from.Name != here || err != nil {
		t.Fatalf("the peer has got %q from %v, %v", buf[:n], from, err)
	}
	peer.WriteToUnix([]byte("back"), from)
	if d := must(rt.Run(r, conn.ReadFrom(buf)))(t); !bytes.Equal(buf[:d.N], []byte("back")) || d.Path != there {
		t.Errorf("ReadFrom = %+v, %q", d, buf)
	}
	dialed := must(rt.Run(r, anet.Dial("unixgram", here)))(t) // has no name itself
	defer dialed.Close()
	must(rt.Run(r, dialed.Write([]byte("anon"))))(t)
	if d := must(rt.Run(r, conn.ReadFrom(buf)))(t); string(buf[:d.N]) != "anon" || d.Path != "" {
		t.Errorf("ReadFrom = %+v, %q", d, buf)
	}
	conn.Close()
	again := must(anet.ListenPacket("unixgram", here))(t) // the file is gone
	again.Close()
}
