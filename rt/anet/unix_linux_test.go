package anet_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/anet"
)

func TestUnix(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ network, name string }{
		{"unix", filepath.Join(dir, "a")},
		{"unix", "@asyncgen-" + filepath.Base(dir) + t.Name()},
		{"unixpacket", filepath.Join(dir, "b")},
	} {
		t.Run(c.network, func(t *testing.T) {
			r := newRuntime(t)
			l := must(anet.Listen(c.network, c.name))(t)
			if a, ok := l.Addr().(*net.UnixAddr); !ok || a.Name != c.name || a.Net != c.network {
				t.Errorf("Addr = %#v", l.Addr())
			}
			peer := must(net.Dial(c.network, c.name))(t)
			conn := must(rt.Run(r, l.Accept()))(t)
			defer conn.Close()
			buf := make([]byte, 64)
			peer.Write([]byte("hello"))
			if n, err := rt.Run(r, conn.Read(buf)); string(buf[:n]) != "hello" || err != nil {
				t.Fatalf("Read = %q, %v", buf[:n], err)
			}
			must(rt.Run(r, conn.Write([]byte("back"))))(t)
			if n, err := peer.Read(buf); string(buf[:n]) != "back" || err != nil {
				t.Fatalf("the peer read %q, %v", buf[:n], err)
			}
			dialed := must(rt.Run(r, anet.Dial(c.network, c.name)))(t)
			dialed.Close()
			if addr := conn.LocalAddr(); addr.String() != c.name || addr.Network() != c.network {
				t.Errorf("LocalAddr = %#v", addr)
			}
			peer.Close()
			if _, err := rt.Run(r, conn.Read(buf)); err != io.EOF {
				t.Errorf("Read at the end: %v", err)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(c.name); err == nil {
				t.Error("the file is still there")
			}
			_, err := rt.Run(r, anet.Dial(c.network, c.name))
			if c.name[0] == '@' {
				wantOpError(t, err, "dial", syscall.ECONNREFUSED)
			} else {
				wantOpError(t, err, "dial", syscall.ENOENT)
			}
		})
	}
}

// The second Close of a listener leaves alone what has got its name since.
func TestUnixCloseTwice(t *testing.T) {
	newRuntime(t)
	name := filepath.Join(t.TempDir(), "s")
	first := must(anet.Listen("unix", name))(t)
	first.Close()
	second := must(anet.Listen("unix", name))(t)
	defer second.Close()
	first.Close()
	if _, err := os.Stat(name); err != nil {
		t.Error(err)
	}
	if _, err := anet.Listen("unix", name); err == nil {
		t.Error("a name can be had twice")
	} else {
		wantOpError(t, err, "listen", syscall.EADDRINUSE)
	}
	if _, err := anet.Listen("unix", "/"+string(make([]byte, 200))); err == nil {
		t.Error("a name that is too long")
	}
}
